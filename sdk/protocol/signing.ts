// What exactly does a reporter sign? EIP-712 data of observations and surfaces, for one oracle on one chain.
import type { Address } from '../../units/account.ts'
import { DOMAIN_NAMES, OBSERVATION_TYPES, SURFACE_TYPES } from '../../units/observation.ts'
import type { Observation, Surface } from '../../units/observation.ts'
import type { Addresses } from './addresses.ts'

/** Where a signature counts. */
export type Venue = { readonly chainId: number; readonly addresses: Addresses }

export function observationData(venue: Venue, observation: Observation) {
  return {
    domain: domainOf(DOMAIN_NAMES.reporterOracle, venue.chainId, venue.addresses.reporterOracle),
    types: OBSERVATION_TYPES,
    primaryType: 'Observation',
    message: observation,
  } as const
}

export function surfaceData(venue: Venue, surface: Surface) {
  return {
    domain: domainOf(DOMAIN_NAMES.volatilityBook, venue.chainId, venue.addresses.volatilityBook),
    types: SURFACE_TYPES,
    primaryType: 'Surface',
    message: surface,
  } as const
}

function domainOf(name: string, chainId: number, verifyingContract: Address) {
  return { name, version: '1', chainId, verifyingContract } as const
}
