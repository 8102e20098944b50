// Which of what is due is this keeper's? Turns on the time of the head it decides on (DESIGN §9).
import { lotOf, subjectOf } from '../../sdk/protocol/turns.ts'
import { actsAt, onTurn } from '../../units/turns.ts'
import type { TurnRules } from '../../units/turns.ts'
import { aboutOf, keyOf } from './duties/duty.ts'
import type { Duty } from './duties/duty.ts'
import type { Head, Universe } from './view.ts'

/** Time of the first head at which each duty was seen due [unix s], by `keyOf`; zero: due already when first looked. */
export type Marks = ReadonlyMap<string, number>

/**
 * Most heads between the last one decided on and the next at which it is still asked what was due: by them a keeper that hears late
 * knows since when a duty is due as well as the others do. Whoever is further behind catches up instead.
 */
export const SKIPPED_MOST = 2

/** What `due` at `head` makes of `before`: a duty done is forgotten, one that stays keeps its first time. */
export function marked(before: Marks | undefined, due: readonly Duty[], head: Head): Marks {
  return new Map(due.map(keyOf).map((key) => [key, before === undefined ? 0 : (before.get(key) ?? head.time)]))
}

/** Whether keeper `id` acts at `head` on `duty`, due since `since`. Never, outside the epoch's registry. */
export function isOnTurn(duty: Duty, since: number, id: number, universe: Universe, head: Head): boolean {
  const position = universe.keepers.indexOf(id)
  return position >= 0 && actsAt(lotFor(duty, universe), position, head.time, since, rulesOf(universe))
}

/** Id of the keeper whose slot `time` is, for display; undefined in an empty registry. */
export function keeperOnTurn(duty: Duty, universe: Universe, time: number): number | undefined {
  if (universe.keepers.length === 0) return undefined
  return universe.keepers[onTurn(lotFor(duty, universe), time, rulesOf(universe))]
}

/** Lots drawn in an epoch, by seed: each costs two hashes, and a backlog asks for the same ones at every head. */
const lots = new Map<string, bigint>()
const LOTS_KEPT = 16_384

function lotFor(duty: Duty, { seed }: Universe): bigint {
  const key = `${seed} ${keyOf(duty)}`
  const known = lots.get(key)
  if (known !== undefined) return known
  const lot = lotOf(subjectOf(duty.kind, aboutOf(duty)), seed)
  if (lots.size >= LOTS_KEPT) lots.clear()
  lots.set(key, lot)
  return lot
}

function rulesOf({ keepers, idle, slotSeconds, guardSeconds }: Universe): TurnRules {
  return { count: keepers.length, idle, slotSeconds, guardSeconds }
}
