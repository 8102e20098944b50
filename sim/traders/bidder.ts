// Which portfolio in auction is worth taking over now? Reads each open auction's quote and bids when the discount pays.
import { LEVEL_INDEX, type AccountId } from '../../units/values.ts'
import { fractionFor } from './decide.ts'
import type { Desk, Head } from './desk.ts'

const ABOVE = 1
/** Auctions looked at in one head, the oldest first. */
const AUCTIONS_MAX = 32n
/** [1e18] A bid is refused where the discount has shrunk below this share of what was seen. */
const SLIPPAGE_PERCENT = 80n
const ONE = 10n ** 18n

/** What the bidder does about each head; resolves with how many bids wait for the next block. */
export function createBidder(desk: Desk): (head: Head) => Promise<number> {
  const [own] = desk.config.accounts
  if (own === undefined) throw new Error('a bidder needs an account')
  const buyer = BigInt(own.account) as AccountId

  return async (head) => {
    const accounts = await desk.protocol.auctions.read.openAuctions([0n, AUCTIONS_MAX])
    if (accounts.length === 0) return 0
    const { health } = await desk.protocol.margin.read.assess([buyer, ABOVE])
    let means = health[LEVEL_INDEX.INITIAL] ?? 0n
    let sent = 0
    for (const account of accounts) {
      if (account === buyer) continue
      const quote = await desk.protocol.auctions.read.quote([account])
      const fraction = fractionFor({ ...quote, means })
      if (fraction === 0n) continue
      const seen = ((quote.equity - quote.price) * ONE) / quote.maintenance
      const offer = {
        account,
        buyer,
        fraction,
        minDiscount: (seen * SLIPPAGE_PERCENT) / 100n,
        seriesHash: quote.seriesHash,
      }
      const { address, abi } = desk.protocol.auctions
      if (!(await desk.send(own.key, head, { to: address, abi, functionName: 'bid', args: [offer] }))) continue
      means -= ((quote.initial - (quote.equity - quote.price)) * fraction) / ONE
      sent += 1
    }
    return sent
  }
}
