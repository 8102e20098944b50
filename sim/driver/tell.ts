// What happened in a block? Turns its transactions and logs into the events of a run.
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'
import type { RunEvent } from '../events.ts'

export type BlockFacts = {
  readonly number: number
  readonly time: number
  readonly baseFeeWei: bigint
  readonly transactions: readonly TransactionFacts[]
}

/** `error` is what it was refused with; undefined where it succeeded. */
export type TransactionFacts = {
  readonly from: string
  readonly gasUsed: bigint
  readonly error: string | undefined
  readonly events: readonly ProtocolEvent[]
}

/** Totals since the run began; 1e18. */
export type Losses = { readonly coveredByFund: bigint; readonly shared: bigint }

const YEAR = 365 * 86_400
/** [s] The slice whose volatility is told is the one nearest to this time to expiry. */
const TOLD_TERM = 30 * 86_400

/** The block itself, failed transactions, and one event for each thing done. */
export function tellBlock(block: BlockFacts): RunEvent[] {
  const { number, time, baseFeeWei, transactions } = block
  const gasUsed = Number(transactions.reduce((sum, it) => sum + it.gasUsed, 0n))
  return [
    { kind: 'block', number, time, baseFeeGwei: Number(baseFeeWei) / 1e9, gasUsed, transactions: transactions.length },
    ...transactions.flatMap((transaction) => tellTransaction(transaction, time)),
  ]
}

function tellTransaction({ from, gasUsed, error, events }: TransactionFacts, time: number): RunEvent[] {
  if (error !== undefined) return [{ kind: 'failedTransaction', time, by: from, error, gasUsed: Number(gasUsed) }]
  const observed = events.flatMap((event) => (event.eventName === 'Observed' ? [event] : []))
  const wide = observed.filter(({ args }) => args.halfWidth > 0n)
  return [
    ...(observed.length > 0 ? [{ kind: 'reported', time, by: from, observations: observed.length } as const] : []),
    ...wide.map(({ args }) => ({ kind: 'noCluster', time, keeper: args.reporter }) as const),
    ...events.flatMap((event) => tellEvent(event, from, time)),
  ]
}

function tellEvent(event: ProtocolEvent, by: string, time: number): RunEvent[] {
  switch (event.eventName) {
    case 'MarginCallOpened':
      return [{ kind: 'marginCall', time, by, account: String(event.args.account) }]
    case 'MarginCallCured':
      return [{ kind: 'cure', time, by, account: String(event.args.account) }]
    case 'MarginCallLapsed':
      return [{ kind: 'lapse', time, by, account: String(event.args.account) }]
    case 'Deposited':
      return [{ kind: 'deposit', time, account: String(event.args.account), amount: units(event.args.amount) }]
    case 'AuctionStarted':
      return [{ kind: 'auctionStart', time, by, account: String(event.args.account) }]
    case 'BidTaken': {
      const { account, fraction, paid } = event.args
      return [{ kind: 'bid', time, by, account: String(account), fraction: units(fraction), paid: units(paid) }]
    }
    case 'AuctionEnded':
      return [{ kind: 'auctionEnd', time, account: String(event.args.account), deficit: units(event.args.deficit) }]
    case 'SettlementPriceFixed': {
      const { expiry, price, rung } = event.args
      return [{ kind: 'settlementPrice', time, by, expiry, price: units(price), rung }]
    }
    case 'AccountSettled': {
      const { account, expiry, payoff } = event.args
      return [{ kind: 'settlement', time, by, account: String(account), expiry, payoff: units(payoff) }]
    }
    case 'SurfaceChanged':
      return [{ kind: 'surface', time, by, atTheMoneyVolatility: toldVolatility(event.args.slices, time) }]
    default:
      return []
  }
}

/** What the fund paid and what holders of cash lost in this block, added to `losses`. */
export function addLosses(losses: Losses, block: BlockFacts): Losses {
  const events = block.transactions.flatMap((transaction) => transaction.events)
  return events.reduce((sum, event) => {
    if (event.eventName === 'DeficitCovered') return { ...sum, coveredByFund: sum.coveredByFund + event.args.paid }
    if (event.eventName === 'CashIndexChanged') return { ...sum, shared: sum.shared + event.args.loss }
    return sum
  }, losses)
}

function toldVolatility(slices: readonly { readonly expiry: number; readonly theta: bigint }[], time: number): number {
  const distance = ({ expiry }: { readonly expiry: number }) => Math.abs(expiry - time - TOLD_TERM)
  const [nearest] = slices.toSorted((a, b) => distance(a) - distance(b))
  return nearest === undefined ? 0 : Math.sqrt(units(nearest.theta) / ((nearest.expiry - time) / YEAR))
}

/** 1e18 as a number for people. */
export function units(value: bigint): number {
  return Number(value) / 1e18
}
