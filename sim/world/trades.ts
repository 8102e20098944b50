// How does the book come to be? Every planned trade is an order signed by both sides, filled at its mark by the exchange; then
// owners take out what is more than they mean to keep.
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { protocolAt } from '../../sdk/protocol/client.ts'
import type { Fill, OrderDomain, SignedOrder } from '../../sdk/orders/order.ts'
import { signOrder } from '../../sdk/orders/sign.ts'
import { seriesIdOf } from '../../units/series.ts'
import { cash, LEVEL_INDEX, price, size, type Price, type SeriesId, type Size } from '../../units/values.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import type { Book, PlannedTrade } from './book.ts'
import { addressOf, keyOf } from './keys.ts'
import { sendCash, type Owner, type Town } from './people.ts'

const ONE = 10n ** 18n
const UNDERLYING = 1
const CASH = 0
/** In the order of contracts/types/Marks.sol. */
const ABOVE = 1
/** [s] From signing to the last moment at which an order may be filled. */
const ORDER_LIFE = 86_400n
const NO_LIMIT = { buy: 2n ** 127n, sell: 0n }
const FEE_CAP = cash(2n ** 100n)

/** Fills of these trades at the marks of this moment; a nonce is a trade's place in the book, so none is filled twice. */
export async function signFills(
  town: Town,
  book: Book,
  trades: readonly PlannedTrade[],
  owners: readonly Owner[],
  now: number,
): Promise<readonly Fill[]> {
  const { chainId, addresses } = town.universe.deployment
  const domain = { chainId, exchange: addresses.exchange }
  const byName = new Map(owners.map((owner) => [owner.member.name, owner]))
  const marks = await marksOf(town, trades)
  return Promise.all(
    trades.map(async (trade) => {
      const nonce = BigInt(book.trades.indexOf(trade))
      const [buyer, seller] = [byName.get(trade.buyer), byName.get(trade.seller)]
      if (buyer === undefined || seller === undefined) throw new Error(`trade ${nonce} has a side that is nobody`)
      const contracts = size(BigInt(Math.round(trade.size * 1e6)) * 10n ** 12n)
      const series = seriesOf(trade)
      const sign = (owner: Owner, change: Size) =>
        signed(owner, series, change, { nonce, deadline: BigInt(now) + ORDER_LIFE }, domain)
      const [buy, sell] = await Promise.all([sign(buyer, contracts), sign(seller, size(-contracts))])
      return { buy, sell, size: contracts, price: marks.get(series) ?? price(0n) }
    }),
  )
}

function signed(
  owner: Owner,
  series: SeriesId,
  change: Size,
  { nonce, deadline }: { readonly nonce: bigint; readonly deadline: bigint },
  domain: OrderDomain,
): Promise<SignedOrder> {
  const limit = price(change > 0n ? NO_LIMIT.buy : NO_LIMIT.sell)
  const order = {
    account: owner.account,
    series,
    size: change,
    limit,
    maxFee: FEE_CAP,
    deadline,
    nonce,
    reduceOnly: false,
    isMaker: change < 0n,
  }
  return signOrder(privateKeyToAccount(owner.key), order, domain)
}

/** What one contract of each series is worth to the margin function at this moment. */
async function marksOf(town: Town, trades: readonly PlannedTrade[]): Promise<ReadonlyMap<SeriesId, Price>> {
  const { margin } = protocolAt(town.chain.client, town.universe.deployment.addresses)
  const marks = new Map<SeriesId, Price>()
  for (const series of new Set(trades.map(seriesOf))) {
    const held = { cash: 0n, positions: [{ series, size: ONE }], collateral: [] }
    const { health } = await margin.read.assessPortfolio([held, ABOVE])
    marks.set(series, price(health[LEVEL_INDEX.MARK] ?? 0n))
  }
  return marks
}

/** Sends one fill as a transaction of its own; whoever carries it pays the gas. */
export async function sendFill(town: Town, fill: Fill): Promise<Hex> {
  return town.actors.send(
    keyOf(town.seed, 'carrier'),
    { to: town.universe.deployment.addresses.exchange, abi: ABIS.exchange, functionName: 'settleOne', args: [fill] },
    FILL_GAS,
  )
}

/** Both sides' whole grid is looked at; a maker's book is large. */
const FILL_GAS = 7_000_000n

/** Each owner with a cushion sends what is beyond it to the bank, and holds its wallet's share outside. Waits for no block. */
export async function takeOutSurplus(town: Town, owners: readonly Owner[]): Promise<void> {
  const { margin, ledger } = protocolAt(town.chain.client, town.universe.deployment.addresses)
  for (const { member, key, account, owner } of owners) {
    if (member.cushion === undefined) continue
    const { health } = await margin.read.assess([account, ABOVE])
    const required = (health[LEVEL_INDEX.MARK] ?? 0n) - (health[LEVEL_INDEX.INITIAL] ?? 0n)
    const keep = (required * BigInt(Math.round(member.cushion * 1_000))) / 1_000n
    const beyond = (health[LEVEL_INDEX.INITIAL] ?? 0n) - keep
    // What lies beyond may be in collateral, which stays.
    const inCash = await ledger.read.cashOf([account])
    const surplus = beyond < inCash ? beyond : inCash
    await sendCash(town, owner, (Number(required) / 1e18) * member.wallet)
    if (surplus <= 0n) continue
    await town.actors.send(key, {
      to: town.universe.deployment.addresses.clearinghouse,
      abi: ABIS.clearinghouse,
      functionName: 'withdraw',
      args: [account, CASH, surplus, addressOf(keyOf(town.seed, 'bank'))],
    })
  }
}

function seriesOf({ kind, strike, expiry }: PlannedTrade): SeriesId {
  const raw = price(BigInt(Math.round(strike * 1e8)) * 10n ** 10n)
  return seriesIdOf({ underlying: UNDERLYING, expiry, strike: raw, kind, field: 0 })
}
