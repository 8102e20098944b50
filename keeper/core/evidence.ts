// Who signed two values for one round? Words remembered for a while, and what contradicts them (RULES C1).
import type { SignedObservation, SignedSurface } from './calls.ts'

/** One signed word: a price or a whole surface. */
export type Word = SignedObservation | SignedSurface

/** Two words of one reporter for one underlying and round that differ: proof by themselves. */
export type Doubled =
  | { readonly first: SignedObservation; readonly second: SignedObservation }
  | { readonly first: SignedSurface; readonly second: SignedSurface }

/** By `wordKey`, the first word heard. */
export type Words = ReadonlyMap<string, Word>

/** [s] A round is on chain within seconds, or never. */
const WORDS_KEPT = 60n
/** [s] A proof is tried for so long; then others had it, or the chain would not take it. */
const PROOFS_KEPT = 600n

/** What a key may sign once: `price` or `surface`, reporter, underlying, round. */
function wordKey(kind: 'price' | 'surface', reporter: number, underlying: number, time: bigint): string {
  return `${kind}:${reporter}:${underlying}:${time}`
}

export function keyOfWord(word: Word): string {
  const { underlying, time } = saidIn(word)
  return wordKey('surface' in word ? 'surface' : 'price', word.reporter, underlying, time)
}

/** `words` with those of `signed` that are new, and the contradictions among both. Words are those of their reporter's own key. */
export function heard(
  words: Words,
  signed: readonly Word[],
): { readonly words: Words; readonly doubled: readonly Doubled[] } {
  const after = new Map(words)
  const doubled: Doubled[] = []
  for (const second of signed) {
    const first = after.get(keyOfWord(second))
    if (first === undefined) after.set(keyOfWord(second), second)
    else if (valueOf(first) !== valueOf(second)) doubled.push({ first, second } as Doubled)
  }
  return { words: after, doubled }
}

/** What is still of use at `time` [unix s]. */
export function wordsAt(words: Words, time: number): Words {
  return new Map([...words].filter(([, word]) => saidIn(word).time + WORDS_KEPT >= BigInt(time)))
}

export function proofsAt(doubled: readonly Doubled[], time: number): readonly Doubled[] {
  return doubled.filter(({ first }) => saidIn(first).time + PROOFS_KEPT >= BigInt(time))
}

function saidIn(word: Word): { readonly underlying: number; readonly time: bigint } {
  return 'surface' in word ? word.surface : word.observation
}

/** All that is signed beside underlying and round, as one text. */
function valueOf(word: Word): string {
  if (!('surface' in word)) return `${word.observation.price} ${word.observation.halfWidth}`
  return word.surface.slices
    .map(({ expiry, theta, rho, phi, basis }) => [expiry, theta, rho, phi, basis].join(' '))
    .join()
}
