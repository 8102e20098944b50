// Which guarantees of the design does a run break? Looks at every block from outside, and at every account now and then.
import { assess, type RiskUniverse } from '../../risk/exact/margin.ts'
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'
import { LEVEL_INDEX } from '../../units/values.ts'
import { MARKET_STATES, type Portfolio, type Side } from '../../units/portfolio.ts'
import type { RunEvent } from '../events.ts'
import * as judge from './core/judge.ts'
import { judgeOverdue, watched, type Watch } from './core/overdue.ts'
import { STATUSES, type AccountSeen, type Books, type Finding, type Health, type Markets } from './core/seen.ts'
import { honestRange, medianOf, type Tick } from './core/truth.ts'
import type { Reader } from './read.ts'

export type ChecksOptions = {
  /** Blocks between two looks at every account. */
  readonly sweepBlocks: number
  /** Blocks that the fleet may take, with those that will be killed, until an account below close-out is in auction. */
  readonly mostBlocksToAuction: number
  /** Oldest trade that a keeper may rest an observation on. */
  readonly staleSeconds: number
}

export type Checks = {
  /** Only what venues truly printed is taken from the run; all else is read from the chain. */
  readonly take: (event: RunEvent) => void
  /** Violations and false calls of one block, which must be mined and be looked at in order. */
  readonly atBlock: (number: bigint, time: number) => Promise<RunEvent[]>
  /** The last, full look. */
  readonly atEnd: (number: bigint, time: number) => Promise<RunEvent[]>
}

/** What is carried from block to block. Parameters are read again at every sweep. */
type State = {
  books: Books | undefined
  watch: Watch
  ticks: Tick[]
  settlementPrices: Map<string, bigint>
  universe: RiskUniverse | undefined
}
/** Two blocks' states of one account, under the prices of both: an action in the second saw one of them. */
type Look = {
  readonly before: AccountSeen
  readonly after: AccountSeen
  readonly markets: Markets
  readonly earlier: Markets
}

const KEPT_TICKS = 400

/** Looks at blocks in order, through `reader` alone. */
export function createChecks(reader: Reader, options: ChecksOptions): Checks {
  const state: State = {
    books: undefined,
    watch: new Map(),
    ticks: [],
    settlementPrices: new Map(),
    universe: undefined,
  }
  return {
    take: (event) => {
      if (event.kind === 'tick') rememberTick(state, event.time, event.prices)
    },
    atBlock: async (number, time) => {
      const isSweep = number % BigInt(options.sweepBlocks) === 0n
      if (isSweep || state.universe === undefined) state.universe = await reader.universeAt(number)
      const accounts = isSweep ? await reader.activeAccountsAt(number) : undefined
      const findings = [
        ...(await books(reader, state, number)),
        ...(await index(reader, state, options, number)),
        ...(await happenings(reader, state, number)),
        ...(await overdue(reader, state, options, accounts, number)),
        ...judge.judgeSizes(accounts ?? []),
      ]
      return told(findings, time)
    },
    atEnd: async (number, time) => {
      const accounts = await reader.activeAccountsAt(number)
      return told([...judge.judgeSizes(accounts), ...(await settlementPricesStand(reader, state, number))], time)
    },
  }
}

/** A finding with this name is a false call: told apart, since no guarantee of the chain forbids it. */
const FALSE_CALL = 'falseCall'

function told(findings: readonly (Finding & { readonly account?: bigint })[], time: number): RunEvent[] {
  return findings.map(({ guarantee, detail, account = 0n }) =>
    guarantee === FALSE_CALL
      ? { kind: 'falseCall', time, account: String(account), detail }
      : { kind: 'violation', time, guarantee, detail },
  )
}

function rememberTick(state: State, time: number, prices: Readonly<Record<string, number | undefined>>): void {
  state.ticks.push({ time, prices: Object.values(prices).filter((price) => price !== undefined) })
  if (state.ticks.length > KEPT_TICKS) state.ticks.shift()
}

async function books(reader: Reader, state: State, number: bigint): Promise<Finding[]> {
  const before = state.books
  const after = await reader.booksAt(number)
  state.books = after
  return [...judge.judgeBooks(after), ...(before === undefined ? [] : judge.judgeLossOrder(before, after))]
}

async function index(reader: Reader, state: State, options: ChecksOptions, number: bigint): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const underlying of reader.underlyings) {
    const { state: market, reporters, reportersAt } = await reader.indexAt(underlying, number)
    const range = honestRange(state.ticks, reportersAt, options.staleSeconds)
    if (MARKET_STATES[market] !== 'AGREED' || range === undefined) continue
    findings.push(...judge.judgeIndex(underlying, reporters, range.low, range.high))
  }
  return findings
}

/** What the block's own logs say was done, each judged on the account it was done to. */
async function happenings(reader: Reader, state: State, number: bigint): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const event of await reader.eventsAt(number)) findings.push(...(await happening(reader, state, event, number)))
  return findings
}

