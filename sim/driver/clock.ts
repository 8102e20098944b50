// When does something happen next? Ticks of the market, minutes while an auction's discount grows or a grace ends, minutes in settlement
// windows, and what an expiry without a price waits for.

const MINUTE = 60
/** [s] Of a grace, the last part is stepped through minute by minute: owners may still act. */
const GRACE_END = 6 * MINUTE
/** [s] After an expiry, when its price may be fixed by the second and the third rung (RULES E1). */
const RUNGS = [3_600, 86_400]

/** All times in unix seconds. */
export type Schedule = {
  /** Ascending. */
  readonly ticks: readonly number[]
  /** Of expiries that somebody holds and that have no price yet. */
  readonly expiries: readonly number[]
  readonly windowSeconds: number
  readonly hasAuctions: boolean
  /** Ends of the graces that run. */
  readonly deadlines: readonly number[]
}

/** Undefined once nothing is left that time could bring. */
export function nextEventAfter(now: number, schedule: Schedule): number | undefined {
  const tick = schedule.ticks.find((time) => time > now)
  const minute = (Math.floor(now / MINUTE) + 1) * MINUTE
  const isMinuteDue = (from: number, to: number) => minute >= from && minute <= to
  const candidates = [
    tick,
    schedule.hasAuctions ? minute : undefined,
    ...schedule.deadlines.flatMap((deadline) => [
      deadline,
      deadline - GRACE_END,
      isMinuteDue(deadline - GRACE_END, deadline) ? minute : undefined,
    ]),
    ...schedule.expiries.flatMap((expiry) => [
      expiry - schedule.windowSeconds,
      isMinuteDue(expiry - schedule.windowSeconds, expiry) ? minute : undefined,
      ...RUNGS.map((wait) => expiry + wait),
    ]),
  ]
  const later = candidates.filter((time) => time !== undefined && time > now) as number[]
  return later.length === 0 ? undefined : Math.min(...later)
}
