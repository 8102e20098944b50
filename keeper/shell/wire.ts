// In which form do keepers hand each other what they have signed? JSON with whole numbers as text; checked field by field.
import type { Hex } from 'viem'
import { z } from 'zod'
import type { SignedObservation, SignedSurface } from '../core/calls.ts'

const whole = z
  .string()
  .regex(/^-?\d{1,40}$/)
  .transform(BigInt)
const small = z.int().nonnegative()
const signature = z
  .string()
  .regex(/^0x[0-9a-f]{130}$/i)
  .transform((text) => text as Hex)

const observation = z.strictObject({
  reporter: small,
  observation: z.strictObject({ underlying: small, time: whole, price: whole, halfWidth: whole }),
  signature,
})

const slice = z.strictObject({ expiry: small, theta: whole, rho: whole, phi: whole, basis: z.int() })
const surface = z.strictObject({
  reporter: small,
  surface: z.strictObject({ underlying: small, time: whole, slices: z.array(slice).min(1).max(64) }),
  signature,
})

export function toWire(signed: SignedObservation | SignedSurface): string {
  return JSON.stringify(signed, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

/** Undefined where `json` is anything else. */
export function observationFromWire(json: unknown): SignedObservation | undefined {
  return observation.safeParse(json).data
}

export function surfaceFromWire(json: unknown): SignedSurface | undefined {
  return surface.safeParse(json).data
}
