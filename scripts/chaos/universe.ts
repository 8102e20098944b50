// What would the protocol do? A small universe in memory, by the exact margin twin: prices by quorum, calls, cures and auctions.
import { parseSignature, recoverTypedDataAddress, signatureToCompactSignature, zeroAddress } from 'viem'
import type { Hex } from 'viem'
import { assess } from '../../risk/exact/margin.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../risk/parameters.ts'
import { CONTRACT_NAMES } from '../../sdk/protocol/addresses.ts'
import type { Addresses } from '../../sdk/protocol/addresses.ts'
import { observationData } from '../../sdk/protocol/signing.ts'
import type { Observation } from '../../units/observation.ts'
import { MARKET_STATES } from '../../units/portfolio.ts'
import type { Position, Side, UnderlyingMarks, Witness } from '../../units/portfolio.ts'
import { seriesIdOf } from '../../units/series.ts'
import { LEVEL_INDEX, ONE } from '../../units/values.ts'
import type { AccountId, Cash, Price, Size } from '../../units/values.ts'

export const CHAIN_ID = 31_337
export const START = 1_584_000_000
export const EXPIRY = START + 30 * 86_400
export const SPOT = 200n * ONE
const YEAR = 365 * 86_400
const WINDOW = 1_800
const DAY = 86_400

export const ADDRESSES = Object.fromEntries(
  ['accessManager', ...CONTRACT_NAMES].map((name, index) => [
    name,
    `0x${(0xc0de00 + index).toString(16).padStart(40, '0')}`,
  ]),
) as Addresses

export const rules = new Map([[1, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE) }]])

export type Status = 'HEALTHY' | 'CALLED' | 'AUCTION' | 'CLOSED'
export type Account = {
  readonly id: AccountId
  readonly version: number
  readonly cash: bigint
  readonly positions: readonly Position[]
  readonly status: Status
  /** [s of market time] At which the grace of a call is over. */
  readonly graceEnd: number
  readonly witnesses: readonly Witness[]
  /** Sends every call about it astray: a token that reverts, a callback that burns gas. */
  readonly isPoison: boolean
}

/** Of one reporter, in 1e-8; with a half width it is an interval. */
export type Value = { readonly price: bigint; readonly halfWidth: bigint }
export type Round = { readonly time: number; readonly values: ReadonlyMap<number, Value> }

/** Everything that a block leaves behind; never changed, only replaced. */
export type State = {
  readonly accounts: ReadonlyMap<AccountId, Account>
  readonly price: bigint
  /** What the newest round leaves open, where too few of it agree: nothing is judged but by both ends. */
  readonly doubt: { readonly low: bigint; readonly high: bigint } | undefined
  readonly newest: number
  readonly open: Round | undefined
  readonly keepers: readonly {
    readonly id: number
    readonly signer: Hex
    readonly sender: Hex
    readonly endpoint: string
  }[]
  readonly epoch: number
  readonly seed: Hex
  /** Keepers whose two values for one round were proven, with that round. */
  readonly punished: readonly { readonly reporter: number; readonly time: number }[]
  /** No source is live: nothing is callable. */
  readonly isDead: boolean
}

export type Log = {
  readonly contract: 'ledger' | 'marginCalls' | 'auctions' | 'keeperRegistry' | 'reporterOracle'
  readonly event: string
  readonly args: object
}
/** `worked`: items that changed something; `idle`: that did not. */
export type Effect = {
  readonly state: State
  readonly logs: readonly Log[]
  readonly result: unknown
  readonly worked: number
  readonly idle: number
}

/** The call as ABI decoding gives it. */
export type Asked = { readonly functionName: string; readonly args: readonly unknown[] }

/** A revert. */
export class Refused extends Error {}

export function shortCall(strike: bigint, size: bigint): Position {
  const series = seriesIdOf({ underlying: 1, expiry: EXPIRY, strike: strike as Price, kind: 'CALL', field: 0 })
  return { series, size: -size as Size }
}

export function accountOf(index: number, changed: Partial<Account> = {}): Account {
  // The lowest 64 bits differ too: by them alone a Map tells whole numbers apart.
  const id = (((BigInt(index) + 0x1000n) << 96n) | BigInt(index)) as AccountId
  const positions = [shortCall(BigInt(200 + 10 * (index % 4)) * ONE, ONE)]
  return {
    id,
    version: 1,
    cash: 100n * ONE,
    positions,
    status: 'HEALTHY',
    graceEnd: 0,
    witnesses: [],
    isPoison: false,
    ...changed,
  }
}

