// Who should have been called, and who was? A panel of accounts that fall below maintenance at known prices, on either side.

/** `isLong`: below maintenance under `threshold` [dollars]; else above it. `unhealthyTicks` runs at the true median. */
type Account = {
  readonly isLong: boolean
  readonly threshold: number
  isCalled: boolean
  isMissed: boolean
  healthyTicks: number
  unhealthyTicks: number
}

/** [dollars] Median of what all venues truly trade at, undefined where none does; range of those that are not at fault. */
export type Truth = { readonly median: number | undefined; readonly low: number; readonly high: number }

export type Panel = {
  /**
   * One tick. `truth` is the true median (undefined where no venue trades), `callable` the prices under which an account must
   * be below to be called (undefined while nothing is callable), `isQuorumLive` whether missing it is a fault.
   */
  readonly tick: (truth: Truth, callable: readonly number[] | undefined, isQuorumLive: boolean) => void
  readonly counts: () => { readonly calls: number; readonly falseCalls: number; readonly missedCalls: number }
}

/** Thresholds lie this far apart and reach this far, as shares of the first price. */
const STEP = 0.01
const REACH = 0.8
/** How far the true median must be past a threshold for a call to be missed: what venues differ by in the 99th of 100 hours. */
export const TOLERANCE = 0.01
/** A call is missed after so many ticks running, and false where for so many no sound venue's price showed it. */
const TICKS = 3
/** A called account is made whole, and watched anew once it is this far from its threshold. */
const REARM = 0.03

export function createPanel(first: number): Panel {
  const accounts = Array.from({ length: Math.round(REACH / STEP) }, (_, i) => (i + 1) * STEP).flatMap((share) => [
    newAccount(true, first * (1 - share)),
    newAccount(false, first * (1 + share)),
  ])
  const counts = { calls: 0, falseCalls: 0, missedCalls: 0 }

  return {
    tick: (truth, callable, isQuorumLive) => {
      for (const account of accounts) {
        judgeTruth(account, truth, isQuorumLive)
        if (account.isCalled) continue
        if (callable !== undefined && callable.every((price) => isBelow(account, price, 0))) {
          account.isCalled = true
          counts.calls += 1
          if (account.healthyTicks >= TICKS) counts.falseCalls += 1
        } else if (account.unhealthyTicks >= TICKS && !account.isMissed) {
          account.isMissed = true
          counts.missedCalls += 1
        }
      }
    },
    counts: () => counts,
  }
}

function newAccount(isLong: boolean, threshold: number): Account {
  return { isLong, threshold, isCalled: false, isMissed: false, healthyTicks: 0, unhealthyTicks: 0 }
}

/** Below its threshold by more than `margin` of it; a negative margin counts those nearly below. */
function isBelow({ isLong, threshold }: Account, price: number, margin: number): boolean {
  return isLong ? price < threshold * (1 - margin) : price > threshold * (1 + margin)
}

function judgeTruth(account: Account, { median, low, high }: Truth, isQuorumLive: boolean): void {
  const isUnhealthy = isQuorumLive && median !== undefined && isBelow(account, median, TOLERANCE)
  const isHealthy = median !== undefined && !isBelow(account, low, 0) && !isBelow(account, high, 0)
  account.unhealthyTicks = isUnhealthy ? account.unhealthyTicks + 1 : 0
  account.healthyTicks = isHealthy ? account.healthyTicks + 1 : 0
  if (median !== undefined && !isBelow(account, median, -REARM)) {
    account.isCalled = false
    account.isMissed = false
  }
}
