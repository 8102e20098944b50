// Which accounts stand where? A fast look at every account, and the exact answer where the fast one is near a line.
import type { Assessment, Portfolio, Side, UnderlyingMarks } from '../../units/portfolio.ts'
import type { AccountId } from '../../units/values.ts'
import { ONE } from '../../units/values.ts'
import type { AccountState, MarginRules, View } from './view.ts'

/** The margin function, exact or fast: `risk/exact/margin.ts` or `risk/fast/margin.ts`. */
export type Assess = (
  portfolio: Portfolio,
  marks: readonly UnderlyingMarks[],
  rules: ReadonlyMap<number, MarginRules>,
  side: Side,
) => Assessment

export type MarginFunctions = { readonly fast: Assess; readonly exact: Assess }

/** What may be said of an account: below a level under the first, above one under the second. */
export type Standing = { readonly state: AccountState; readonly below: Assessment; readonly above: Assessment }

/** `unassessable`: the margin function has no answer, and says why. It would revert on chain. */
export type Scan = {
  readonly standings: readonly Standing[]
  readonly unassessable: readonly { readonly account: AccountId; readonly reason: string }[]
}

/**
 * Every account that is somebody's and holds or owes something. `house` are owners whose accounts are the protocol's own:
 * a clearing account may be negative until the last page and is nobody's debtor.
 */
export function scan(view: View, margin: MarginFunctions, house: ReadonlySet<string>): Scan {
  const standings: Standing[] = []
  const unassessable: { account: AccountId; reason: string }[] = []
  const markets = [...view.markets.values()]
  const marks = { BELOW: markets.map(({ below }) => below), ABOVE: markets.map(({ above }) => above) } as const
  for (const state of view.accounts.values()) {
    if (!isSomebodys(state, house) || !isActive(state)) continue
    try {
      const of = (side: Side): Assessment => assessed(state, marks[side], view.rules, side, margin)
      standings.push({ state, below: of('BELOW'), above: state.status === 'HEALTHY' ? NOWHERE : of('ABOVE') })
    } catch (cause) {
      unassessable.push({ account: state.account, reason: String(cause) })
    }
  }
  return { standings, unassessable }
}

/** Nobody asks whether a healthy account is above anything. */
const NOWHERE: Assessment = { health: [-1n, -1n, -1n, -1n] as unknown as Assessment['health'], witnesses: [] }

function isSomebodys({ account }: AccountState, house: ReadonlySet<string>): boolean {
  const owner = `0x${(account >> 96n).toString(16).padStart(40, '0')}`
  return account >> 96n !== 0n && !house.has(owner)
}

export function holdsNothing({ positions, collateral }: AccountState): boolean {
  return positions.length === 0 && collateral.length === 0
}

function isActive(state: AccountState): boolean {
  return state.positions.length > 0 || state.cash < 0n || state.status === 'CALLED' || state.status === 'AUCTION'
}

function assessed(
  portfolio: AccountState,
  marks: readonly UnderlyingMarks[],
  rules: ReadonlyMap<number, MarginRules>,
  side: Side,
  { fast, exact }: MarginFunctions,
): Assessment {
  const quick = fast(portfolio, marks, rules, side)
  return isClearOfEveryLine(quick, portfolio) ? quick : exact(portfolio, marks, rules, side)
}

/** Float64 is off by far less than a millionth of what the account is about. */
const DOUBT = 1_000_000n

/**
 * Whether the fast answer is enough: every level comfortably above zero. An account that looks below any level is asked
 * exactly, since its witness is what the chain will judge.
 */
function isClearOfEveryLine({ health }: Assessment, { cash }: AccountState): boolean {
  const scale = health.reduce<bigint>((widest, level) => (magnitude(level) > widest ? magnitude(level) : widest), 0n)
  const doubt = (scale + magnitude(cash)) / DOUBT + ONE / DOUBT
  return health.every((level) => level > doubt)
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