export function marksAt(state: State, time: number): UnderlyingMarks {
  const secondsLeft = Math.max(0, EXPIRY - time)
  const theta = (BigInt(Math.round(0.64 * 1e9)) * 10n ** 9n * BigInt(secondsLeft)) / BigInt(YEAR)
  const mark = { expiry: EXPIRY, secondsLeft, windowSeconds: WINDOW, forwardRatio: ONE, theta, rho: 0n, phi: ONE }
  const settled = { elapsedShare: 0n, averageSoFar: 0n as Price, settlementPrice: 0n as Price }
  return {
    underlying: 1,
    state: state.isDead ? 0 : MARKET_STATES.indexOf(state.doubt === undefined ? 'AGREED' : 'WIDE'),
    candidates: pricesOf(state) as Price[],
    expiries: [{ ...mark, ...settled }],
    older: [],
    surfaceAge: 0,
  }
}

/** Every price that a statement must hold under. */
function pricesOf({ price, doubt }: State): readonly bigint[] {
  return doubt === undefined ? [price] : [...new Set([doubt.low, doubt.high])]
}

export function healthOf(
  state: State,
  account: Account,
  time: number,
  side: Side,
  level: keyof typeof LEVEL_INDEX,
): bigint {
  const known = assessed.get(account) ?? new Map<string, readonly bigint[]>()
  assessed.set(account, known)
  const key = [...pricesOf(state), state.doubt === undefined, state.isDead, time, side].join()
  const health = known.get(key) ?? healthAt(state, account, time, side)
  known.set(key, health)
  for (const oldest of known.keys()) if (known.size > ASSESSED_KEPT) known.delete(oldest)
  return health[LEVEL_INDEX[level]]!
}

/** Every endpoint that simulates a call asks for the same once more. */
const ASSESSED_KEPT = 8
const assessed = new WeakMap<Account, Map<string, readonly bigint[]>>()

function healthAt(state: State, account: Account, time: number, side: Side): readonly bigint[] {
  const portfolio = { cash: account.cash as Cash, positions: account.positions, collateral: [] }
  return assess(portfolio, [marksAt(state, time)], rules, side).health
}

/** Cash with which health at MAINTENANCE is `units`. */
export function withHealth(state: State, account: Account, time: number, units: number): Account {
  const health = healthOf(state, account, time, 'BELOW', 'MAINTENANCE')
  return { ...account, cash: account.cash - health + BigInt(Math.round(units * 1e6)) * 10n ** 12n }
}

/** What a call does at `time`, with gas for `room` items; throws Refused where the contract would revert. */
export async function effectOf(state: State, to: string, asked: Asked, time: number, room: number): Promise<Effect> {
  const done = (changed: Partial<State>, logs: readonly Log[], result: unknown, worked: number, idle = 0): Effect => ({
    state: { ...state, ...changed },
    logs,
    result,
    worked,
    idle,
  })
  const replaced = (account: Account): ReadonlyMap<AccountId, Account> =>
    new Map([...state.accounts, [account.id, account]])
  const find = (id: unknown): Account => {
    const account = state.accounts.get(id as AccountId)
    if (account === undefined) throw new Refused('NothingHeld')
    if (account.isPoison) throw new Refused('poison')
    return account
  }
  switch (`${to}.${asked.functionName}`) {
    case 'priceBook.report':
      return reported(state, asked.args[0] as readonly SignedItem[], time, done)
    case 'marginCalls.openMarginCalls': {
      const items = asked.args[0] as readonly { readonly account: AccountId; readonly witnesses: readonly Witness[] }[]
      const accounts = new Map(state.accounts)
      const logs: Log[] = []
      let tried = 0
      for (const { account: id, witnesses } of items) {
        if (logs.length >= room) break
        tried += 1
        const account = accounts.get(id)
        const mayBe = account !== undefined && !account.isPoison && !state.isDead && account.status === 'HEALTHY'
        if (!mayBe || healthOf(state, account, time, 'BELOW', 'MAINTENANCE') >= 0n) continue
        accounts.set(id, { ...account, status: 'CALLED', graceEnd: time + 900, witnesses })
        logs.push({
          contract: 'marginCalls',
          event: 'MarginCallOpened',
          args: { account: id, graceSeconds: 900, witnesses },
        })
      }
      return done({ accounts }, logs, BigInt(logs.length), logs.length, tried - logs.length)
    }
    case 'reporterOracle.proveEquivocation':
      return proven(state, asked.args as readonly [SignedItem, SignedItem], done)
    case 'marginCalls.recordCure': {
      const account = find(asked.args[0])
      if (account.status !== 'CALLED') throw new Refused('NotCalled')
      if (healthOf(state, account, time, 'ABOVE', 'INITIAL') < 0n) throw new Refused('AccountNotCured')
      const log: Log = { contract: 'marginCalls', event: 'MarginCallCured', args: { account: account.id } }
      return done({ accounts: replaced({ ...account, status: 'HEALTHY', witnesses: [] }) }, [log], undefined, 1)
    }
    case 'auctions.start': {
      const account = find(asked.args[0])
      if (account.status === 'AUCTION') throw new Refused('AlreadyInAuction')
      const isOverdue = account.status === 'CALLED' && time >= account.graceEnd
      const level = isOverdue ? 'MAINTENANCE' : 'CLOSEOUT'
      if (state.isDead) throw new Refused('MarketNotCallable')
      if (healthOf(state, account, time, 'BELOW', level) >= 0n) throw new Refused('AccountHealthy')
      const witnesses = asked.args[1] as readonly Witness[]
      const logs: Log[] = [
        { contract: 'marginCalls', event: 'AuctionEntered', args: { account: account.id } },
        { contract: 'auctions', event: 'AuctionStarted', args: { account: account.id, witnesses } },
      ]
      return done({ accounts: replaced({ ...account, status: 'AUCTION', witnesses }) }, logs, undefined, 1)
    }
    default:
      throw new Refused(`${to}.${asked.functionName} does nothing here`)
  }
}

