import { expect } from 'chai'
import { chainlinkTrade, poolTrade } from '../../../../keeper/core/feeds/onchain.ts'

const TIME = 1_584_000_000
const ETH_USDC = { decimals0: 6, decimals1: 18, isInverse: true }

describe('prices of contracts', () => {
  it('an answer of Chainlink is a trade at the time it was told, whatever its decimals', () => {
    const trade = { time: TIME * 1_000, price: 194_86000000n }
    expect(chainlinkTrade(194_86000000n, 8, BigInt(TIME))).to.deep.equal(trade)
    expect(chainlinkTrade(194_86n * 10n ** 16n, 18, BigInt(TIME))).to.deep.equal(trade)
    expect(chainlinkTrade(194_86n, 2, BigInt(TIME))).to.deep.equal(trade)
  })

  it('an answer of zero or less, one that is too large, and a round that was never told are no prices', () => {
    for (const answer of [0n, -5n, 10n ** 30n]) expect(chainlinkTrade(answer, 8, BigInt(TIME))).to.equal(undefined)
    expect(chainlinkTrade(5n, 8, 0n)).to.equal(undefined)
  })

  it('the mean tick of a pool is a price, of either token', () => {
    // USDC/ETH: 1.0001^(-200000…) raw; ETH at 2,000 is tick 200,311 of token 0 in token 1.
    const tick = Math.log(1e12 / 2_000) / Math.log(1.0001)
    const moved = BigInt(Math.round(tick * 1_800))
    const trade = poolTrade([7n, 7n + moved], 1_800, ETH_USDC, TIME)
    expect(Number(trade?.price) / 1e8).to.be.closeTo(2_000, 0.01)
    const other = poolTrade([7n, 7n + moved], 1_800, { ...ETH_USDC, isInverse: false }, TIME)
    expect(Number(other?.price) / 1e8).to.be.closeTo(1 / 2_000, 1e-8)
  })

  it('a mean beyond all prices is none', () => {
    expect(poolTrade([0n, 887_272n * 1_800n], 1_800, { decimals0: 18, decimals1: 0, isInverse: false }, TIME)).to.equal(
      undefined,
    )
    expect(poolTrade([0n, 1n], 0, ETH_USDC, TIME)).to.equal(undefined)
  })
})
