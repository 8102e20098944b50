// Do contract, exact twin and float64 form agree on path-dependent options?
import { expect } from 'chai'
import { averageValue, averageVolatilityQ96, barrierValue, monitoredAt } from '../../risk/exact/exotic.ts'
import * as fast from '../../risk/fast/exotic.ts'
import { KINDS } from '../../units/series.ts'
import { between, comparisonWith, magnitude, ONE, ONE_Q96, ROWS, rows } from './rows.ts'

const BARRIERS = KINDS.filter((kind) => /^(UP|DOWN)_/.test(kind))
const scaled = (x: bigint, least: number, most: number): bigint =>
  (x * between(BigInt(Math.round(least * 1e9)), BigInt(Math.round(most * 1e9)))) / 1_000_000_000n + 1n
const float = (x: bigint): number => Number(x) / 1e18

function market() {
  const spot = magnitude(90) + ONE
  return {
    spot,
    forward: scaled(spot, 0.9, 1.1),
    strike: scaled(spot, 0.4, 2.5),
    barrier: scaled(spot, 0.5, 2),
    volatility: between(ONE_Q96 / 500n, 2n * ONE_Q96),
  }
}

const still = (volatility: bigint) =>
  [0n, 1n].map((k) => ({ spot: ONE, forward: ONE + k, strike: ONE, barrier: ONE + 1n, volatility }))
const window = (): [bigint, bigint] => [between(0n, ONE_Q96), magnitude(100)]
const average = (): [bigint, bigint, bigint, bigint, bigint] => {
  const forward = magnitude(90) + ONE
  return [forward, scaled(forward, 0.5, 2), between(0n, ONE), scaled(forward, 0.8, 1.2), between(0n, ONE_Q96)]
}

describe('path-dependent options', () => {
  it('are worth to the exact twin what they are worth to the contract', async () => {
    const differences = await comparisonWith('ExoticHarness')
    const markets = rows<ReturnType<typeof market>>([...still(0n), ...still(1n << 76n), ...still(ONE_Q96)], market)
    await differences('barrierValues', markets.slice(0, ROWS / 2), (o) => BARRIERS.map((kind) => barrierValue(kind, o)))
    const finished: [bigint, bigint, bigint, bigint] = [ONE, ONE_Q96, 3600n, 0n]
    const watched = (): [bigint, bigint, bigint, bigint] => [magnitude(100), magnitude(97), 3600n, magnitude(26)]
    await differences('monitoredAt', rows([finished], watched), ([barrier, volatility, every, left]) =>
      [true, false].map((isUp) => monitoredAt(barrier, isUp, volatility, every, left)),
    )
    const edges: [bigint, bigint][] = [
      [0n, 0n],
      [0n, 1n << 90n],
      [0n, (1n << 90n) + 1n],
      [0n, 16n * ONE_Q96],
    ]
    await differences('averageVolatilityQ96', rows(edges, window), ([before, inside]) =>
      averageVolatilityQ96(before, inside),
    )
    const known: [bigint, bigint, bigint, bigint, bigint] = [ONE, ONE, ONE, ONE, 0n]
    await differences('averageValue', rows([known], average), ([forward, strike, share, soFar, volatility]) =>
      [true, false].map((isCall) => averageValue(isCall, forward, strike, share, soFar, volatility)),
    )
  })

  it('are worth in float64 what they are worth exactly, to a billionth of the spot', () => {
    for (let i = 0; i < ROWS; i += 1) {
      const o = market()
      const inFloat = Object.fromEntries(Object.entries(o).map(([key, value]) => [key, float(value)]))
      const terms = { ...(inFloat as fast.Barrier), volatility: Number(o.volatility) / 2 ** 96 }
      for (const kind of BARRIERS) {
        const difference = fast.barrierValue(kind, terms) - float(barrierValue(kind, o))
        expect(Math.abs(difference) / terms.spot, kind).to.be.below(1e-9)
      }
      const [before, inside] = window()
      const variance = Number(averageVolatilityQ96(before, inside)) / 2 ** 96
      const other = fast.averageVolatility(Number(before) / 2 ** 96, Number(inside) / 2 ** 96)
      expect(Math.abs(other / variance - 1) || 0).to.be.below(1e-9)
      const [forward, strike, share, soFar, volatility] = average()
      const value = float(averageValue(true, forward, strike, share, soFar, volatility))
      const arguments_ = [forward, strike, share, soFar].map(float) as [number, number, number, number]
      const again = fast.averageValue(true, ...arguments_, Number(volatility) / 2 ** 96)
      expect(Math.abs(again - value) / float(forward)).to.be.below(1e-9)
    }
  })
})
