// Did each guarantee hold? Judged from outside: values in, findings out, none if it held.
import { seriesOf } from '../../../units/series.ts'
import { LEVEL_INDEX, type Price } from '../../../units/values.ts'
import type { Portfolio } from '../../../units/portfolio.ts'
import type { AccountSeen, Books, Finding, Health } from './seen.ts'

/** [1e18] What rounding may cost: a millionth of a unit of account. */
const DUST = 10n ** 12n

/** Tokens held and recorded debts cover all positive cash; underlyings in custody cover what accounts own. */
export function judgeBooks(books: Books): Finding[] {
  const findings: Finding[] = []
  if (books.held + books.debts < books.positive) {
    findings.push({
      guarantee: 'R1',
      detail: `${books.held} held and ${books.debts} owed do not cover ${books.positive} of cash`,
    })
  }
  for (const { underlying, held, owned } of books.collateral) {
    if (held >= owned) continue
    findings.push({ guarantee: 'R1', detail: `underlying ${underlying}: ${held} held do not cover ${owned}` })
  }
  return findings
}

/** Per series, sizes sum to zero over every account that holds any. */
export function judgeSizes(accounts: readonly AccountSeen[]): Finding[] {
  const sums = new Map<bigint, bigint>()
  for (const { portfolio } of accounts) {
    for (const { series, size } of portfolio.positions) sums.set(series, (sums.get(series) ?? 0n) + size)
  }
  return [...sums]
    .filter(([, sum]) => sum !== 0n)
    .map(([series, sum]) => ({ guarantee: 'R2', detail: `sizes of series ${series} sum to ${sum}` }))
}

/** A loss reaches the holders of cash only when the default fund is empty. */
export function judgeLossOrder(before: Books, after: Books): Finding[] {
  if (after.cashIndex > before.cashIndex) {
    return [{ guarantee: 'R8', detail: `the cash index rose from ${before.cashIndex} to ${after.cashIndex}` }]
  }
  if (after.cashIndex === before.cashIndex || after.fundCash <= DUST) return []
  return [
    {
      guarantee: 'R8',
      detail: `the cash index fell to ${after.cashIndex} while the fund had ${after.fundCash}`,
    },
  ]
}

/** A called account was below maintenance in at least one of the states that its block can have shown the caller. */
export function judgeCall(account: bigint, seen: readonly Health[]): Finding[] {
  if (seen.some((health) => health !== undefined && health[LEVEL_INDEX.MAINTENANCE] < 0n)) return []
  return [{ guarantee: 'R3', detail: `account ${account} was called with ${shown(seen, 'MAINTENANCE')} to spare` }]
}

/** The same for an auction: below close-out, or below maintenance with its grace over. */
export function judgeAuctionStart(account: bigint, seen: readonly Health[], isGraceOver: boolean): Finding[] {
  const level = isGraceOver ? 'MAINTENANCE' : 'CLOSEOUT'
  if (seen.some((health) => health !== undefined && health[LEVEL_INDEX[level]] < 0n)) return []
  return [
    {
      guarantee: 'R3',
      detail: `account ${account} was auctioned with ${shown(seen, level)} to spare at ${level}`,
    },
  ]
}

/** A bid takes no health at MAINTENANCE or INITIAL from the account it acts on. */
export function judgeBid(account: bigint, before: Health, after: Health): Finding[] {
  if (before === undefined || after === undefined) return []
  return (['MAINTENANCE', 'INITIAL'] as const)
    .filter((level) => after[LEVEL_INDEX[level]] + DUST < before[LEVEL_INDEX[level]])
    .map((level) => ({
      guarantee: 'R5',
      detail: `a bid lowered ${level} of account ${account} from ${before[LEVEL_INDEX[level]]} to ${after[LEVEL_INDEX[level]]}`,
    }))
}

/** After a trade or a withdrawal the account is above INITIAL, unless it only reduced. */
export function judgeRiskTaken(
  account: bigint,
  seen: readonly Health[],
  before: Portfolio,
  after: Portfolio,
): Finding[] {
  if (seen.some((health) => health !== undefined && health[LEVEL_INDEX.INITIAL] >= 0n)) return []
  if (isReduction(before, after) || holdsNothing(after)) return []
  return [{ guarantee: 'R6', detail: `account ${account} took risk and is left with ${shown(seen, 'INITIAL')}` }]
}

/** Every size moved towards zero, at least one of them, and no collateral left. */
export function isReduction(before: Portfolio, after: Portfolio): boolean {
  const sizes = new Map<bigint, bigint>(before.positions.map(({ series, size }) => [series, size]))
  const towardsZero = after.positions.every(({ series, size }) => {
    const was = sizes.get(series) ?? 0n
    return was > 0n ? size >= 0n && size <= was : size <= 0n && size >= was
  })
  const sum = ({ positions }: Portfolio) =>
    positions.reduce((total, { size }) => total + (size < 0n ? -size : size), 0n)
  return towardsZero && sum(after) < sum(before) && collateralIsKept(before, after)
}

/** The price in force lies among the venues' true prices of its time. */
export function judgeIndex(underlying: number, price: Price, low: Price, high: Price): Finding[] {
  if (price >= low && price <= high) return []
  return [{ guarantee: 'R9', detail: `index ${price} of underlying ${underlying} is outside ${low} to ${high}` }]
}

/** A settlement price, once fixed, is the same whenever it is read. */
export function judgeSettlementPrice(expiry: number, first: Price, now: Price): Finding[] {
  if (first === now) return []
  return [{ guarantee: 'R7', detail: `settlement price of ${expiry} was ${first} and is ${now}` }]
}

/** What an account is paid at expiry is what its own positions pay at the one settlement price. */
export function judgeSettled(
  account: bigint,
  expiry: number,
  before: Portfolio,
  price: Price,
  payoff: bigint,
): Finding[] {
  const due = payoffOf(before, expiry, price)
  const apart = due > payoff ? due - payoff : payoff - due
  if (apart <= DUST) return []
  return [{ guarantee: 'R7', detail: `account ${account} was paid ${payoff} for ${expiry} at ${price}: due is ${due}` }]
}

/** Σ size · payoff over what `portfolio` holds of `expiry`, to the lower side; vanilla kinds. */
export function payoffOf(portfolio: Portfolio, expiry: number, price: Price): bigint {
  return portfolio.positions.reduce((sum, { series, size }) => {
    const option = seriesOf(series)
    if (option.expiry !== expiry) return sum
    const inside = option.kind === 'CALL' ? price - option.strike : option.strike - price
    const product = size * (inside > 0n ? inside : 0n)
    return sum + (product >= 0n ? product / 10n ** 18n : -((-product + 10n ** 18n - 1n) / 10n ** 18n))
  }, 0n)
}

function collateralIsKept(before: Portfolio, after: Portfolio): boolean {
  return before.collateral.every(({ underlying, amount }) => {
    return (after.collateral.find((it) => it.underlying === underlying)?.amount ?? 0n) >= amount
  })
}

function holdsNothing({ positions, cash }: Portfolio): boolean {
  return positions.length === 0 && cash >= 0n
}

function shown(seen: readonly Health[], level: keyof typeof LEVEL_INDEX): string {
  return seen.map((health) => (health === undefined ? 'no price' : String(health[LEVEL_INDEX[level]]))).join(' or ')
}
