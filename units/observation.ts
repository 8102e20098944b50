// What did one reporter say, and when? Shapes and EIP-712 types of contracts/types/Observation.sol.

/** Seconds between the rounds that reporters sign for. */
export const ROUND_SECONDS = 10

/** `price` and `halfWidth` in 1e-8 units of account; `time` a multiple of ROUND_SECONDS. */
export type Observation = {
  readonly underlying: number
  readonly time: bigint
  readonly price: bigint
  readonly halfWidth: bigint
}

/** theta, rho and phi in 1e18; `basis` in 1e-9: forward over spot, less one. */
export type Slice = {
  readonly expiry: number
  readonly theta: bigint
  readonly rho: bigint
  readonly phi: bigint
  readonly basis: number
}

export type Surface = { readonly underlying: number; readonly time: bigint; readonly slices: readonly Slice[] }

export const OBSERVATION_TYPES = {
  Observation: [
    { name: 'underlying', type: 'uint8' },
    { name: 'time', type: 'uint64' },
    { name: 'price', type: 'uint64' },
    { name: 'halfWidth', type: 'uint64' },
  ],
} as const

export const SURFACE_TYPES = {
  Surface: [
    { name: 'underlying', type: 'uint8' },
    { name: 'time', type: 'uint64' },
    { name: 'slices', type: 'Slice[]' },
  ],
  Slice: [
    { name: 'expiry', type: 'uint32' },
    { name: 'theta', type: 'uint64' },
    { name: 'rho', type: 'int64' },
    { name: 'phi', type: 'uint96' },
    { name: 'basis', type: 'int32' },
  ],
} as const

/** Names in the EIP-712 domains; version is "1" in all. */
export const DOMAIN_NAMES = {
  reporterOracle: 'Plimsoll Reporter Oracle',
  volatilityBook: 'Plimsoll Volatility Book',
  exchange: 'Plimsoll Exchange',
} as const
