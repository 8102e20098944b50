// Which accounts stand where? A fast look at every account; the exact answer for each that something may have to be done about.
import { assess, assessAt } from '../../risk/exact/margin.ts'
import { fastAssess, fastBookOf, fastMarketOf } from '../../risk/fast/margin.ts'
import type { FastAssessment, FastMarket } from '../../risk/fast/margin.ts'
import { ownerOf } from '../../units/account.ts'
import { NO_SCENARIO, SCENARIO_MASK } from '../../units/portfolio.ts'
import type { Assessment, Observed, Side, UnderlyingMarks, Witness } from '../../units/portfolio.ts'
import { LEVEL_INDEX } from '../../units/values.ts'
import type { AccountId, Level } from '../../units/values.ts'
import { graceLeft, isAtLeast, weakestMarket } from './view.ts'
import type { AccountState, View } from './view.ts'

/** What may be said of an account: below a level under the first, above one under the second. */
export type Standing = {
  readonly state: AccountState
  readonly below: Assessment
  readonly above: Assessment
  /** Health at MAINTENANCE under the witnesses recorded for its call or auction; undefined where it has neither. */
  readonly recorded: bigint | undefined
}

/** `unassessable`: the margin function has no answer, and says why. It would revert on chain. */
export type Scan = {
  readonly standings: readonly Standing[]
  readonly unassessable: readonly { readonly account: AccountId; readonly reason: string }[]
  /** Accounts of the house that hold cash and nothing else. */
  readonly clearing: readonly AccountState[]
}

/** Both sides' marks, as they were read and as the fast look wants them. */
type Sides<Value> = { readonly [S in Side]: Value }

/**
 * The accounts about which there may be something to do. `house`: owners of the protocol's own accounts, which are nobody's
 * debtors: a clearing account may be negative until the last page.
 */
export function scan(view: View, house: ReadonlySet<string>): Scan {
  const look = scannerOf(view, house)
  const scans = [...view.accounts.values()].map(look)
  return {
    standings: scans.flatMap(({ standings }) => standings),
    unassessable: scans.flatMap(({ unassessable }) => unassessable),
    clearing: [],
  }
}

/** The same for one account at a time, whoever they are. */
export function scannerOf(view: View, house: ReadonlySet<string>): (state: AccountState) => Scan {
  const markets = [...view.markets.values()]
  const marks = { BELOW: markets.map(({ below }) => below), ABOVE: markets.map(({ above }) => above) }
  const fast = { BELOW: fastMarketOf(marks.BELOW, view.rules), ABOVE: fastMarketOf(marks.ABOVE, view.rules) }
  const seen = new Map([...view.pages.paths.values()].flatMap(({ observed }) => observed.map((it) => [it.series, it])))
  return (state) => {
    if (!isSomebodys(state, house) || !isActive(state)) return NOTHING
    const observed = state.positions.flatMap(({ series }) => seen.get(series) ?? [])
    try {
      if (!isCandidate(view, state, fast, observed)) return NOTHING
      return { ...NOTHING, standings: [standingOf(view, state, marks, observed)] }
    } catch (cause) {
      return { ...NOTHING, unassessable: [{ account: state.account, reason: String(cause) }] }
    }
  }
}

const NOTHING: Scan = { standings: [], unassessable: [], clearing: [] }

function isSomebodys({ account }: AccountState, house: ReadonlySet<string>): boolean {
  return account >> 96n !== 0n && !house.has(ownerOf(account))
}

export function holdsNothing({ positions, collateral }: AccountState): boolean {
  return positions.length === 0 && collateral.length === 0
}

function isActive(state: AccountState): boolean {
  return state.positions.length > 0 || state.cash < 0n || state.status === 'CALLED' || state.status === 'AUCTION'
}

function standingOf(
  view: View,
  state: AccountState,
  marks: Sides<readonly UnderlyingMarks[]>,
  observed: readonly Observed[],
): Standing {
  const of = (side: Side): Assessment => assess(state, marks[side], view.rules, side, observed)
  const isRecorded = state.status === 'CALLED' || state.status === 'AUCTION'
  const recorded = isRecorded
    ? assessAt(state, marks.BELOW, view.rules, state.witnesses, observed)[LEVEL_INDEX.MAINTENANCE]
    : undefined
  return { state, below: of('BELOW'), above: of('ABOVE'), recorded }
}

/** Float64 is off by far less than a millionth of what an account is about. [units of account] */
const DOUBT_SHARE = 1e-6
const DOUBT_LEAST = 1e-2

/** Whether, for all that the fast look can tell, a duty may be due. Never false where the exact answer would find one. */
function isCandidate(
  view: View,
  state: AccountState,
  market: Sides<FastMarket>,
  observed: readonly Observed[],
): boolean {
  if (holdsNothing(state)) return true
  // With no source live, or hardly reopened, nothing is done about anybody.
  if (!isAtLeast(weakestMarket(view, state), 'SINGLE')) return false
  const book = fastBookOf(state, observed)
  const below = (level: Level): boolean => isLow(fastAssess(book, market.BELOW, 'BELOW'), level)
  const isCured = (): boolean => isHigh(fastAssess(book, market.ABOVE, 'ABOVE'), 'INITIAL')
  const isWitnessOld = (): boolean => isOther(fastAssess(book, market.BELOW, 'BELOW').witnesses, state.witnesses)
  switch (state.status) {
    case 'HEALTHY':
    case 'CLOSED':
      return below('MAINTENANCE')
    case 'CALLED':
      return graceLeft(view, state) === 0n || below('CLOSEOUT') || isCured() || isWitnessOld()
    case 'AUCTION':
      return isCured() || isWitnessOld()
  }
}

/** Whether another scenario has become the worst since these were recorded. */
function isOther(now: readonly Witness[], recorded: readonly Witness[]): boolean {
  return now.some(({ underlying, scenarios }) => {
    const then = recorded.find((one) => one.underlying === underlying)?.scenarios
    return scenarios.some(
      (scenario, at) =>
        scenario !== NO_SCENARIO && (scenario & SCENARIO_MASK) !== ((then?.[at] ?? NO_SCENARIO) & SCENARIO_MASK),
    )
  })
}

function isLow(assessment: FastAssessment, level: Level): boolean {
  return assessment.health[LEVEL_INDEX[level]] <= doubtOf(assessment)
}

function isHigh(assessment: FastAssessment, level: Level): boolean {
  return assessment.health[LEVEL_INDEX[level]] >= -doubtOf(assessment)
}

function doubtOf({ health }: FastAssessment): number {
  return DOUBT_LEAST + DOUBT_SHARE * Math.max(...health.map(Math.abs))
}
