// Who signed two values for one round? Words remembered for a while, and what contradicts them (RULES C1).
import type { SignedObservation } from './calls.ts'

/** Two words of one reporter for one underlying and round that differ: proof by themselves. */
export type Doubled = { readonly first: SignedObservation; readonly second: SignedObservation }

/** By `wordKey`, the first word heard. */
export type Words = ReadonlyMap<string, SignedObservation>

/** Of one reporter, underlying and round: what was said, by whomever it is told. Prices in 1e-8. */
export type Told = {
  readonly reporter: number
  readonly underlying: number
  readonly time: bigint
  readonly price: bigint
  readonly halfWidth: bigint
}

/** [s] A round is on chain within seconds, or never. */
const WORDS_KEPT = 60n
/** [s] A proof is tried for so long; then others had it, or the chain would not take it. */
const PROOFS_KEPT = 600n

export function wordKey({ reporter, underlying, time }: Omit<Told, 'price' | 'halfWidth'>): string {
  return `${reporter}:${underlying}:${time}`
}

export function toldBy({ reporter, observation }: SignedObservation): Told {
  return { reporter, ...observation }
}

/** `words` with those of `signed` that are new, and the contradictions among both. Words are those of their reporter's own key. */
export function heard(
  words: Words,
  signed: readonly SignedObservation[],
): { readonly words: Words; readonly doubled: readonly Doubled[] } {
  const after = new Map(words)
  const doubled: Doubled[] = []
  for (const second of signed) {
    const key = wordKey(toldBy(second))
    const first = after.get(key)
    if (first === undefined) after.set(key, second)
    else if (isContradicted(first, toldBy(second))) doubled.push({ first, second })
  }
  return { words: after, doubled }
}

/** Whether `told` is another value than `word`, of the same reporter, underlying and round. */
export function isContradicted(word: SignedObservation, told: Told): boolean {
  const own = toldBy(word)
  return wordKey(own) === wordKey(told) && (own.price !== told.price || own.halfWidth !== told.halfWidth)
}

/** What is still of use at `time` [unix s]. */
export function wordsAt(words: Words, time: number): Words {
  return new Map([...words].filter(([, { observation }]) => observation.time + WORDS_KEPT >= BigInt(time)))
}

export function proofsAt(doubled: readonly Doubled[], time: number): readonly Doubled[] {
  return doubled.filter(({ first }) => first.observation.time + PROOFS_KEPT >= BigInt(time))
}
