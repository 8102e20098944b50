// May this keeper still spend that much today? What mined transactions have cost over a day, beside what is still promised.

/** `time` [unix s] of the head that showed it; `wei` paid. */
export type Spent = { readonly time: number; readonly wei: bigint }

/** [s] */
export const DAY = 86_400

/** What of `spent` is younger than a day at `time`. */
export function withinDay(spent: readonly Spent[], time: number): readonly Spent[] {
  return spent.filter((one) => time - one.time < DAY)
}

export function sumOf(spent: readonly Spent[]): bigint {
  return spent.reduce((sum, { wei }) => sum + wei, 0n)
}

/** Whether `more` [wei] fits under `cap`, beside what is spent and what transactions on their way may cost at most. */
export function mayPromise(spent: readonly Spent[], promised: bigint, more: bigint, cap: bigint): boolean {
  return sumOf(spent) + promised + more <= cap
}

/** What a sender held [wei] and how much it had sent, at a block; `time` [unix s]. */
export type Sample = {
  readonly number: bigint
  readonly time: number
  readonly balance: bigint
  readonly nonce: number
}

/** What a sender spent from one sample to the next [wei]; undefined where it was paid more than that meanwhile. */
export function spentBetween(from: Sample, to: Sample): bigint | undefined {
  if (from.nonce === to.nonce) return 0n
  return from.balance >= to.balance ? from.balance - to.balance : undefined
}

/** Three quarters of the cap, spread over the day: so much counts as spent where nothing is known, so that a quarter is left at once. */
const ASSUMED_NUMERATOR = 3n
const ASSUMED_DENOMINATOR = 4n
const HOUR = 3_600

/** What counts as spent from `from` to `to` [unix s], of which nothing is known, by the hour, so that it is forgotten by the hour too. */
export function assumedSpent(from: number, to: number, cap: bigint): readonly Spent[] {
  const hours = Math.ceil((to - from) / HOUR)
  return Array.from({ length: Math.max(0, hours) }, (_, hour) => {
    const [begin, end] = [from + hour * HOUR, Math.min(to, from + (hour + 1) * HOUR)]
    const wei = (cap * ASSUMED_NUMERATOR * BigInt(end - begin)) / (ASSUMED_DENOMINATOR * BigInt(DAY))
    return { time: end, wei }
  })
}
