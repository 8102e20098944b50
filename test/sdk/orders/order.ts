// An order's digest names everything in it; its twin on chain is tested with the exchange.
import { expect } from 'chai'
import { digestOf, feeOf, premiumOf, type Order } from '../../../sdk/orders/order.ts'
import { accountIdOf } from '../../../units/account.ts'
import { cash, price, size, type SeriesId } from '../../../units/values.ts'

const DOMAIN = { chainId: 31337, exchange: '0x00000000000000000000000000000000000000ee' } as const

const ORDER: Order = {
  account: accountIdOf('0x00000000000000000000000000000000000000a1', 3n),
  series: ((1n << 120n) | 5n) as SeriesId,
  size: size(-2n * 10n ** 18n),
  limit: price(7n * 10n ** 18n),
  maxFee: cash(10n ** 16n),
  deadline: 1_600_000_000n,
  nonce: 9n,
  reduceOnly: false,
  isMaker: false,
}

describe('an order', () => {
  const changed: Partial<Order>[] = [
    { account: accountIdOf('0x00000000000000000000000000000000000000a1', 4n) },
    { series: ((1n << 120n) | 6n) as SeriesId },
    { size: size(2n * 10n ** 18n) },
    { limit: price(8n * 10n ** 18n) },
    { maxFee: cash(0n) },
    { deadline: 1_600_000_001n },
    { nonce: 10n },
    { reduceOnly: true },
    { isMaker: true },
  ]
  for (const change of changed) {
    it(`has another digest with another ${Object.keys(change).join()}`, () => {
      expect(digestOf({ ...ORDER, ...change }, DOMAIN)).not.to.equal(digestOf(ORDER, DOMAIN))
    })
  }

  it('holds on one chain and for one exchange', () => {
    const elsewhere = { ...DOMAIN, exchange: '0x00000000000000000000000000000000000000ef' } as const
    expect(digestOf(ORDER, { ...DOMAIN, chainId: 1 })).not.to.equal(digestOf(ORDER, DOMAIN))
    expect(digestOf(ORDER, elsewhere)).not.to.equal(digestOf(ORDER, DOMAIN))
  })

  it('pays a share of the index, at most a share of the premium, rounded down, whichever side it is on', () => {
    const index = price(200n * 10n ** 18n)
    const two = 2n * 10n ** 18n
    expect(feeOf(size(two), index, 300n, price(6n * 10n ** 18n), 125_000n)).to.equal(12n * 10n ** 16n)
    expect(feeOf(size(-two), index, 300n, price(8n * 10n ** 16n), 125_000n)).to.equal(2n * 10n ** 16n)
    expect(feeOf(size(1n), index, 300n, price(8n * 10n ** 16n), 125_000n)).to.equal(0n)
  })

  it('costs size times price, rounded down, whichever side it is on', () => {
    expect(premiumOf(size(-3n), price(5n * 10n ** 17n))).to.equal(1n)
    expect(premiumOf(size(3n), price(5n * 10n ** 17n))).to.equal(1n)
  })
})
