// What does an option pay, and when? Twin of contracts/types/SeriesId.sol.
import type { Price, SeriesId } from './values.ts'

/** In the order of contracts/types/OptionKind.sol. */
export const KINDS = [
  'CALL',
  'PUT',
  'DIGITAL_CALL',
  'DIGITAL_PUT',
  'DOWN_OUT_CALL',
  'DOWN_OUT_PUT',
  'DOWN_IN_CALL',
  'DOWN_IN_PUT',
  'UP_OUT_CALL',
  'UP_OUT_PUT',
  'UP_IN_CALL',
  'UP_IN_PUT',
  'ASIAN_CALL',
  'ASIAN_PUT',
] as const
export type OptionKind = (typeof KINDS)[number]

export const isCall = (kind: OptionKind): boolean => kind.endsWith('CALL')
export const isDigital = (kind: OptionKind): boolean => kind.startsWith('DIGITAL')
export const isBarrier = (kind: OptionKind): boolean => kind.startsWith('UP') || kind.startsWith('DOWN')
/** Of a barrier kind. */
export const isKnockIn = (kind: OptionKind): boolean => kind.includes('_IN_')
/** Of a barrier kind: touched from below. */
export const isUp = (kind: OptionKind): boolean => kind.startsWith('UP')
export const isAsian = (kind: OptionKind): boolean => kind.startsWith('ASIAN')

/** Everything a series is. `strike` in 18 decimals, a multiple of 1e10; `expiry` in unix seconds. */
export type Series = {
  readonly underlying: number
  readonly expiry: number
  readonly strike: Price
  readonly kind: OptionKind
  readonly field: number
}

const STRIKE_STEP = 10n ** 10n

/** [1e18] Of a barrier kind: exact, since a strike is a multiple of 1e10. */
export const barrierOf = ({ strike, field }: Series): Price => ((strike * BigInt(field)) / 10_000n) as Price

/** Packs a series: underlying 8 | expiry 32 | strike 56 | kind 8 | field 24, most significant first. Throws RangeError where a part does not fit. */
export function seriesIdOf(series: Series): SeriesId {
  if (series.strike % STRIKE_STEP !== 0n) throw new RangeError(`strike ${series.strike} is not a multiple of 1e-8`)
  return ((bits(series.underlying, 8, 'underlying') << 120n) |
    (bits(series.expiry, 32, 'expiry') << 88n) |
    (bits(series.strike / STRIKE_STEP, 56, 'strike') << 32n) |
    (BigInt(KINDS.indexOf(series.kind)) << 24n) |
    bits(series.field, 24, 'field')) as SeriesId
}

/** Unpacks a series. Throws RangeError on a kind that is none. */
export function seriesOf(id: SeriesId): Series {
  const kind = KINDS[Number((id >> 24n) & 0xffn)]
  if (kind === undefined) throw new RangeError(`series ${id} names no kind`)
  return {
    underlying: Number(id >> 120n),
    expiry: Number((id >> 88n) & 0xffffffffn),
    strike: (((id >> 32n) & 0xffffffffffffffn) * STRIKE_STEP) as Price,
    kind,
    field: Number(id & 0xffffffn),
  }
}

function bits(value: number | bigint, width: number, name: string): bigint {
  const whole = BigInt(value)
  if (whole < 0n || whole >> BigInt(width) !== 0n) throw new RangeError(`${name} ${value} does not fit ${width} bits`)
  return whole
}
