// With which key, and for where? Signs this keeper's own observations, and checks those of others before they are carried.
import { hashTypedData, recoverAddress } from 'viem'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { SignedObservation, SignedSurface } from '../core/calls.ts'
import { observationData, surfaceData } from '../../sdk/protocol/signing.ts'
import type { Venue } from '../../sdk/protocol/signing.ts'
import type { Observation, Surface } from '../../units/observation.ts'

export type Signer = {
  readonly address: Hex
  readonly signObservation: (reporter: number, observation: Observation) => Promise<SignedObservation>
  readonly signSurface: (reporter: number, surface: Surface) => Promise<SignedSurface>
  /** Whether `signer` signed it. */
  readonly isObservationOf: (signed: SignedObservation, signer: Hex) => Promise<boolean>
  /** Whose key signed it; undefined where the signature is none. */
  readonly signerOfSurface: (signed: SignedSurface) => Promise<Hex | undefined>
  readonly isSurfaceOf: (signed: SignedSurface, signer: Hex) => Promise<boolean>
}

/** Signatures kept, so that one round is signed once however many ask for it. */
const KEPT = 128

export function signerFor(venue: Venue, key: Hex): Signer {
  const account = privateKeyToAccount(key)
  const known = new Map<Hex, Promise<Hex>>()
  const sign = (digest: Hex): Promise<Hex> => {
    const signature = known.get(digest) ?? account.sign({ hash: digest })
    known.set(digest, signature)
    for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest)
    return signature
  }
  const digestOf = (observation: Observation): Hex => hashTypedData(observationData(venue, observation))
  const surfaceDigestOf = (surface: Surface): Hex => hashTypedData(surfaceData(venue, surface))
  return {
    address: account.address,
    signObservation: async (reporter, observation) => {
      return { reporter, observation, signature: await sign(digestOf(observation)) }
    },
    signSurface: async (reporter, surface) => ({ reporter, surface, signature: await sign(surfaceDigestOf(surface)) }),
    isObservationOf: ({ observation, signature }, signer) => isBy(digestOf(observation), signature, signer),
    signerOfSurface: ({ surface, signature }) => recovered(surfaceDigestOf(surface), signature),
    isSurfaceOf: ({ surface, signature }, signer) => isBy(surfaceDigestOf(surface), signature, signer),
  }
}

async function isBy(hash: Hex, signature: Hex, signer: Hex): Promise<boolean> {
  return (await recovered(hash, signature))?.toLowerCase() === signer.toLowerCase()
}

async function recovered(hash: Hex, signature: Hex): Promise<Hex | undefined> {
  return recoverAddress({ hash, signature }).catch(() => undefined)
}
