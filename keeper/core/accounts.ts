// What does every account hold? Columns of numbers for a million accounts; the exact state of one is put together when asked for.
import { ownerOf } from '../../units/account.ts'
import type { Address } from '../../units/account.ts'
import { seriesOf } from '../../units/series.ts'
import type { Collateral, Position } from '../../units/portfolio.ts'
import type { AccountId, Cash, SeriesId, Size } from '../../units/values.ts'
import { STATUSES } from './view.ts'
import type { AccountState, Grace, Status } from './view.ts'

/** What an entry of an account is; a kind that is priced by another path than Black's formula is PATH. */
export const ENTRY = { CALL: 0, PUT: 1, COLLATERAL: 2, PATH: 3 } as const

/** One thing that can be held, told apart by its number: a series, or an underlying held as collateral. */
export type Holdable = {
  readonly id: SeriesId | undefined
  readonly underlying: number
  /** [unix s] Infinite for collateral, which so comes before every expiry of its underlying. */
  readonly expiry: number
  /** [units of account] */
  readonly strike: number
  readonly kind: (typeof ENTRY)[keyof typeof ENTRY]
  /** Accounts that hold it now. */
  holders: number
}

/** By slot, but for `entry…`, where an account's own stand from `first` on: by underlying, then from the farthest expiry to the nearest. */
export type Columns = {
  cash: Float64Array
  status: Uint8Array
  first: Int32Array
  count: Uint8Array
  entryOf: Uint32Array
  entrySize: Float64Array
}

export type Accounts = {
  readonly size: () => number
  readonly get: (account: AccountId) => AccountState | undefined
  readonly versionOf: (account: AccountId) => bigint
  /** Every state, put together one by one: for small universes and tests. */
  readonly values: () => Generator<AccountState>
  /** Replaces whatever is known of the account; its slot. */
  readonly put: (state: AccountState) => number
  readonly stateAt: (slot: number) => AccountState
  /** Lower-case address. */
  readonly ownerAt: (slot: number) => Address
  readonly countOf: (status: Status) => number
  /** Expiries held in `underlying`, ascending: those that marks are asked for. */
  readonly expiriesOf: (underlying: number) => number[]
  /** Series held in `underlying`, ascending. */
  readonly seriesOf: (underlying: number) => SeriesId[]
  /** Of one of the series of an expiry that `isMeant`, ascending, so that every keeper names the same page. */
  readonly holdersOf: (underlying: number, expiry: number, isMeant?: (series: SeriesId) => boolean) => AccountId[]
  /** With less than no cash, ascending. */
  readonly debtors: () => AccountId[]
  /** Ascending. */
  readonly inAuction: () => AccountId[]
  readonly columns: Columns
  readonly holdables: readonly Holdable[]
  /** Slots put since this was last asked. */
  readonly takeChanged: () => readonly number[]
}

const WAD = 1e18
/** Sizes that are whole multiples of this [1e-18] and small enough stand exactly in a double; the others are kept beside. */
const GRAIN = 10n ** 10n
const GRAINS = 1e8
const WORD = 64n
const MASK = (1n << WORD) - 1n
const MORE = 1.25