async function happening(reader: Reader, state: State, event: ProtocolEvent, number: bigint): Promise<Finding[]> {
  switch (event.eventName) {
    case 'MarginCallOpened': {
      const { account } = event.args
      const look = await lookAt(reader, account, number)
      const since = await roundsInForce(reader, number)
      return [...judge.judgeCall(account, healths(state, look, 'BELOW')), ...falseCall(state, account, look, since)]
    }
    case 'AuctionStarted': {
      const { account } = event.args
      const look = await lookAt(reader, account, number)
      return judge.judgeAuctionStart(account, healths(state, look, 'BELOW'), isGraceOver(look))
    }
    case 'BidTaken': {
      const { account } = event.args
      const { before, after, markets } = await lookAt(reader, account, number)
      const health = ({ portfolio }: AccountSeen) => healthOf(state, portfolio, markets, 'BELOW')
      return judge.judgeBid(account, health(before), health(after))
    }
    case 'Traded':
      return [
        ...(await riskTaken(reader, state, event.args.buyer, number)),
        ...(await riskTaken(reader, state, event.args.seller, number)),
      ]
    case 'Withdrawn':
      return riskTaken(reader, state, event.args.account, number)
    case 'SettlementPriceFixed':
      state.settlementPrices.set(`${event.args.underlying}/${event.args.expiry}`, event.args.price)
      return []
    case 'AccountSettled':
      return settled(reader, event.args, number)
    default:
      return []
  }
}

async function lookAt(reader: Reader, account: bigint, number: bigint): Promise<Look> {
  const [before, after] = await Promise.all([reader.accountAt(account, number - 1n), reader.accountAt(account, number)])
  const portfolios = [before.portfolio, after.portfolio]
  const [markets, earlier] = await Promise.all([
    reader.marketsAt(portfolios, number),
    reader.marketsAt(portfolios, number - 1n),
  ])
  return { before, after, markets, earlier }
}

function healths(state: State, { before, after, markets, earlier }: Look, side: Side): Health[] {
  return [markets, earlier].flatMap((market) => {
    return [before, after].map(({ portfolio }) => healthOf(state, portfolio, market, side))
  })
}

/** By the exact twin; undefined where it has no price to go by. */
function healthOf(state: State, portfolio: Portfolio, markets: Markets, side: Side): Health {
  const marks = side === 'BELOW' ? markets.below : markets.above
  try {
    return assess(portfolio, marks, state.universe ?? new Map(), side).health
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('PriceMissing')) return undefined
    throw error
  }
}

function isGraceOver({ before, after }: Look): boolean {
  return before.status === 'CALLED' && after.graceLeft === 0n
}

/** Time of the oldest round that a call in this block can rest on: the one in force a block before. */
async function roundsInForce(reader: Reader, number: bigint): Promise<number> {
  const seen = await Promise.all(reader.underlyings.map((underlying) => reader.indexAt(underlying, number - 1n)))
  return Math.min(...seen.map(({ reportersAt }) => reportersAt))
}

/** False: under no true median of the venues, from the round that the call rests on until now, was the account below maintenance. */
function falseCall(state: State, account: bigint, look: Look, since: number): Finding[] {
  // Rounds stand between ticks: the last tick before the round counts too.
  const first = state.ticks.findLastIndex((tick) => tick.time <= since)
  const medians = state.ticks.slice(Math.max(0, first)).flatMap((tick) => medianOf(tick) ?? [])
  const seen = medians.map((median) => {
    const below = look.markets.below.map((marks) => ({ ...marks, candidates: [median] }))
    return healthOf(state, look.before.portfolio, { below, above: below }, 'BELOW')
  })
  return judge.judgeCall(account, seen).map(({ detail }) => ({ guarantee: FALSE_CALL, detail, account }))
}

async function riskTaken(reader: Reader, state: State, account: bigint, number: bigint): Promise<Finding[]> {
  const look = await lookAt(reader, account, number)
  const seen = healths(state, look, 'ABOVE')
  return judge.judgeRiskTaken(account, seen, look.before.portfolio, look.after.portfolio)
}

async function settled(
  reader: Reader,
  { account, underlying, expiry, payoff }: { account: bigint; underlying: number; expiry: number; payoff: bigint },
  number: bigint,
): Promise<Finding[]> {
  const [before, price] = await Promise.all([
    reader.accountAt(account, number - 1n),
    reader.settlementPriceAt(underlying, expiry, number),
  ])
  return judge.judgeSettled(account, expiry, before.portfolio, price, payoff)
}

/** Every account at a sweep; between sweeps only those found below close-out. */
async function overdue(
  reader: Reader,
  state: State,
  options: ChecksOptions,
  swept: readonly AccountSeen[] | undefined,
  number: bigint,
): Promise<Finding[]> {
  const looked = swept ?? (await Promise.all([...state.watch.keys()].map((it) => reader.accountAt(it, number))))
  const accounts = looked.filter(({ account }) => !reader.isHouse(account))
  if (accounts.length === 0) return []
  const markets = await reader.marketsAt(
    accounts.map(({ portfolio }) => portfolio),
    number,
  )
  const isAuctionable = markets.below.every(({ state: market }) => isCallable(market))
  const sights = accounts.map(({ account, portfolio, status }) => ({
    account,
    isBelow: (healthOf(state, portfolio, markets, 'BELOW')?.[LEVEL_INDEX.CLOSEOUT] ?? 0n) < 0n,
    isAuctionable: isAuctionable && status !== STATUSES[2] && portfolio.positions.length > 0,
  }))
  state.watch = watched(state.watch, sights)
  return judgeOverdue(state.watch, options.mostBlocksToAuction)
}

function isCallable(market: number): boolean {
  return market > MARKET_STATES.indexOf('SINGLE')
}

async function settlementPricesStand(reader: Reader, state: State, number: bigint): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [key, first] of state.settlementPrices) {
    const [underlying = 0, expiry = 0] = key.split('/').map(Number)
    const now = await reader.settlementPriceAt(underlying, expiry, number)
    findings.push(...judge.judgeSettlementPrice(expiry, first as typeof now, now))
  }
  return findings
}
