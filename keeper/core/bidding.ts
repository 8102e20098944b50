// Is this auction worth a bid of our own? Only for an operator who asked for it, and within what its account can carry.
import { ONE } from '../../units/values.ts'

/** As `IAuctions.Quote`. Amounts and shares in 1e18. */
export type Quote = {
  readonly equity: bigint
  readonly maintenance: bigint
  readonly initial: bigint
  readonly price: bigint
  readonly maxFraction: bigint
  readonly leastFraction: bigint
}

/** Shares in 1e18: of the maintenance margin below equity, of one's own health at INITIAL, of any one portfolio. */
export type BidRules = { readonly minDiscount: bigint; readonly maxUse: bigint; readonly maxFraction: bigint }

/** A fraction [1e18] and the discount that it must still find when it is mined. */
export type Wanted = { readonly fraction: bigint; readonly minDiscount: bigint; readonly burden: bigint }

/** Of the discount a bidder passes so much on to the fund; contracts/types/Fees.sol. */
const PENALTY_DIVISOR = 10n

/** A bid is refused where the discount has shrunk below this share of what was seen. */
const SLIPPAGE_PERCENT = 80n

/** `means`: health at INITIAL of the bidder's account [1e18]. Undefined where nothing is worth bidding for. */
export function wantedOf(quote: Quote, means: bigint, rules: BidRules): Wanted | undefined {
  const { equity, maintenance, initial, price } = quote
  if (maintenance <= 0n || means <= 0n) return undefined
  const kept = price < 0n ? equity - price : equity - price - (equity - price) / PENALTY_DIVISOR
  const discount = (kept * ONE) / maintenance
  if (discount < rules.minDiscount) return undefined
  // Taking the whole costs so much of the bidder's health: what must be held, less what is bought below its worth.
  const whole = initial - kept
  const carried = whole <= 0n ? ONE : (means * rules.maxUse) / whole
  const fraction = smallest(carried, quote.maxFraction, rules.maxFraction)
  if (fraction < quote.leastFraction || fraction <= 0n) return undefined
  const floor = (discount * SLIPPAGE_PERCENT) / 100n
  const burden = whole <= 0n ? 0n : (whole * fraction) / ONE
  return { fraction, minDiscount: floor > rules.minDiscount ? floor : rules.minDiscount, burden }
}

function smallest(...values: readonly bigint[]): bigint {
  return values.reduce((least, value) => (value < least ? value : least))
}