/** `expected` accounts find room without growing. */
export function accountsOf(states: Iterable<AccountState> = [], expected = 64): Accounts {
  let room = Math.max(16, expected)
  let used = 0
  let entriesUsed = 0
  let entriesLost = 0
  let ids = new BigUint64Array(room * 4)
  let versions = new Float64Array(room)
  let cashLow = new BigUint64Array(room)
  let cashHigh = new BigInt64Array(room)
  let buckets = new Int32Array(bucketsFor(room)).fill(-1)
  let changed: number[] = []
  const columns: Columns = {
    cash: new Float64Array(room),
    status: new Uint8Array(room),
    first: new Int32Array(room),
    count: new Uint8Array(room),
    entryOf: new Uint32Array(room * 8),
    entrySize: new Float64Array(room * 8),
  }
  const holdables: Holdable[] = []
  const numberOf = new Map<bigint, number>()
  /** Of those called or in auction; nobody else has any. */
  const standing = new Map<number, Pick<AccountState, 'grace' | 'witnesses'>>()
  const statuses = new Int32Array(STATUSES.length)
  /** Amounts that no double holds, by slot and number of what is held. */
  const exact = new Map<number, bigint>()
  const exactKey = (slot: number, number: number): number => slot * 0x1_0000_0000 + number

  // ---- where an account is -------------------------------------------------------------------------------------

  function find(account: bigint): number {
    for (let at = hashOf(account) & (buckets.length - 1); ; at = (at + 1) & (buckets.length - 1)) {
      const slot = buckets[at]!
      if (slot < 0 || isAt(slot, account)) return slot
    }
  }

  function isAt(slot: number, account: bigint): boolean {
    const at = slot * 4
    return ids[at] === (account & MASK) && idAt(slot) === account
  }

  function idAt(slot: number): AccountId {
    const at = slot * 4
    return ((((ids[at + 3]! << WORD) | ids[at + 2]!) << (2n * WORD)) | (ids[at + 1]! << WORD) | ids[at]!) as AccountId
  }

  function place(slot: number, account: bigint): void {
    let at = hashOf(account) & (buckets.length - 1)
    while (buckets[at]! >= 0) at = (at + 1) & (buckets.length - 1)
    buckets[at] = slot
  }

  function added(account: bigint): number {
    if (used === room) grow()
    const slot = used++
    for (let word = 0; word < 4; word++) ids[slot * 4 + word] = (account >> (WORD * BigInt(word))) & MASK
    place(slot, account)
    statuses[0] = statuses[0]! + 1
    return slot
  }

  function grow(): void {
    room = Math.ceil(room * MORE) + 16
    ids = larger(ids, room * 4)
    versions = larger(versions, room)
    cashLow = larger(cashLow, room)
    cashHigh = larger(cashHigh, room)
    columns.cash = larger(columns.cash, room)
    columns.status = larger(columns.status, room)
    columns.first = larger(columns.first, room)
    columns.count = larger(columns.count, room)
    if (buckets.length >= bucketsFor(room)) return
    buckets = new Int32Array(bucketsFor(room)).fill(-1)
    for (let slot = 0; slot < used; slot++) place(slot, idAt(slot))
  }

  // ---- what it holds -------------------------------------------------------------------------------------------

  /** Collateral goes by the negative of its underlying: no series is negative. */
  function numberFor(key: bigint): number {
    const known = numberOf.get(key)
    if (known !== undefined) return known
    holdables.push(key < 0n ? collateralOf(Number(-key)) : seriesHeld(key as SeriesId))
    numberOf.set(key, holdables.length - 1)
    return holdables.length - 1
  }

  function release(slot: number): void {
    const { first, count, entryOf } = columns
    for (let at = first[slot]!; at < first[slot]! + count[slot]!; at++) {
      const number = entryOf[at]!
      holdables[number]!.holders -= 1
      exact.delete(exactKey(slot, number))
    }
  }

  /** `entries` in the order that columns promise. */
  function hold(slot: number, entries: readonly { readonly number: number; readonly amount: bigint }[]): void {
    release(slot)
    if (entries.length > columns.count[slot]!) {
      entriesLost += columns.count[slot]!
      makeRoom(entries.length)
      columns.first[slot] = entriesUsed
      entriesUsed += entries.length
    } else entriesLost += columns.count[slot]! - entries.length
    columns.count[slot] = entries.length
    entries.forEach(({ number, amount }, index) => {
      const at = columns.first[slot]! + index
      columns.entryOf[at] = number
      columns.entrySize[at] = Number(amount) / WAD
      holdables[number]!.holders += 1
      if (amountIn(columns.entrySize[at]!) !== amount) exact.set(exactKey(slot, number), amount)
    })
  }

  function makeRoom(count: number): void {
    if (entriesUsed + count <= columns.entryOf.length) return
    if (entriesLost > columns.entryOf.length / 4) return compact(count)
    const length = Math.ceil((entriesUsed + count) * MORE)
    columns.entryOf = larger(columns.entryOf, length)
    columns.entrySize = larger(columns.entrySize, length)
  }

  /** Entries moved together again, in the order of their slots. */
  function compact(count: number): void {
    const { first, count: counts, entryOf, entrySize } = columns
    columns.entryOf = new Uint32Array(entryOf.length + count)
    columns.entrySize = new Float64Array(entrySize.length + count)
    entriesUsed = 0
    entriesLost = 0
    for (let slot = 0; slot < used; slot++) {
      const from = first[slot]!
      columns.entryOf.set(entryOf.subarray(from, from + counts[slot]!), entriesUsed)
      columns.entrySize.set(entrySize.subarray(from, from + counts[slot]!), entriesUsed)
      first[slot] = entriesUsed
      entriesUsed += counts[slot]!
    }
  }

  function amountAt(slot: number, at: number): bigint {
    return exact.get(exactKey(slot, columns.entryOf[at]!)) ?? amountIn(columns.entrySize[at]!)
  }

  // ---- whole states --------------------------------------------------------------------------------------------

  function put(state: AccountState): number {
    const known = find(state.account)
    const slot = known >= 0 ? known : added(state.account)
    versions[slot] = Number(state.version)
    cashLow[slot] = BigInt.asUintN(64, state.cash)
    cashHigh[slot] = BigInt.asIntN(64, state.cash >> WORD)
    columns.cash[slot] = Number(state.cash) / WAD
    const status = STATUSES.indexOf(state.status)
    statuses[columns.status[slot]!] = statuses[columns.status[slot]!]! - 1
    statuses[status] = statuses[status]! + 1
    columns.status[slot] = status
    const { grace, witnesses } = state
    if (state.status === 'CALLED') standing.set(slot, { grace, witnesses })
    else if (state.status === 'AUCTION') standing.set(slot, { grace: NO_GRACE, witnesses })
    else standing.delete(slot)
    hold(slot, entriesOf(state))
    changed.push(slot)
    return slot
  }

  function entriesOf({ positions, collateral }: AccountState) {
    const held = [
      ...collateral.map(({ underlying, amount }) => ({ number: numberFor(BigInt(-underlying)), amount })),
      ...positions.map(({ series, size }) => ({ number: numberFor(series), amount: size as bigint })),
    ]
    return held.toSorted((a, b) => inOrder(holdables[a.number]!, holdables[b.number]!))
  }

  function stateAt(slot: number): AccountState {
    const positions: Position[] = []
    const collateral: Collateral[] = []
    for (let at = columns.first[slot]!; at < columns.first[slot]! + columns.count[slot]!; at++) {
      const { id, underlying } = holdables[columns.entryOf[at]!]!
      const amount = amountAt(slot, at)
      if (id === undefined) collateral.push({ underlying, amount })
      else positions.push({ series: id, size: amount as Size })
    }
    return {
      account: idAt(slot),
      version: BigInt(versions[slot]!),
      cash: ((cashHigh[slot]! << WORD) | cashLow[slot]!) as Cash,
      positions,
      collateral,
      status: STATUSES[columns.status[slot]!]!,
      ...(standing.get(slot) ?? { grace: NO_GRACE, witnesses: [] }),
    }
  }

  function* values(): Generator<AccountState> {
    for (let slot = 0; slot < used; slot++) yield stateAt(slot)
  }

  function holdersOf(underlying: number, expiry: number, isMeant?: (series: SeriesId) => boolean): AccountId[] {
    const wanted = new Set(
      holdables.flatMap(({ id, underlying: its, expiry: end }, number) => {
        return id !== undefined && its === underlying && end === expiry && isMeant?.(id) !== false ? [number] : []
      }),
    )
    if (wanted.size === 0) return []
    const found: AccountId[] = []
    const { first, count, entryOf } = columns
    for (let slot = 0; slot < used; slot++) {
      for (let at = first[slot]!; at < first[slot]! + count[slot]!; at++) {
        if (!wanted.has(entryOf[at]!)) continue
        found.push(idAt(slot))
        break
      }
    }
    return ascending(found)
  }

  function debtors(): AccountId[] {
    const found: AccountId[] = []
    for (let slot = 0; slot < used; slot++) if (columns.cash[slot]! < 0) found.push(idAt(slot))
    return ascending(found)
  }

  for (const state of states) put(state)
  return {
    size: () => used,
    get: (account) => {
      const slot = find(account)
      return slot < 0 ? undefined : stateAt(slot)
    },
    versionOf: (account) => {
      const slot = find(account)
      return slot < 0 ? 0n : BigInt(versions[slot]!)
    },
    values,
    put,
    stateAt,
    ownerAt: (slot) => ownerOf(idAt(slot)),
    countOf: (status) => statuses[STATUSES.indexOf(status)]!,
    expiriesOf: (underlying) => {
      const held = holdables.filter((it) => it.underlying === underlying && it.id !== undefined && it.holders > 0)
      return [...new Set(held.map(({ expiry }) => expiry))].toSorted((a, b) => a - b)
    },
    seriesOf: (underlying) =>
      ascending(
        holdables.flatMap((it) => {
          return it.underlying === underlying && it.id !== undefined && it.holders > 0 ? [it.id] : []
        }),
      ),
    holdersOf,
    debtors,
    inAuction: () => {
      const auction = STATUSES.indexOf('AUCTION')
      return ascending([...standing.keys()].filter((slot) => columns.status[slot] === auction).map(idAt))
    },
    columns,
    holdables,
    takeChanged: () => {
      const taken = changed
      changed = []
      return taken
    },
  }
}

