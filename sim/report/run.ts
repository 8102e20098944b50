// What is known of a run so far? One fold of its events; the live view and the report both read it.
import type { AccountStatus, RunEvent } from '../events.ts'

type EventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>

/** Told rarely enough that each is kept, in the order in which it happened. */
export type Happening = Exclude<
  RunEvent,
  { kind: 'started' | 'tick' | 'block' | 'market' | 'account' | 'onTurn' | 'reported' | 'finished' }
>

export type AccountPoint = Omit<EventOf<'account'>, 'kind' | 'account'>

/** What one sender did, counted where it changed something. */
export type Deeds = {
  reports: number
  observations: number
  surfaces: number
  marginCalls: number
  cures: number
  lapses: number
  auctions: number
  bids: number
  settlementPrices: number
  settlements: number
  failedTransactions: number
  failedGas: number
}

export type Run = {
  started: EventOf<'started'> | undefined
  finished: EventOf<'finished'> | undefined
  now: number
  ticks: EventOf<'tick'>[]
  blocks: EventOf<'block'>[]
  markets: EventOf<'market'>[]
  happenings: Happening[]
  /** By account. */
  accounts: Map<string, AccountPoint[]>
  /** By address in lower case; every keeper is in it from the start. */
  deeds: Map<string, Deeds>
  keeperOnTurn: number | undefined
  /** Decisions on which a keeper was on turn, by its id. */
  turns: Map<number, number>
  killed: Set<number>
  fund: EventOf<'fund'> | undefined
}

export function emptyRun(): Run {
  return {
    started: undefined,
    finished: undefined,
    now: 0,
    ticks: [],
    blocks: [],
    markets: [],
    happenings: [],
    accounts: new Map(),
    deeds: new Map(),
    keeperOnTurn: undefined,
    turns: new Map(),
    killed: new Set(),
    fund: undefined,
  }
}

/** Adds one event to what is known. */
export function remember(run: Run, event: RunEvent): void {
  if ('time' in event) run.now = Math.max(run.now, event.time)
  creditDeed(run, event)
  switch (event.kind) {
    case 'started':
      run.started = event
      run.now = event.from
      for (const keeper of event.keepers) deedsOf(run, keeper.address)
      return
    case 'tick':
      run.ticks.push(event)
      return
    case 'block':
      run.blocks.push(event)
      return
    case 'market':
      run.markets.push(event)
      return
    case 'account':
      rememberAccount(run, event)
      return
    case 'onTurn':
      run.keeperOnTurn = event.keeper
      run.turns.set(event.keeper, (run.turns.get(event.keeper) ?? 0) + 1)
      return
    case 'reported':
      return
    case 'finished':
      run.finished = event
      return
    default:
      rememberHappening(run, event)
  }
}

/** Status in which the account was last seen. */
export function statusOf(run: Run, account: string): AccountStatus {
  return run.accounts.get(account)?.at(-1)?.status ?? 'healthy'
}

export function countOf(run: Run, kind: Happening['kind']): number {
  return run.happenings.filter((happening) => happening.kind === kind).length
}

/** Every happening of one kind, in order. */
export function happeningsOf<Kind extends Happening['kind']>(
  run: Run,
  kind: Kind,
): Extract<Happening, { kind: Kind }>[] {
  return run.happenings.filter((it): it is Extract<Happening, { kind: Kind }> => it.kind === kind)
}

/** [s] Between events the market outruns the chain: until the first reports are in a block, an old round looks like a dead one. */
const HELD_SECONDS = 60

/** Where each market state began that held for a minute or more; the last one counts until now. */
export function heldMarkets({ markets, now }: Run): EventOf<'market'>[] {
  const held: EventOf<'market'>[] = []
  const begun = markets.filter(({ state }, index) => markets[index - 1]?.state !== state)
  for (const [index, market] of begun.entries()) {
    const end = begun[index + 1]?.time ?? now
    if (end - market.time >= HELD_SECONDS && held.at(-1)?.state !== market.state) held.push(market)
  }
  return held
}

/** Where the state before the newest block's began, if it held for a minute or more until this block. */
export function lastHeldMarket({ markets }: Run): EventOf<'market'> | undefined {
  const newest = markets.at(-1)
  const before = markets.at(-2)
  if (newest === undefined || before === undefined) return undefined
  let begun = markets.length - 2
  while (markets[begun - 1]?.state === before.state) begun -= 1
  const first = markets[begun]
  return first !== undefined && newest.time - first.time >= HELD_SECONDS ? first : undefined
}

/** The name given to an account at the start, or its shortened id. */
export function nameOf(run: Run, account: string): string {
  return run.started?.accounts.find((it) => it.account === account)?.name ?? shortened(account)
}

/** Who sent it: `keeper 3`, or the shortened address of somebody else. */
export function senderNameOf(run: Run, address: string): string {
  const keeper = run.started?.keepers.find((it) => it.address.toLowerCase() === address.toLowerCase())
  return keeper === undefined ? shortened(address) : `keeper ${keeper.id}`
}

function shortened(hex: string): string {
  return hex.length <= 13 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`
}

function rememberAccount(run: Run, { time, account, status, equity, maintenance, initial }: EventOf<'account'>): void {
  const points = run.accounts.get(account) ?? []
  points.push({ time, status, equity, maintenance, initial })
  run.accounts.set(account, points)
}

function rememberHappening(run: Run, happening: Happening): void {
  run.happenings.push(happening)
  if (happening.kind === 'fund') run.fund = happening
  if (happening.kind === 'killed') run.killed.add(happening.keeper)
  if (happening.kind === 'cure') setStatus(run, happening, 'healthy')
  if (happening.kind === 'auctionEnd') setStatus(run, happening, 'closed')
}

/** An account that holds nothing any more is not told of again: what ended is taken from what happened. */
function setStatus(run: Run, { account, time }: { account: string; time: number }, status: AccountStatus): void {
  const points = run.accounts.get(account)
  const last = points?.at(-1)
  if (last !== undefined && last.status !== status) points?.push({ ...last, time, status })
}

const DEED_OF: Partial<Record<RunEvent['kind'], keyof Deeds>> = {
  reported: 'reports',
  surface: 'surfaces',
  marginCall: 'marginCalls',
  cure: 'cures',
  lapse: 'lapses',
  auctionStart: 'auctions',
  bid: 'bids',
  settlementPrice: 'settlementPrices',
  settlement: 'settlements',
  failedTransaction: 'failedTransactions',
}

function creditDeed(run: Run, event: RunEvent): void {
  const deed = DEED_OF[event.kind]
  if (deed === undefined || !('by' in event)) return
  const deeds = deedsOf(run, event.by)
  deeds[deed] += 1
  if (event.kind === 'reported') deeds.observations += event.observations
  if (event.kind === 'failedTransaction') deeds.failedGas += event.gasUsed
}

function deedsOf(run: Run, address: string): Deeds {
  const known = run.deeds.get(address.toLowerCase())
  if (known !== undefined) return known
  const deeds: Deeds = {
    reports: 0,
    observations: 0,
    surfaces: 0,
    marginCalls: 0,
    cures: 0,
    lapses: 0,
    auctions: 0,
    bids: 0,
    settlementPrices: 0,
    settlements: 0,
    failedTransactions: 0,
    failedGas: 0,
  }
  run.deeds.set(address.toLowerCase(), deeds)
  return deeds
}
