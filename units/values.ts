// What does a number mean? Brands that keep cash, prices and sizes apart at every call.

declare const brand: unique symbol
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name }

/** Units of account, 18 decimals; negative is owed. */
export type Cash = Branded<bigint, 'Cash'>
/** Units of account per unit of underlying, 18 decimals. */
export type Price = Branded<bigint, 'Price'>
/** Contracts, 18 decimals; positive is long. */
export type Size = Branded<bigint, 'Size'>
/** `owner << 96 | index`. */
export type AccountId = Branded<bigint, 'AccountId'>
/** 128 bits, see `units/series.ts`. */
export type SeriesId = Branded<bigint, 'SeriesId'>
/** Unix seconds of a block, or a span of them. */
export type Seconds = Branded<number, 'Seconds'>

export const cash = (raw: bigint): Cash => raw as Cash
export const price = (raw: bigint): Price => raw as Price
export const size = (raw: bigint): Size => raw as Size
export const seconds = (raw: number): Seconds => raw as Seconds

export const ONE = 10n ** 18n

/** Levels of margin in the contracts' order. */
export const LEVELS = ['MARK', 'CLOSEOUT', 'MAINTENANCE', 'INITIAL'] as const
export type Level = (typeof LEVELS)[number]
export const LEVEL_INDEX = { MARK: 0, CLOSEOUT: 1, MAINTENANCE: 2, INITIAL: 3 } as const