type SignedItem = { readonly reporter: number; readonly observation: Observation; readonly signature: Hex }
type Done = (changed: Partial<State>, logs: readonly Log[], result: unknown, worked: number, idle?: number) => Effect

const QUORUM = 3

/** Values of the newest round named; complete with three, else it stands open. What is forged or too old is passed over. */
async function reported(state: State, items: readonly SignedItem[], time: number, done: Done): Promise<Effect> {
  const newest = items.reduce((most, { observation }) => Math.max(most, Number(observation.time)), 0)
  const values = new Map(state.open?.time === newest ? state.open.values : [])
  const logs: Log[] = []
  for (const item of items) {
    const { reporter, observation } = item
    const isOfRound =
      Number(observation.time) === newest && newest % 10 === 0 && newest <= time && newest > state.newest
    if (!isOfRound || values.has(reporter) || !(await isSigned(state, item))) continue
    values.set(reporter, observation)
    const { r, yParityAndS: vs } = signatureToCompactSignature(parseSignature(item.signature))
    logs.push({ contract: 'reporterOracle', event: 'Observed', args: { reporter, ...observation, r, vs } })
  }
  const taken = logs.length
  if (taken === 0) return done({}, [], 0n, 0, items.length)
  if (values.size < QUORUM) return done({ open: { time: newest, values } }, logs, BigInt(taken), taken)
  return done({ ...settled([...values.values()]), newest, open: undefined }, logs, BigInt(taken), taken)
}

/** By the key of the reporter it names, one that counts still. */
async function isSigned(state: State, { reporter, observation, signature }: SignedItem): Promise<boolean> {
  const keeper = state.keepers.find(({ id }) => id === reporter)
  if (keeper === undefined || state.punished.some((one) => one.reporter === reporter)) return false
  const data = observationData({ chainId: CHAIN_ID, addresses: ADDRESSES }, observation)
  const signer = await recoverTypedDataAddress({ ...data, signature } as never).catch(() => '0x')
  return signer.toLowerCase() === keeper.signer.toLowerCase()
}

/** The median where a quorum is sure of itself; else whatever any of them holds possible is open. */
function settled(values: readonly Value[]): Pick<State, 'doubt'> & Partial<Pick<State, 'price'>> {
  const sure = values.flatMap(({ price, halfWidth }) => (halfWidth === 0n ? [price] : []))
  if (sure.length >= QUORUM) return { price: medianOf(sure) * PER_OBSERVED, doubt: undefined }
  const low = values.map(({ price, halfWidth }) => price - halfWidth).reduce((a, b) => (a < b ? a : b))
  const high = values.map(({ price, halfWidth }) => price + halfWidth).reduce((a, b) => (a > b ? a : b))
  return { doubt: { low: low * PER_OBSERVED, high: high * PER_OBSERVED } }
}

/** From 1e-8 to 1e-18. */
const PER_OBSERVED = 10n ** 10n

function medianOf(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : 1))
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2n
}

/** Two values of one reporter for one round cost it its place, once. */
async function proven(state: State, [first, second]: readonly [SignedItem, SignedItem], done: Done): Promise<Effect> {
  const [a, b] = [first.observation, second.observation]
  const areTwo = a.price !== b.price || a.halfWidth !== b.halfWidth
  const isOneRound = a.underlying === b.underlying && a.time === b.time && first.reporter === second.reporter
  if (!isOneRound || !areTwo) throw new Refused('NoEquivocation')
  if (!(await isSigned(state, first)) || !(await isSigned(state, second))) throw new Refused('UnknownSigner')
  const punished = [...state.punished, { reporter: first.reporter, time: Number(a.time) }]
  return done({ punished }, [], undefined, 1)
}

