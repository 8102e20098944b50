// What is to be done at this head, and which of it by this keeper? A function of its arguments: the same view, the same answer.
import { fixSettlementPriceDuties, settleDuties } from './duties/settlement.ts'
import { recordAgreementDuties } from './duties/anchor.ts'
import { closeAuctionDuties, startAuctionDuties, writeOffDuties } from './duties/auctions.ts'
import { chargeInterestDuties, openSaleDuties } from './duties/debts.ts'
import { lapseDuties, openMarginCallDuties, recordCureDuties } from './duties/calls.ts'
import { sweepDustDuties } from './duties/dust.ts'
import { replaceWitnessDuties } from './duties/witness.ts'
import { DUTY_KINDS, keyOf } from './duties/duty.ts'
import type { Duty, DutyKind } from './duties/duty.ts'
import type { Doubled } from './evidence.ts'
import { fleetDuties, proofDuties } from './duties/fleet.ts'
import { fixAverageDuties, observeHourDuties, recordTouchDuties } from './duties/paths.ts'
import { priceDuties } from './duties/prices.ts'
import type { OwnPrice } from './duties/prices.ts'
import { surfaceDuties } from './duties/surface.ts'
import type { OwnSurface } from './duties/surface.ts'
import { tearUpDuties } from './duties/tearUps.ts'
import { windDownDuties } from './duties/windDown.ts'
import { payWithdrawalsDuties } from './duties/withdrawals.ts'
import type { Scan, Standing } from './scan.ts'
import { isOnTurn, marked } from './turns.ts'
import type { Marks } from './turns.ts'
import { decisiveUnderlyings } from './view.ts'
import type { AccountState, View } from './view.ts'

/** This keeper: its id in the registry (zero: none yet), and what it has seen in the markets by round. */
export type Self = {
  readonly id: number
  readonly price: OwnPrice
  readonly surface: OwnSurface
  /** Double words that it can prove; none where it has none. */
  readonly doubled?: readonly Doubled[]
}

export type Decision = {
  /** Whoever's turn it is. */
  readonly due: readonly Duty[]
  /** This keeper's, in the order to send. */
  readonly mine: readonly Duty[]
  readonly marks: Marks
}

/** `before`: the marks of the head before; undefined at the first. `house`: owners of the protocol's own accounts. */
export function decide(
  view: View,
  scan: Scan,
  self: Self,
  before: Marks | undefined,
  house: ReadonlySet<string>,
): Decision {
  const prices = priceDuties(view, self.price, self.id)
  const settled = scan.standings.filter(({ state }) => !isPriceComing(view, state, prices, before))
  const due = [
    ...prices,
    ...surfaceDuties(view, self.surface),
    ...observeHourDuties(view),
    ...recordTouchDuties(view),
    ...risks(view, scan.standings),
    ...recordCureDuties(settled),
    ...lapseDuties(view, settled),
    ...closeAuctionDuties(settled),
    ...tearUpDuties(view),
    ...writeOffDuties(scan.standings),
    ...fixSettlementPriceDuties(view),
    ...fixAverageDuties(view),
    ...settleDuties(view, house),
    ...openSaleDuties(view, scan.standings),
    ...chargeInterestDuties(view),
    ...fleetDuties(view, self.id),
    ...proofDuties(self.doubled ?? []),
    ...replaceWitnessDuties(settled),
    ...sweepDustDuties(view, scan.clearing),
    ...recordAgreementDuties(view),
    ...payWithdrawalsDuties(view),
    ...windDownDuties(view),
  ]
  const marks = marked(before, due, view.head)
  const mine = due.filter((duty) => {
    if (OWN_KINDS.has(duty.kind)) return view.universe.keepers.includes(self.id)
    return isOnTurn(duty, marks.get(keyOf(duty)) ?? 0, self.id, view.universe, view.head)
  })
  return { due, mine: mine.toSorted(byUrgency), marks }
}

/** A value missing in an open round, a sign of life and a proof that it holds are nobody else's to give. */
const OWN_KINDS: ReadonlySet<DutyKind> = new Set(['addObservation', 'checkIn', 'proveEquivocation'])

/** Auctions and calls; whoever is to be auctioned at once need not be called first. */
function risks(view: View, standings: readonly Standing[]): Duty[] {
  const auctions = startAuctionDuties(view, standings)
  const auctioned = new Set(auctions.map((duty) => ('account' in duty ? duty.account : 0n)))
  const calls = openMarginCallDuties(view, standings)
  return [...auctions, ...calls.filter((duty) => !('account' in duty && auctioned.has(duty.account)))]
}

/** [s] For so long a price that is due is expected to come; then it is not waited for any more. */
const PRICE_WAIT = 60

/**
 * Whether a new price is about to decide about the account. Good news is judged by it, and would often be refused under it; what
 * protects the house does not wait.
 */
function isPriceComing(view: View, state: AccountState, prices: readonly Duty[], before: Marks | undefined): boolean {
  const coming = prices.flatMap((duty) => {
    const since = before?.get(keyOf(duty)) ?? view.head.time
    return duty.kind === 'reportPrices' && view.head.time - since < PRICE_WAIT ? [duty.underlying] : []
  })
  return decisiveUnderlyings(state).some((underlying) => coming.includes(underlying))
}

/** By kind, then the largest shortfall first, then by key: the same list in every keeper. */
function byUrgency(a: Duty, b: Duty): number {
  const kinds = DUTY_KINDS.indexOf(a.kind) - DUTY_KINDS.indexOf(b.kind)
  if (kinds !== 0) return kinds
  const [left, right] = [shortfallOf(a), shortfallOf(b)]
  if (left !== right) return left > right ? -1 : 1
  return keyOf(a) < keyOf(b) ? -1 : 1
}

const shortfallOf = (duty: Duty): bigint => ('shortfall' in duty ? duty.shortfall : 0n)
