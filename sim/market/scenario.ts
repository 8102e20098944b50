// What did the market do? One asset on several venues, bar by bar, as any file of ours or of a stranger's says it.

/** Dollars. `latency` in milliseconds, where the feed's delay was measured. */
export type Bar = {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly latency: { readonly median: number; readonly max: number } | undefined
}

/** `bars[i]` begins at start + i · barSeconds; undefined where the venue did not trade. */
export type VenueBars = { readonly venue: string; readonly bars: readonly (Bar | undefined)[] }

/** Times in unix seconds. `shift`: how much later than recorded it is told; zero but on a chain that is past it already. */
export type Scenario = {
  readonly name: string
  readonly underlying: string
  readonly start: number
  readonly shift: number
  readonly barSeconds: number
  readonly barCount: number
  readonly venues: readonly VenueBars[]
}

/** First second after the last bar. */
export function endOf(scenario: Scenario): number {
  return scenario.start + scenario.barCount * scenario.barSeconds
}

/** The bars that begin in [from, to). Throws RangeError where nothing is left. */
export function cut(scenario: Scenario, from: number, to: number): Scenario {
  const first = Math.max(0, Math.ceil((from - scenario.start) / scenario.barSeconds))
  const last = Math.min(scenario.barCount, Math.ceil((to - scenario.start) / scenario.barSeconds))
  if (last <= first) throw new RangeError(`no bar of ${scenario.name} begins between ${from} and ${to}`)
  return {
    ...scenario,
    start: scenario.start + first * scenario.barSeconds,
    barCount: last - first,
    venues: scenario.venues.map(({ venue, bars }) => ({ venue, bars: bars.slice(first, last) })),
  }
}

const WEEK = 7 * 86_400

/** The same market, later by the fewest whole weeks that bring its start to `earliest`: hours and weekdays keep their meaning. */
export function notBefore(scenario: Scenario, earliest: number): Scenario {
  const weeks = Math.max(0, Math.ceil((earliest - scenario.start) / WEEK))
  return { ...scenario, start: scenario.start + weeks * WEEK, shift: scenario.shift + weeks * WEEK }
}

/** The same market, told from `time` on. */
export function beginningAt(scenario: Scenario, time: number): Scenario {
  return { ...scenario, start: time, shift: scenario.shift + time - scenario.start }
}