function ascending<Id extends bigint>(ids: readonly Id[]): Id[] {
  return ids.toSorted((a, b) => (a < b ? -1 : 1))
}

const NO_GRACE: Grace = { left: 0n, since: new Map() }

/** Twice as many as there are accounts, a power of two. */
function bucketsFor(room: number): number {
  return 2 ** Math.ceil(Math.log2(room * 2))
}

/** Owners differ in the upper words, an owner's accounts in the lowest. */
function hashOf(account: bigint): number {
  let hash = 0
  for (const shift of [0n, 32n, 96n, 128n, 192n]) {
    hash = Math.imul(hash ^ Number((account >> shift) & 0xffff_ffffn), 0x9e37_79b1)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}

/** What stands in the column, if a double holds it. */
function amountIn(size: number): bigint {
  const grains = Math.round(size * GRAINS)
  return Number.isSafeInteger(grains) ? BigInt(grains) * GRAIN : 0n
}

function collateralOf(underlying: number): Holdable {
  return { id: undefined, underlying, expiry: Infinity, strike: 0, kind: ENTRY.COLLATERAL, holders: 0 }
}

function seriesHeld(id: SeriesId): Holdable {
  const { underlying, expiry, strike, kind } = seriesOf(id)
  const entry = kind === 'CALL' ? ENTRY.CALL : kind === 'PUT' ? ENTRY.PUT : ENTRY.PATH
  return { id, underlying, expiry, strike: Number(strike) / WAD, kind: entry, holders: 0 }
}

function inOrder(a: Holdable, b: Holdable): number {
  if (a.underlying !== b.underlying) return a.underlying - b.underlying
  return a.expiry === b.expiry ? a.strike - b.strike : b.expiry > a.expiry ? 1 : -1
}

type Column = Float64Array | Int32Array | Uint8Array | Uint32Array | BigUint64Array | BigInt64Array

function larger<C extends Column>(column: C, length: number): C {
  const copy = new (column.constructor as new (length: number) => C)(length)
  copy.set(column as never)
  return copy
}
