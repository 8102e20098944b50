// Which accounts must be looked at again? Those whose certificate has run out, the worst off first; everybody else has been proven healthy.
import { fastMarketOf } from '../../risk/fast/margin.ts'
import { agedFactorsOf } from '../../risk/fast/market.ts'
import type { FastUnderlying } from '../../risk/fast/market.ts'
import type { MarginParameters, UnderlyingMarks } from '../../units/portfolio.ts'
import { MOVE_MOST, placeOf, VOLATILITY_MOST } from './certificate.ts'
import type { Place } from './certificate.ts'
import { HORIZON, valuerOf } from './health.ts'
import type { MarkedMarket } from './health.ts'
import { STATUSES } from './view.ts'
import type { View } from './view.ts'

export type Watch = {
  /** Takes the view of a head: ends certificates, and puts what is to be looked at in order. */
  readonly begin: (view: View) => void
  /** Looks at up to `count` accounts, the worst off first; how many are left. */
  readonly look: (count: number) => number
  /**
   * Slots about which there may be something to do: those called, in auction or in debt, those without a fast answer of this kind, and
   * at most `most` others, lowest health first.
   */
  readonly suspects: (most: number) => number[]
  /** Accounts of the house that hold cash and nothing else. */
  readonly clearing: () => readonly number[]
  readonly figures: () => WatchFigures
}

/** `low`: accounts that no certificate could be given for want of health. `looks`, `ended`: since the start. */
export type WatchFigures = {
  readonly left: number
  readonly low: number
  readonly looks: number
  readonly ended: number
}

/** Accounts whose certificates are compared with the market together: one look at their worst says whether any has run out. */
const BLOCK = 128
/** Shares of an account's health that time and volatility may use up; the rest is the price's. */
const TIME_BUDGET = 0.2
const VOLATILITY_BUDGET = 0.1
/** Twice what the scan doubts, so that nobody whom it would look at is certified. */
const DOUBT_SHARE = 2e-6
const DOUBT_LEAST = 2e-2
/** What a float32 may round a limit by, and more. */
const ROUNDING = 1e-6
const NEVER = 0xffff_ffff

/** Certificates of one underlying, a row an account that holds something in it. */
type Table = {
  place: Place | undefined
  rows: number
  rowOf: Int32Array
  slotOf: Int32Array
  low: Float32Array
  high: Float32Array
  volatility: Float32Array
  slope: Float32Array
  at: Float32Array
  worstLow: Float32Array
  worstHigh: Float32Array
  worstVolatility: Float32Array
}

