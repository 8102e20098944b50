// What can go wrong with one venue? Each fault turns what the venue printed into what a keeper is told.
import type { MarketPath } from '../market/path.ts'

export const FAULTS = ['none', 'frozen', 'halved', 'high', 'late', 'absent'] as const
export type Fault = (typeof FAULTS)[number]

/** What a keeper was last told by a venue; `time` [unix s] is the venue's own. */
export type Told = { readonly price: number; readonly time: number }

/** [s] Venues print on these seconds. */
const TRADE_SECONDS = 10
const LATE_SECONDS = 60
const HIGH = 1.3
const HALF = 0.5
/** Share of the replay after which a freezing venue freezes: it goes on telling its last price, however old, as if it were new. */
const FREEZES_AFTER = 0.25

/** What `venue` tells at `time`, given its fault; undefined where it tells nothing. */
export function toldBy(path: MarketPath, venue: string, fault: Fault, time: number): Told | undefined {
  const now = Math.floor(time / TRADE_SECONDS) * TRADE_SECONDS
  if (fault === 'absent') return undefined
  if (fault === 'late') return printed(path, venue, now - LATE_SECONDS)
  if (fault === 'frozen' && now > freezesAt(path)) {
    const last = lastEver(path, venue, freezesAt(path))
    return last === undefined ? undefined : { price: last.price, time: now }
  }
  const told = lastPrinted(path, venue, now)
  if (told === undefined) return undefined
  return { ...told, price: told.price * (fault === 'halved' ? HALF : fault === 'high' ? HIGH : 1) }
}

function freezesAt({ scenario }: MarketPath): number {
  const seconds = scenario.barCount * scenario.barSeconds * FREEZES_AFTER
  return Math.floor((scenario.start + seconds) / TRADE_SECONDS) * TRADE_SECONDS
}

function printed(path: MarketPath, venue: string, time: number): Told | undefined {
  const price = path.priceAt(venue, time)
  return price === undefined ? undefined : { price, time }
}

/** [s] Older trades are of no use to anyone who is told their time. */
const LOOKS_BACK = 120

function lastPrinted(path: MarketPath, venue: string, from: number): Told | undefined {
  return lastAfter(path, venue, from, from - LOOKS_BACK)
}

const lastEvers = new WeakMap<MarketPath, Map<string, Told | undefined>>()

/** Asked at every tick and the same for all: looked for once. */
function lastEver(path: MarketPath, venue: string, from: number): Told | undefined {
  const known = lastEvers.get(path) ?? new Map<string, Told | undefined>()
  lastEvers.set(path, known)
  if (!known.has(venue)) known.set(venue, lastAfter(path, venue, from, path.scenario.start - TRADE_SECONDS))
  return known.get(venue)
}

function lastAfter(path: MarketPath, venue: string, from: number, after: number): Told | undefined {
  for (let time = from; time > after; time -= TRADE_SECONDS) {
    const told = printed(path, venue, time)
    if (told !== undefined) return told
  }
  return undefined
}
