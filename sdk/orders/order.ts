// What has an owner agreed to? Orders as contracts/exchange/IExchange.sol takes them, and their EIP-712 digest.
import { hashTypedData, type Hex, type TypedDataDomain } from 'viem'
import type { Address } from '../../units/account.ts'
import { DOMAIN_NAMES } from '../../units/observation.ts'
import { cash, type AccountId, type Cash, type Price, type SeriesId, type Size } from '../../units/values.ts'

/** `size` positive buys; `limit` and `maxFee` per contract; `deadline` in unix seconds; a nonce is one order of its owner. An
 * order that is a maker’s rests: it pays the lower fee, and only an order that takes fills it. */
export type Order = {
  readonly account: AccountId
  readonly series: SeriesId
  readonly size: Size
  readonly limit: Price
  readonly maxFee: Cash
  readonly deadline: bigint
  readonly nonce: bigint
  readonly reduceOnly: boolean
  readonly isMaker: boolean
}

export type SignedOrder = { readonly order: Order; readonly signature: Hex }

/** `size` is positive. Within both limits any price is agreed. */
export type Fill = {
  readonly buy: SignedOrder
  readonly sell: SignedOrder
  readonly size: Size
  readonly price: Price
}

/** Where an order holds: one exchange on one chain. */
export type OrderDomain = { readonly chainId: number; readonly exchange: Address }

export const ORDER_TYPES = {
  Order: [
    { name: 'account', type: 'uint256' },
    { name: 'series', type: 'uint128' },
    { name: 'size', type: 'int256' },
    { name: 'limit', type: 'uint256' },
    { name: 'maxFee', type: 'int256' },
    { name: 'deadline', type: 'uint64' },
    { name: 'nonce', type: 'uint64' },
    { name: 'reduceOnly', type: 'bool' },
    { name: 'isMaker', type: 'bool' },
  ],
} as const

const ONE = 10n ** 18n
const MILLION = 1_000_000n

/** What every wallet is asked to sign for `order`. */
export function typedDataOf(order: Order, { chainId, exchange }: OrderDomain) {
  const domain = { name: DOMAIN_NAMES.exchange, version: '1', chainId, verifyingContract: exchange } as const
  return { domain: domain satisfies TypedDataDomain, types: ORDER_TYPES, primaryType: 'Order', message: order } as const
}

/** The digest that the owner signs, which is the order's name on chain. */
export function digestOf(order: Order, domain: OrderDomain): Hex {
  return hashTypedData(typedDataOf(order, domain))
}

/** Fee of `size` contracts: a share of the index, at most a share of the premium [1e-6]. Rounds down, as contracts/types/Fees.sol does. */
export function feeOf(size: Size, index: Price, indexShare: bigint, premium: Price, premiumShare: bigint): Cash {
  const ofIndex = (index * indexShare) / MILLION
  const ofPremium = (premium * premiumShare) / MILLION
  const perContract = ofIndex < ofPremium ? ofIndex : ofPremium
  return cash(((size < 0n ? -size : size) * perContract) / ONE)
}

/** Premium of `size` contracts at `price`. Rounds down, as contracts/Clearinghouse.sol does. */
export function premiumOf(size: Size, price: Price): Cash {
  const magnitude = size < 0n ? -size : size
  return cash((magnitude * price) / ONE)
}