/** What the lens and the rest answer; undefined where it is no view. */
export function viewOf(state: State, to: string, asked: Asked, time: number): unknown {
  const { args } = asked
  switch (`${to}.${asked.functionName}`) {
    case 'lens.universe':
      return {
        assetCount: 2,
        keepers: state.keepers.map(({ id }) => id),
        seenAt: state.keepers.map(() => 4_000_000_000),
        idle: 0n,
        unseenBlocks: 300,
        nextEpochAt: BigInt(START + 1_000 * DAY),
        seed: state.seed,
        epoch: BigInt(state.epoch),
        slotSeconds: 24,
        guardSeconds: 12,
        quorum: QUORUM,
        windowSeconds: WINDOW,
        activeAccounts: BigInt(state.accounts.size),
        openAuctions: 0n,
      }
    case 'lens.accounts':
      return [...state.accounts.values()]
        .slice(Number(args[0]), Number(args[0]) + Number(args[1]))
        .map((it) => viewOfAccount(it, time))
    case 'lens.account': {
      const account = state.accounts.get(args[0] as AccountId)
      return viewOfAccount(account ?? { ...accountOf(0), id: args[0] as AccountId, version: 0, positions: [] }, time)
    }
    case 'lens.market': {
      const marks = marksAt(state, time)
      const asked = {
        ...marks,
        expiries: marks.expiries.filter(({ expiry }) => (args[1] as readonly number[]).includes(expiry)),
      }
      const reporters = [...(state.open?.values.keys() ?? [])].reduce((bits, id) => bits | (1n << BigInt(id)), 0n)
      const told = BigInt(state.newest)
      return {
        index: {
          state: marks.state,
          price: state.price,
          updatedAt: told,
          reporters: state.price,
          reportersAt: told,
          anchor: state.price,
          anchorAt: told,
        },
        below: asked,
        above: asked,
        marketTime: BigInt(time - START),
        lastStop: 0n,
        openRoundTime: BigInt(state.open?.time ?? 0),
        openRoundReporters: reporters,
        newestRoundTime: told,
        surfaceTime: 0n,
        parametersVersion: 1,
        checkpointCount: 0n,
      }
    }
    case 'lens.parameters': {
      const { parameters, grid } = rules.get(1)!
      return [parameters, grid]
    }
    case 'parameters.version':
      return 1
    case 'anchor.trialOf':
      return { aggregator: `0x${'0'.repeat(40)}`, since: 0n, last: 0n, apartSince: 0n }
    case 'windDown.silenceOf':
      return { notedAt: 0n, marketTime: 0n, declaredAt: 0n, checkpoints: 0n }
    case 'windDown.samplesOf':
      return { cumulative: 0n, covered: 0n, takenAt: 0n, last: 0n }
    case 'windDown.price':
      return 0n
    case 'lens.paths': {
      const hours = (args[1] as readonly number[]).map((hour) => ({ hour, price: state.price, isObservable: false }))
      const nothing = { isTouched: false, elapsedShare: 0n, averageSoFar: 0n, settlementPrice: 0n }
      return [hours, (args[2] as readonly bigint[]).map((series) => ({ series, ...nothing }))]
    }
    // What is owed here is nobody's to collect: there is no collateral.
    case 'lens.debts': {
      const debts = (args[0] as readonly AccountId[]).map((account) => ({
        account,
        since: 0n,
        interest: 0n,
        sales: [],
      }))
      return [debts, 0n, 0n]
    }
    // The default fund's.
    case 'ledger.cashOf':
      return ONE
    case 'withdrawalQueue.places':
      return [0n, 0n]
    case 'volatilityBook.surface':
      return [0n, []]
    case 'keeperRegistry.signerOf':
      return state.punished.some(({ reporter }) => reporter === Number(args[0]))
        ? zeroAddress
        : state.keepers.find(({ id }) => id === Number(args[0]))!.signer
    case 'keeperRegistry.keeper': {
      const keeper = state.keepers.find(({ id }) => id === Number(args[0]))!
      return {
        id: keeper.id,
        signer: keeper.signer,
        senders: [keeper.sender],
        endpoint: keeper.endpoint,
        bond: 0n,
        operator: keeper.sender,
        absences: 0,
      }
    }
    default:
      return undefined
  }
}

const STATUS_NUMBERS = { HEALTHY: 0, CALLED: 1, AUCTION: 2, CLOSED: 3 }

function viewOfAccount({ id, version, cash, positions, status, graceEnd, witnesses }: Account, time: number) {
  const graceLeft = status === 'CALLED' ? BigInt(Math.max(0, graceEnd - time)) : 0n
  return {
    account: id,
    version: BigInt(version),
    portfolio: { cash, positions, collateral: [] },
    status: STATUS_NUMBERS[status],
    graceLeft,
    witnesses,
  }
}
