// What does a keeper buy, if its operator wants it to? Open auctions and debtors' collateral, as far as its own account can carry them.
import type { Logger } from 'pino'
import { wantedOf } from '../core/bidding.ts'
import type { BidRules } from '../core/bidding.ts'
import { purchasesOf } from '../core/buying.ts'
import type { BuyRules } from '../core/buying.ts'
import type { Call } from '../core/calls.ts'
import { keyOf } from '../core/duties/duty.ts'
import type { View } from '../core/view.ts'
import type { Chain } from './chain.ts'
import type { Sender } from './sender.ts'
import { LEVEL_INDEX } from '../../units/values.ts'
import type { AccountId } from '../../units/values.ts'

export type Bidder = { readonly bid: (view: View) => Promise<void> }

/** Auctions looked at in one head, the oldest first. */
const AUCTIONS_MOST = 8n
const BID_GAS = 12_000_000n
const BUY_GAS = 15_000_000n
const ABOVE = 1

/** Bids and buys for `buyer`, an account of the sender's own; no collateral without `sales`. */
export function bidderOf(
  chain: Chain,
  sender: Sender,
  buyer: AccountId,
  rules: BidRules & { readonly sales?: BuyRules },
  isDryRun: boolean,
  log: Logger,
): Bidder {
  async function bid({ head, accounts }: View): Promise<void> {
    if (accounts.countOf('AUCTION') === 0) return
    const [open, { health }] = await Promise.all([
      chain.read('auctions', 'openAuctions', [0n, AUCTIONS_MOST], head.hash),
      chain.read('margin', 'assess', [buyer, ABOVE], head.hash),
    ])
    let means: bigint = health[LEVEL_INDEX.INITIAL]
    const onItsWay = sender.inFlight()
    for (const account of open as readonly AccountId[]) {
      const duty = { kind: 'bid', account } as const
      if (account === buyer || onItsWay.has(keyOf(duty))) continue
      const quote = await chain.read('auctions', 'quote', [account], head.hash)
      const wanted = wantedOf(quote, means, rules)
      if (wanted === undefined) continue
      const { fraction, minDiscount, burden } = wanted
      const args = [{ account, buyer, fraction, minDiscount, seriesHash: quote.seriesHash }] as const
      const call: Call = { duties: [duty], gas: BID_GAS, contract: 'auctions', functionName: 'bid', args }
      const failure = await sender.send(call, head, isDryRun)
      log.info(
        { block: head.number, headTime: head.time, of: [keyOf(duty)], fraction, failure },
        failure === undefined ? 'bid' : 'bid not sent',
      )
      if (failure === undefined) means -= burden
    }
  }

  async function buy(view: View): Promise<void> {
    const { head, pages } = view
    const isOffered = [...pages.debts.of.values()].some(({ sales }) => sales.some(({ isOpen }) => isOpen))
    if (rules.sales === undefined || !isOffered) return
    const { health } = await chain.read('margin', 'assess', [buyer, ABOVE], head.hash)
    const cash = await chain.read('ledger', 'cashOf', [buyer], head.hash)
    const spare: bigint = health[LEVEL_INDEX.INITIAL]
    const onItsWay = sender.inFlight()
    for (const purchase of purchasesOf(view, buyer, cash < spare ? cash : spare, rules.sales)) {
      const duty = { kind: 'buyCollateral', account: purchase.account } as const
      if (onItsWay.has(keyOf(duty))) continue
      const call: Call = { duties: [duty], gas: BUY_GAS, contract: 'debts', functionName: 'buy', args: [purchase] }
      const failure = await sender.send(call, head, isDryRun)
      const line = { block: head.number, headTime: head.time, of: [keyOf(duty)], amount: purchase.amount, failure }
      log.info(line, failure === undefined ? 'bought' : 'not bought')
    }
  }

  return {
    bid: async (view) => {
      await bid(view)
      await buy(view)
    },
  }
}
