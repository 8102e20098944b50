// Which lot does a duty draw? The subjects that turns are taken on, and the number that `units/turns.ts` reckons from.
import { encodeAbiParameters, keccak256 } from 'viem'
import type { Hex } from 'viem'

/** keccak256(abi.encode(string duty, uint256 of)): what a turn is about, such as one account's margin call. */
export function subjectOf(duty: string, of: bigint): Hex {
  return keccak256(encodeAbiParameters([{ type: 'string' }, { type: 'uint256' }], [duty, of]))
}

/** keccak256(subject ‖ seed), as `TurnLib` draws it. */
export function lotOf(subject: Hex, seed: Hex): bigint {
  return BigInt(keccak256(`${subject}${seed.slice(2)}`))
}