/** `house`: owners of the protocol's own accounts, which are nobody's debtors. */
export function watchOf(accounts: View['accounts'], house: ReadonlySet<string>): Watch {
  const { columns } = accounts
  const valuer = valuerOf(accounts)
  const tables = new Map<number, Table>()
  /** The same once more: who ends a million certificates must not make an iterator for each. */
  const list: Table[] = []
  const special = new Set<number>()
  const clearing = new Set<number>()
  const low = new Set<number>()
  /** Of no health that the valuer knows: the scan looks at all of them, and they take nobody's place. */
  const unvalued = new Set<number>()
  let room = 0
  let known = 0
  let until = new Uint32Array(0)
  let worstUntil = new Uint32Array(0)
  let health = new Float32Array(0)
  let isQueued = new Uint8Array(0)
  let isHouse = new Uint8Array(0)
  let queue = new Int32Array(0)
  let due = new Int32Array(0)
  let next = 0
  let time = 0
  let hash = ''
  let looks = 0
  let ended = 0

  // ---- a head --------------------------------------------------------------------------------------------------

  function begin(view: View): void {
    time = view.head.time
    makeRoom()
    const { marked, isNew } = marketsAt(view)
    valuer.mark(marked)
    // What was left of the last head, and each account once: no more than there is room for.
    let count = queue.length - next
    due.set(queue.subarray(next))
    const add = (slot: number): void => {
      if (isQueued[slot] === 1) return
      isQueued[slot] = 1
      due[count++] = slot
    }
    for (const slot of accounts.takeChanged()) renew(slot, add)
    if (isNew) for (let slot = 0; slot < known; slot++) if (until[slot] !== NEVER) end(slot, add)
    if (!isNew) {
      endByTime(add)
      for (const table of list) endByMarket(table, add)
    }
    if (hash !== view.head.hash) for (const slot of [...low, ...unvalued]) add(slot)
    hash = view.head.hash
    queue = inOrder(due.subarray(0, count))
    next = 0
  }

  function makeRoom(): void {
    known = accounts.size()
    if (known <= room) return
    room = Math.ceil(known * 1.25) + BLOCK
    until = grown(until, room, NEVER)
    worstUntil = grown(worstUntil, Math.ceil(room / BLOCK), NEVER)
    health = grown(health, room, 0)
    isQueued = grown(isQueued, room, 0)
    due = grown(due, room, 0)
    isHouse = grown(isHouse, room, 0)
    for (const table of tables.values()) table.rowOf = grown(table.rowOf, room, -1)
  }

  function marketsAt(view: View) {
    const marked = new Map<number, MarkedMarket>()
    let isNew = false
    const fast = fastMarketOf(
      [...view.markets.values()].map(({ below }) => below),
      view.rules,
    )
    for (const [underlying, { below }] of view.markets) {
      const [market, rules] = [fast.get(underlying), view.rules.get(underlying)]
      if (market === undefined || rules === undefined || market.candidates.length === 0) continue
      marked.set(underlying, {
        fast: asOld(market, rules.parameters, below),
        marks: below.expiries,
        parameters: rules.parameters,
      })
      const table = tableOf(underlying)
      const before = table.place
      table.place = placeOf(before, market, below.expiries, rules.version)
      if (before !== undefined && before.regime !== table.place.regime) isNew = true
    }
    return { marked, isNew }
  }

  function endByTime(add: (slot: number) => void): void {
    for (let block = 0; block * BLOCK < known; block++) {
      if (worstUntil[block]! > time) continue
      let worst = NEVER
      for (let slot = block * BLOCK; slot < Math.min(known, (block + 1) * BLOCK); slot++) {
        if (until[slot]! <= time) end(slot, add)
        else if (until[slot]! < worst) worst = until[slot]!
      }
      worstUntil[block] = worst
    }
  }

  function endByMarket(table: Table, add: (slot: number) => void): void {
    const {
      place,
      rows,
      low: lows,
      high: highs,
      volatility: limits,
      worstLow,
      worstHigh,
      worstVolatility,
      slotOf,
    } = table
    if (place === undefined) return
    for (let block = 0; block * BLOCK < rows; block++) {
      if (
        worstLow[block]! <= place.low &&
        worstHigh[block]! >= place.high &&
        worstVolatility[block]! >= place.volatility
      )
        continue
      let [leastLow, mostHigh, leastVolatility] = [-Infinity, Infinity, Infinity]
      for (let row = block * BLOCK; row < Math.min(rows, (block + 1) * BLOCK); row++) {
        if (lows[row]! > place.low || highs[row]! < place.high || limits[row]! < place.volatility) {
          const slot = slotOf[row]!
          // Who is likely to be worst off, by what the price alone has done.
          health[slot] = health[slot]! + table.slope[row]! * ((place.low + place.high) / 2 - table.at[row]!)
          end(slot, add)
        } else {
          leastLow = Math.max(leastLow, lows[row]!)
          mostHigh = Math.min(mostHigh, highs[row]!)
          leastVolatility = Math.min(leastVolatility, limits[row]!)
        }
      }
      worstLow[block] = leastLow
      worstHigh[block] = mostHigh
      worstVolatility[block] = leastVolatility
    }
  }

  /** An account that has changed, or is new. */
  function renew(slot: number, add: (slot: number) => void): void {
    const owner = accounts.ownerAt(slot)
    isHouse[slot] = owner === NOBODY || house.has(owner) ? 1 : 0
    special.delete(slot)
    low.delete(slot)
    unvalued.delete(slot)
    drop(slot)
    clearing.delete(slot)
    if (isHouse[slot] === 1) {
      if (columns.count[slot] === 0 && columns.cash[slot]! > 0) clearing.add(slot)
      return
    }
    const status = STATUSES[columns.status[slot]!]
    const isEmpty = columns.count[slot] === 0
    if (status === 'CALLED' || status === 'AUCTION' || (isEmpty && columns.cash[slot]! < 0)) special.add(slot)
    else if (!isEmpty) add(slot)
  }

  function end(slot: number, add: (slot: number) => void): void {
    ended += 1
    drop(slot)
    add(slot)
  }

  function drop(slot: number): void {
    until[slot] = NEVER
    for (let at = 0; at < list.length; at++) {
      const table = list[at]!
      const row = table.rowOf[slot]!
      if (row < 0) continue
      table.low[row] = -Infinity
      table.high[row] = Infinity
      table.volatility[row] = Infinity
    }
  }

  // ---- looking -------------------------------------------------------------------------------------------------

  function look(count: number): number {
    const last = Math.min(queue.length, next + count)
    for (; next < last; next++) {
      const slot = queue[next]!
      isQueued[slot] = 0
      if (!special.has(slot)) judge(slot)
    }
    return queue.length - next
  }

  function judge(slot: number): void {
    looks += 1
    const found = valuer.healthOf(slot)
    if (found === undefined) {
      // No answer of this kind: the scan will have one, or say why not.
      health[slot] = -Infinity
      low.delete(slot)
      unvalued.add(slot)
      return
    }
    unvalued.delete(slot)
    health[slot] = found.health
    const sure = found.health - DOUBT_LEAST - DOUBT_SHARE * found.magnitude
    if (sure <= 0) low.add(slot)
    else {
      low.delete(slot)
      certify(slot, sure)
    }
  }

  function certify(slot: number, sure: number): void {
    const exposures = valuer.exposuresOf(slot, sure)
    if (exposures === undefined) {
      // Healthy now, and until the next head only.
      setUntil(slot, time)
      return
    }
    const { parts, volatility, decay } = exposures
    const change = Math.min(VOLATILITY_MOST, (VOLATILITY_BUDGET * sure) / volatility)
    const seconds = Math.min(exposures.until, (TIME_BUDGET * sure) / decay)
    setUntil(slot, time + Math.floor(seconds))
    const spent = finite(volatility * change) + finite(decay * seconds)
    let all = 0
    for (const { fall, rise } of parts) all += fall + rise
    for (const { underlying, fall, rise, slope } of parts) {
      const budget = (sure - spent) * ((fall + rise) / all)
      const row = rowFor(underlying, slot)
      const table = tableOf(underlying)
      const { low: from, high: to, volatility: path } = table.place!
      const down = Math.min(MOVE_MOST, budget / fall) - ROUNDING
      const up = Math.min(MOVE_MOST, Math.log1p(budget / rise)) - ROUNDING
      // Any one forward may stand anywhere between `from` and `to`.
      set(table, row, to - down, from + up, path + finite(change) - ROUNDING)
      table.slope[row] = slope
      table.at[row] = (from + to) / 2
    }
  }

  function setUntil(slot: number, limit: number): void {
    until[slot] = limit
    const block = Math.floor(slot / BLOCK)
    if (limit < worstUntil[block]!) worstUntil[block] = limit
  }

  function set(table: Table, row: number, lowest: number, highest: number, limit: number): void {
    table.low[row] = lowest
    table.high[row] = highest
    table.volatility[row] = limit
    const block = Math.floor(row / BLOCK)
    table.worstLow[block] = Math.max(table.worstLow[block]!, table.low[row]!)
    table.worstHigh[block] = Math.min(table.worstHigh[block]!, table.high[row]!)
    table.worstVolatility[block] = Math.min(table.worstVolatility[block]!, table.volatility[row]!)
  }

  function tableOf(underlying: number): Table {
    const known = tables.get(underlying)
    if (known !== undefined) return known
    const table = emptyTable(room)
    tables.set(underlying, table)
    list.push(table)
    return table
  }

  function rowFor(underlying: number, slot: number): number {
    const table = tableOf(underlying)
    const known = table.rowOf[slot]!
    if (known >= 0) return known
    if (table.rows === table.slotOf.length) growTable(table)
    const row = table.rows++
    table.rowOf[slot] = row
    table.slotOf[row] = slot
    return row
  }

  // ---- order ---------------------------------------------------------------------------------------------------

  /** By health at the last look and what the price has done since, lowest first: sorted by the leading 16 bits. */
  function inOrder(slots: Int32Array): Int32Array<ArrayBuffer> {
    const counts = new Uint32Array(BUCKETS + 1)
    const places = new Uint16Array(slots.length)
    for (let i = 0; i < slots.length; i++) {
      const place = placeInOrder(health[slots[i]!]!)
      places[i] = place
      counts[place + 1] = counts[place + 1]! + 1
    }
    for (let i = 1; i < counts.length; i++) counts[i] = counts[i]! + counts[i - 1]!
    const sorted = new Int32Array(slots.length)
    for (let i = 0; i < slots.length; i++) {
      const at = counts[places[i]!]!
      counts[places[i]!] = at + 1
      sorted[at] = slots[i]!
    }
    return sorted
  }

  function lowest(most: number): number[] {
    const counts = new Uint32Array(BUCKETS)
    for (const slot of low) counts[placeInOrder(health[slot]!)] = counts[placeInOrder(health[slot]!)]! + 1
    let [last, sum] = [-1, 0]
    while (sum < most && last + 1 < BUCKETS) sum += counts[++last]!
    const found = [...low].filter((slot) => placeInOrder(health[slot]!) <= last)
    return found.toSorted((a, b) => health[a]! - health[b]!).slice(0, most)
  }

  return {
    begin,
    look,
    clearing: () => [...clearing],
    suspects: (most) => [...special, ...unvalued, ...lowest(most)],
    figures: () => ({ left: queue.length - next, low: low.size + unvalued.size, looks, ended }),
  }
}

