// Which endpoint is to be believed, and which asked first? What two say alike is taken; who is outvoted is named, and left out for a while.
import type { Head } from './view.ts'

/** `penalty` grows with failures and wanes with answers; `bannedUntil`, `disprovenUntil` [ms] on the machine's clock. */
export type Reputation = {
  readonly penalty: number
  readonly latencyMs: number
  readonly outvoted: number
  readonly bannedUntil: number
  /** Until then it is not asked at all: the state has shown that it lied. */
  readonly disprovenUntil: number
  /** Heads heard from it, the newest last. */
  readonly heads: readonly Head[]
}

export const UNKNOWN: Reputation = {
  penalty: 0,
  latencyMs: 100,
  outvoted: 0,
  bannedUntil: 0,
  disprovenUntil: 0,
  heads: [],
}

/** [ms] */
const BAN = 600_000
/** Outvoted so often on what may differ honestly for a moment, it is treated as a liar. */
const OUTVOTED_MOST = 3
const PENALTY_MOST = 64
const HEADS_KEPT = 64
/** Nobody mines so many blocks between two looks: a head further on is forged. */
const JUMP_MOST = 4_096n
/** Heads behind the other from which on one of two endpoints counts as stopped. */
const BEHIND_MOST = 3n

export function answered(it: Reputation, ms: number): Reputation {
  return { ...it, penalty: it.penalty / 2, latencyMs: it.latencyMs * 0.8 + ms * 0.2 }
}

export function failed(it: Reputation): Reputation {
  return { ...it, penalty: Math.min(PENALTY_MOST, it.penalty * 2 + 1) }
}

/** Two others said something else. `isPinned`: of one block by its hash, where there is only one truth. */
export function outvoted(it: Reputation, isPinned: boolean, now: number): Reputation {
  const times = it.outvoted + 1
  const isLiar = isPinned || times >= OUTVOTED_MOST
  return { ...it, outvoted: isLiar ? 0 : times, bannedUntil: isLiar ? now + BAN : it.bannedUntil }
}

/** What it said is not so by the state itself, however many say the same. */
export function disproven(it: Reputation, now: number): Reputation {
  return { ...it, outvoted: 0, bannedUntil: now + BAN, disprovenUntil: now + BAN }
}

export function isBanned(it: Reputation, now: number): boolean {
  return now < it.bannedUntil
}

/** It has failed so often running that nobody waits for it. */
export function isFailing({ penalty }: Reputation): boolean {
  return penalty >= PENALTY_MOST / 2
}

/** Places of `all` in the order to ask: those banned last, those that know block `number` first, then by penalty and latency. */
export function inOrder(all: readonly Reputation[], now: number, number: bigint | undefined): number[] {
  const rank = (it: Reputation): number =>
    (isBanned(it, now) ? 1e9 : 0) + (knows(it, number) ? 0 : 1e6) + it.penalty * 1_000 + it.latencyMs
  return all.map((_, place) => place).toSorted((a, b) => rank(all[a]!) - rank(all[b]!))
}

/** The same without those that are disproven, whose word counts for nothing; all where nobody else is left. */
export function withVoice(all: readonly Reputation[], now: number, number: bigint | undefined): number[] {
  const order = inOrder(all, now, number)
  const heard = order.filter((place) => all[place]!.disprovenUntil <= now)
  return heard.length > 0 ? heard : order
}

function knows({ heads }: Reputation, number: bigint | undefined): boolean {
  return number === undefined || (heads.at(-1)?.number ?? -1n) >= number
}

/** A head heard from it; unchanged where it has been heard before or is too far on to be true. */
export function heard(it: Reputation, head: Head): Reputation {
  const last = it.heads.at(-1)
  if (it.heads.some(({ hash }) => hash === head.hash)) return it
  if (last !== undefined && head.number > last.number + JUMP_MOST) return failed(it)
  // A word that came late: it stands below what is known, and changes nothing.
  if (it.heads.some(({ parentHash }) => parentHash === head.hash)) return it
  // A lower number is another branch: what was heard above it is no longer its view.
  const below = it.heads.filter(({ number }) => number < head.number)
  // Whoever tells of a new head is there again, and is asked again in a while.
  return { ...it, penalty: it.penalty / 2, heads: [...below, head].slice(-HEADS_KEPT) }
}

/**
 * The highest head that two have told. With one endpoint alive it is its newest; with two of which one has stopped, that of the
 * other. Undefined where there is none.
 */
export function agreedHead(all: readonly Reputation[], now: number): Head | undefined {
  const voters = all.filter((it) => !isBanned(it, now) && !isFailing(it))
  const best = voters.reduce((most, it) => (newestOf(it) > most ? newestOf(it) : most), -1n)
  const near = voters.filter((it) => newestOf(it) >= best - BEHIND_MOST)
  if (voters.length <= 2 && near.length === 1) return near[0]!.heads.at(-1)
  let agreed: Head | undefined
  for (const head of voters.flatMap(({ heads }) => heads)) {
    const votes = voters.filter(({ heads }) => heads.some(({ hash }) => hash === head.hash)).length
    if (votes >= 2 && (agreed === undefined || head.number > agreed.number)) agreed = head
  }
  return agreed
}

/** Of whom to ask for which block, so that two may agree on a head that only one has told. */
export function openQuestions(
  all: readonly Reputation[],
  now: number,
): { readonly place: number; readonly number: bigint }[] {
  const agreed = agreedHead(all, now)?.number ?? -1n
  const heads = all
    .flatMap((it) => (isBanned(it, now) ? [] : it.heads.slice(-1)))
    .filter(({ number }) => number > agreed)
  return all.flatMap((it, place) =>
    heads
      .filter(({ number }) => newestOf(it) > number && !it.heads.some((own) => own.number === number))
      .map(({ number }) => ({ place, number })),
  )
}

const newestOf = ({ heads }: Reputation): bigint => heads.at(-1)?.number ?? -1n

/** An answer in the form in which two are compared. */
export type Answer = { readonly place: number; readonly text: string }

/** The answer that `need` of them give alike, and who said otherwise; undefined while there is none. */
export function verdict(
  answers: readonly Answer[],
  need: number,
): { readonly text: string; readonly against: readonly number[] } | undefined {
  for (const { text } of answers) {
    const votes = answers.filter((one) => one.text === text).length
    if (votes < need) continue
    return { text, against: answers.filter((one) => one.text !== text).map(({ place }) => place) }
  }
  return undefined
}
