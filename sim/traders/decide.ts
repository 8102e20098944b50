// What does a trader do about this head? Owners add margin as they are minded and able; a bidder buys when the discount pays.
import type { Persona } from '../world/book.ts'

/** Amounts in 1e18 units of account; `graceLeft` in seconds of market time. */
export type CalledAccount = {
  readonly persona: Persona
  readonly status: 'CALLED' | 'AUCTION'
  readonly graceLeft: number
  /** Health at INITIAL, on the side that a cure is judged by; negative is missing. */
  readonly healthInitial: bigint
  /** Cash the owner has outside. */
  readonly wallet: bigint
}

/** An owner who waits, waits until so much of the grace is left [s]. */
const LATE_SECONDS = 300
/** Owners add half as much again as what is missing, so that the next tick does not undo it. */
const SPARE = 2n

/** Cash [1e18] to deposit now; zero for none. */
export function depositFor(account: CalledAccount): bigint {
  const missing = account.healthInitial < 0n ? -account.healthInitial : 0n
  const wanted = missing + missing / SPARE
  const least = (a: bigint, b: bigint) => (a < b ? a : b)
  switch (account.persona) {
    case 'prompt':
      return least(wanted, account.wallet)
    case 'late':
      return account.status === 'CALLED' && account.graceLeft <= LATE_SECONDS ? least(wanted, account.wallet) : 0n
    case 'short':
      return account.status === 'CALLED' ? least(wanted, account.wallet) : 0n
    case 'absent':
      return 0n
  }
}

/** As `IAuctions.Quote`, with what the bidder's own account can carry. Amounts and shares in 1e18. */
export type Offered = {
  readonly equity: bigint
  readonly maintenance: bigint
  readonly initial: bigint
  readonly price: bigint
  readonly maxFraction: bigint
  /** Health at INITIAL of the bidder's account. */
  readonly means: bigint
}

const ONE = 10n ** 18n
/** The bidder wants this share of the maintenance margin below equity. */
const DISCOUNT_WANTED = ONE / 20n
/** Less is not worth a transaction: the account is nearly cured, or the bidder nearly spent. */
const FRACTION_MIN = ONE / 10n
/** Of what it could carry, the bidder uses this share. */
const USE_PERCENT = 90n

/** Fraction [1e18] to bid for; zero for none. */
export function fractionFor(offer: Offered): bigint {
  if (offer.maintenance <= 0n) return 0n
  const discount = ((offer.equity - offer.price) * ONE) / offer.maintenance
  if (discount < DISCOUNT_WANTED) return 0n
  // Taking the whole costs this much of the bidder's health: the requirement, less what is bought below its worth.
  const burden = offer.initial - (offer.equity - offer.price)
  const carried = burden <= 0n ? ONE : (offer.means * ONE * USE_PERCENT) / (burden * 100n)
  const fraction = carried < offer.maxFraction ? carried : offer.maxFraction
  return fraction < FRACTION_MIN ? 0n : fraction
}
