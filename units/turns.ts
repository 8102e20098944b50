// Whose turn is it? Arithmetic on the chain's time, so that nobody has to agree on anything. Twin of contracts/keepers/TurnLib.sol.

/** What decides turns in one epoch. `count` keepers, in the registry's order, of which the idle (bit = position) are passed
 * over; seconds as the registry says. */
export type TurnRules = {
  readonly count: number
  readonly idle: bigint
  readonly slotSeconds: number
  readonly guardSeconds: number
}

/**
 * Position, among the epoch's keepers, of the one on turn for a subject at `time` [unix s] of a head.
 * `lot` is keccak256(subject ‖ seed), both 32 bytes, as a number; it is the caller's, since units import nothing.
 */
export function onTurn(lot: bigint, time: number, { count, idle, slotSeconds }: TurnRules): number {
  const slot = BigInt(Math.floor(time / slotSeconds))
  const stride = strideOf(lot, count)
  let position = Number(((lot % BigInt(count)) + slot * BigInt(stride)) % BigInt(count))
  // Where all are idle none is: after as many steps as keepers it is back where it began.
  for (let step = 0; step < count && isIdle(idle, position); step++) position = (position + stride) % count
  return position
}

/** Whether turns pass over the keeper at `position`. */
export function isIdle(idle: bigint, position: number): boolean {
  return ((idle >> BigInt(position)) & 1n) === 1n
}

/**
 * Position of the keeper that acts at head `time` on a duty due since `dueSince` (0 if unknown, as after a restart): the one
 * on turn at max(dueSince, time − guard), so that a duty still belongs to the previous keeper for one guard after the hand-over.
 */
export function actor(lot: bigint, time: number, dueSince: number, rules: TurnRules): number {
  return onTurn(lot, Math.max(dueSince, time - rules.guardSeconds, 0), rules)
}

/** Whether the keeper at `position` acts; see `actor`. */
export function actsAt(lot: bigint, position: number, time: number, dueSince: number, rules: TurnRules): boolean {
  return actor(lot, time, dueSince, rules) === position
}

/** The first number at or after a draw from 1 … count, cyclically, that is prime to `count`. One always is. */
export function strideOf(lot: bigint, count: number): number {
  let stride = 1 + Number((lot >> 128n) % BigInt(count))
  while (greatestCommonDivisor(stride, count) !== 1) stride = (stride % count) + 1
  return stride
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