/** With the factors that the surface's age may come to while a certificate lasts. */
function asOld(market: FastUnderlying, parameters: MarginParameters, { surfaceAge }: UnderlyingMarks): FastUnderlying {
  return { ...market, numbers: { ...market.numbers, factors: agedFactorsOf(parameters, surfaceAge + HORIZON) } }
}

const NOBODY = `0x${'0'.repeat(40)}`
const BUCKETS = 65_536
const asFloat = new Float32Array(1)
const asBits = new Uint32Array(asFloat.buffer)

/** Ascending with the value: the leading half of a float32, its sign turned round. */
function placeInOrder(value: number): number {
  asFloat[0] = value
  const bits = asBits[0]!
  return (bits & 0x8000_0000 ? ~bits : bits | 0x8000_0000) >>> 16
}

/** Where nothing is exposed the budget is without end, and nothing of it is used. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0
}

function emptyTable(room: number): Table {
  const rowOf = new Int32Array(room).fill(-1)
  const table = { place: undefined, rows: 0, rowOf, slotOf: new Int32Array(0) }
  const none = new Float32Array(0)
  const limits = { low: none, high: none, volatility: none, slope: none, at: none }
  return { ...table, ...limits, worstLow: none, worstHigh: none, worstVolatility: none }
}

function growTable(table: Table): void {
  const rows = Math.ceil(table.slotOf.length * 1.5) + BLOCK
  const blocks = Math.ceil(rows / BLOCK)
  table.slotOf = grown(table.slotOf, rows, 0)
  table.low = grown(table.low, rows, -Infinity)
  table.high = grown(table.high, rows, Infinity)
  table.volatility = grown(table.volatility, rows, Infinity)
  table.slope = grown(table.slope, rows, 0)
  table.at = grown(table.at, rows, 0)
  table.worstLow = grown(table.worstLow, blocks, -Infinity)
  table.worstHigh = grown(table.worstHigh, blocks, Infinity)
  table.worstVolatility = grown(table.worstVolatility, blocks, Infinity)
}

function grown<C extends Float32Array | Int32Array | Uint32Array | Uint8Array>(
  column: C,
  length: number,
  by: number,
): C {
  const copy = new (column.constructor as new (length: number) => C)(length)
  copy.fill(by as never)
  copy.set(column as never)
  return copy
}
