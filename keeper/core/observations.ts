// What has this keeper seen, round by round? One value a round, fixed at the round's first head and never changed (RULES C1).
import { roundAt } from './duties/prices.ts'
import type { OwnView } from './observe.ts'
import type { Observation, Surface } from '../../units/observation.ts'

/** Rounds kept: older ones are of no use to anybody. */
const ROUNDS_KEPT = 32

type Seen<Value> = ReadonlyMap<string, Value>

/** `firstHeadTime` [unix s]: of the first head since the start. Whatever was signed before it is forgotten, so no round that
 * may have begun by then is signed again. */
export type Book = {
  readonly firstHeadTime: number | undefined
  readonly rounds: readonly number[]
  readonly views: Seen<OwnView>
  readonly surfaces: Seen<Surface>
}

export const EMPTY_BOOK: Book = { firstHeadTime: undefined, rounds: [], views: new Map(), surfaces: new Map() }

const keyOf = (underlying: number, round: number): string => `${underlying}:${round}`

/** The book at a head of `time`: unchanged within a round, else with the views that `look` has of the new one. */
export function seen(
  book: Book,
  time: number,
  underlyings: readonly number[],
  look: (underlying: number, round: number) => { readonly view: OwnView; readonly surface: Surface | undefined },
): Book {
  if (book.firstHeadTime === undefined) return { ...book, firstHeadTime: time }
  const round = roundAt(time)
  const isNew = round > book.firstHeadTime && round > (book.rounds.at(-1) ?? 0)
  if (!isNew) return book
  const rounds = [...book.rounds, round].slice(-ROUNDS_KEPT)
  const views = new Map(book.views)
  const surfaces = new Map(book.surfaces)
  for (const underlying of underlyings) {
    const { view, surface } = look(underlying, round)
    views.set(keyOf(underlying, round), view)
    if (surface !== undefined) surfaces.set(keyOf(underlying, round), surface)
  }
  return { ...book, rounds, views: kept(views, rounds), surfaces: kept(surfaces, rounds) }
}

function kept<Value>(entries: Seen<Value>, rounds: readonly number[]): Seen<Value> {
  const oldest = rounds[0] ?? 0
  return new Map([...entries].filter(([key]) => Number(key.split(':')[1]) >= oldest))
}

export function viewIn(book: Book, underlying: number, round: number): OwnView | undefined {
  return book.views.get(keyOf(underlying, round))
}

export function surfaceIn(book: Book, underlying: number, round: number): Surface | undefined {
  return book.surfaces.get(keyOf(underlying, round))
}

/** What is signed for a round; undefined where this keeper has no view, or saw no head of it. */
export function observationIn(book: Book, underlying: number, round: number): Observation | undefined {
  const view = viewIn(book, underlying, round)
  if (view === undefined || view.kind === 'none') return undefined
  return { underlying, time: BigInt(round), price: view.price, halfWidth: view.halfWidth }
}
