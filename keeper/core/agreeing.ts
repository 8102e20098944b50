// Which of the surfaces gathered make one that the chain takes? As many as do: whoever spoils it is left out (RULES C7).
import { combined, isCalendarFree, isInRange } from '../../risk/exact/smile.ts'
import type { Slice } from '../../units/observation.ts'
import type { SignedSurface } from './calls.ts'

/** Quorums tried: all of seven keepers that leave out two, or of ten that leave out three. */
const TRIES = 200

/**
 * The most surfaces, of the same expiries as most say, that make one together. Where no quorum does, all: the chain says why.
 * Undefined where fewer than `quorum` speak of the same expiries.
 */
export function agreeing(surfaces: readonly SignedSurface[], quorum: number): readonly SignedSurface[] | undefined {
  const sound = surfaces.filter(isSound)
  const groups = [...new Set(sound.map(expiriesOf))].map((key) => sound.filter((one) => expiriesOf(one) === key))
  const largest = groups.toSorted((a, b) => b.length - a.length)[0] ?? []
  if (largest.length < quorum) return undefined
  // M ≥ 2f + 1: the most liars that a quorum bears.
  const faults = Math.floor((quorum - 1) / 2)
  let tries = 0
  for (let count = largest.length; count >= quorum; count--) {
    for (const chosen of subsetsOf(largest, count)) {
      if (makeOne(chosen, faults)) return chosen
      if (++tries >= TRIES) return largest
    }
  }
  return largest
}

function expiriesOf({ surface }: SignedSurface): string {
  return surface.slices.map(({ expiry }) => expiry).join()
}

/** One number out of range and the chain refuses all that is carried with it. */
function isSound({ surface }: SignedSurface): boolean {
  const time = Number(surface.time)
  return surface.slices.every((slice, i) => isInRange(slice, surface.slices[i - 1]?.expiry ?? time, time))
}

function makeOne(chosen: readonly SignedSurface[], faults: number): boolean {
  let near: Slice | undefined
  for (let i = 0; i < (chosen[0]?.surface.slices.length ?? 0); i++) {
    const smile = combined(
      chosen.flatMap(({ surface }) => surface.slices[i] ?? []),
      faults,
    )
    if (smile === undefined || (near !== undefined && !isCalendarFree(near, smile))) return false
    near = smile
  }
  return true
}

/** Every choice of `count` among `items`, in order. */
function* subsetsOf<Item>(items: readonly Item[], count: number): Generator<readonly Item[]> {
  if (count === 0) return yield []
  for (const [index, first] of items.entries()) {
    if (items.length - index < count) return
    for (const others of subsetsOf(items.slice(index + 1), count - 1)) yield [first, ...others]
  }
}
