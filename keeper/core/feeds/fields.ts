// Is this field what the venue's documentation says it is? Checked readers over parsed JSON: no guess, no exception.

export type Json = Readonly<Record<string, unknown>>

/** The object or array that `text` holds, else undefined. */
export function jsonOf(text: string): Json | readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

const DECIMAL = /^(\d{1,12})(?:\.(\d+))?$/
const PRICE_DIGITS = 8

/**
 * A price in 1e-8, from text or number; digits beyond the eighth are dropped. Undefined unless it is a plain decimal above zero and
 * fits the 64 bits that an observation has for it: NaN, exponents, signs and 10^30 are no prices.
 */
export function priceOf(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const match = DECIMAL.exec(String(value))
  if (match === null) return undefined
  const fraction = (match[2] ?? '').slice(0, PRICE_DIGITS).padEnd(PRICE_DIGITS, '0')
  const price = BigInt(`${match[1]}${fraction}`)
  return price > 0n && price < 1n << 64n ? price : undefined
}

/** From 2009 to 2100: a time in seconds or microseconds is none in milliseconds. */
const TIME_MIN = 1_230_768_000_000
const TIME_MAX = 4_102_444_800_000

/** Unix milliseconds from a number, or from text of digits. */
export function millisecondsOf(value: unknown): number | undefined {
  const time = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof time === 'number' && Number.isInteger(time) && time >= TIME_MIN && time <= TIME_MAX ? time : undefined
}

export function positiveOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? number : undefined
}

export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
