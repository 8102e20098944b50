// What would the protocol do? A small universe in memory, by the exact margin twin: prices by quorum, calls, cures and auctions.
import { recoverTypedDataAddress } from 'viem'
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

export type Round = { readonly time: number; readonly values: ReadonlyMap<number, bigint> }

/** Everything that a block leaves behind; never changed, only replaced. */
export type State = {
  readonly accounts: ReadonlyMap<AccountId, Account>
  readonly price: bigint
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
  /** No source is live: nothing is callable. */
  readonly isDead: boolean
}

export type Log = {
  readonly contract: 'ledger' | 'marginCalls' | 'auctions' | 'keeperRegistry'
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
  const id = ((BigInt(index) + 0x1000n) << 96n) as AccountId
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
    state: state.isDead ? 0 : MARKET_STATES.indexOf('AGREED'),
    candidates: [state.price as Price],
    expiries: [{ ...mark, ...settled }],
    older: [],
    surfaceAge: 0,
  }
}

export function healthOf(
  state: State,
  account: Account,
  time: number,
  side: Side,
  level: keyof typeof LEVEL_INDEX,
): bigint {
  const portfolio = { cash: account.cash as Cash, positions: account.positions, collateral: [] }
  return assess(portfolio, [marksAt(state, time)], rules, side).health[LEVEL_INDEX[level]]
}

/** Cash with which health at MAINTENANCE is `units`. */
export function withHealth(state: State, account: Account, time: number, units: number): Account {
  const health = healthOf(state, account, time, 'BELOW', 'MAINTENANCE')
  return { ...account, cash: account.cash - health + BigInt(Math.round(units * 1e6)) * 10n ** 12n }
}

/** What a call does at `time`; throws Refused where the contract would revert. */
export async function effectOf(state: State, to: string, asked: Asked, time: number): Promise<Effect> {
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
      let accounts = state.accounts
      const logs: Log[] = []
      for (const { account: id, witnesses } of items) {
        const account = accounts.get(id)
        const mayBe = account !== undefined && !account.isPoison && !state.isDead && account.status === 'HEALTHY'
        if (!mayBe || healthOf(state, account, time, 'BELOW', 'MAINTENANCE') >= 0n) continue
        accounts = new Map([...accounts, [id, { ...account, status: 'CALLED', graceEnd: time + 900, witnesses }]])
        logs.push({
          contract: 'marginCalls',
          event: 'MarginCallOpened',
          args: { account: id, graceSeconds: 900, witnesses },
        })
      }
      return done({ accounts }, logs, BigInt(logs.length), logs.length, items.length - logs.length)
    }
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
  let taken = 0
  for (const { reporter, observation, signature } of items) {
    const keeper = state.keepers.find(({ id }) => id === reporter)
    const isOfRound =
      Number(observation.time) === newest && newest % 10 === 0 && newest <= time && newest > state.newest
    if (keeper === undefined || !isOfRound || values.has(reporter)) continue
    const data = observationData({ chainId: CHAIN_ID, addresses: ADDRESSES }, observation)
    const signer = await recoverTypedDataAddress({ ...data, signature } as never).catch(() => '0x')
    if (signer.toLowerCase() !== keeper.signer.toLowerCase()) continue
    values.set(reporter, observation.price)
    taken += 1
  }
  if (taken === 0) return done({}, [], 0n, 0, items.length)
  if (values.size < QUORUM) return done({ open: { time: newest, values } }, [], BigInt(taken), taken)
  const sorted = [...values.values()].toSorted((a, b) => (a < b ? -1 : 1))
  const median = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.floor(sorted.length / 2)]!) / 2n
  return done({ price: median * 10n ** 10n, newest, open: undefined }, [], BigInt(taken), taken)
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
    case 'volatilityBook.surface':
      return [0n, []]
    case 'keeperRegistry.signerOf':
      return state.keepers.find(({ id }) => id === Number(args[0]))!.signer
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
