// How are a universe's parameters written down? As JSON with amounts as decimal strings of 1e-18; a wrong field is refused by its name.
import { z } from 'zod'
import type { Address } from '../units/account.ts'
import type { ProtocolParameters } from './parameters.ts'
import { LEAST_GOVERNANCE_DELAY_SECONDS } from './roles.ts'

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'not an address')
  .transform((text) => text as Address)
const amount = z
  .string()
  .regex(/^\d+$/, 'not a decimal string')
  .transform((text) => BigInt(text))
const whole = z.number().int().nonnegative()

const margin = z.strictObject({
  closeoutFactor: whole,
  maintenanceFactor: whole,
  volatilityUp: whole,
  volatilityDown: whole,
  volatilityFloor: whole,
  shortPower: whole,
  longPower: whole,
  skewShift: whole,
  basisShock: whole,
  gapVolatility: whole,
  longCredit: whole,
  concentrationSlope: whole,
  concentrationLoss: amount,
  nakedContingency: whole,
  collateralHaircut: whole,
  keeperReserve: amount,
})

const scenario = z.strictObject({
  spotMove: z.number().int(),
  weight: whole,
  volatilityMove: z.number().int().min(-1).max(1),
  skew: z.number().int().min(-1).max(1),
})

const underlying = z.strictObject({
  token: address,
  aggregator: address,
  heartbeat: whole,
  deviation: whole,
  pool: address.optional(),
  margin,
  grid: z.array(scenario).min(1).max(40),
  minimumSize: amount,
  shortCap: amount,
})

const schema = z.strictObject({
  cashToken: address,
  underlyings: z.array(underlying).min(1).max(63),
  keepers: z.strictObject({
    slotSeconds: whole,
    guardSeconds: whole,
    epochSeconds: whole,
    bondDelaySeconds: whole,
    faultTolerance: whole,
    quorum: whole,
    bond: amount,
    operators: z.array(address),
  }),
  governance: z.strictObject({
    governor: address,
    guardian: address,
    delaySeconds: whole.min(LEAST_GOVERNANCE_DELAY_SECONDS),
  }),
  fees: z.strictObject({
    makerShare: whole,
    takerShare: whole,
    premiumShare: whole,
    settlementShare: whole,
    payoffShare: whole,
  }),
  sequencerFeed: address,
  sequencerGraceSeconds: whole,
  nativeUnderlying: whole,
})

/** Checks a parsed file; throws with the path of every field that is wrong. */
export function parseParameters(file: unknown): ProtocolParameters {
  const result = schema.safeParse(file)
  if (result.success) return result.data
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new TypeError(faults.join('\n'))
}
