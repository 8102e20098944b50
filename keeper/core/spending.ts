// May this keeper still spend that much today? What mined transactions have cost over a day, beside what is still promised.

/** `time` [unix s] of the head that showed it; `wei` paid. */
export type Spent = { readonly time: number; readonly wei: bigint }

const DAY = 86_400

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
