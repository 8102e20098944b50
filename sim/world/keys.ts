// Whose key is it? Every key of a run follows from its seed, so that two runs of one seed are the same run.
import { keccak256, toBytes, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import type { Address } from '../../units/account.ts'

/** A private key for `role`; distinct roles have unrelated keys. For replays only: whoever knows the seed knows the key. */
export function keyOf(seed: number, role: string): Hex {
  return keccak256(toBytes(`plimsoll replay ${seed} ${role}`))
}

export function addressOf(key: Hex): Address {
  return privateKeyToAddress(key)
}

/** Evenly spread in [0, 1), the same for the same words. */
export function chanceOf(seed: number, ...words: readonly (string | number)[]): number {
  return Number(BigInt(keccak256(toBytes([seed, ...words].join(' ')))) >> 203n) / 2 ** 53
}
