// Does the exact twin of the kernel give the contract's answer, bit for bit?
import { expect } from 'chai'
import { bothOf, call, callAndPut, digital, greeks, outOfTheMoney, put } from '../../risk/exact/black.ts'
import { expQ96, expWad } from '../../risk/exact/exp.ts'
import { impliedTotalVolatility } from '../../risk/exact/implied.ts'
import { lnRatioQ96, lnWad } from '../../risk/exact/ln.ts'
import { cdfQ96, cdfWad } from '../../risk/exact/normal.ts'
import { sqrtQ96, sqrtWad } from '../../risk/exact/sqrt.ts'
import { totalVarianceQ96, totalVolatilityQ96 } from '../../risk/exact/surface.ts'
import { between, bits, comparisonWith, magnitude, next, ONE, ONE_Q96, ROWS, rows } from './rows.ts'

const LARGEST = (1n << 128n) - 1n
const blackEdges: [bigint, bigint, bigint][] = []
for (const forward of [1n, 2n, ONE, 3000n * ONE, LARGEST]) {
  for (const strike of [1n, 2n, ONE, 3000n * ONE, LARGEST]) {
    for (const volatility of [0n, 1n, 1n << 32n, 1n << 64n, ONE_Q96 / 10n, ONE_Q96, 26n * ONE_Q96, 100n * ONE_Q96]) {
      blackEdges.push([forward, strike, volatility])
    }
  }
}
const smile = (): [bigint, bigint, bigint, bigint] => [
  magnitude(63),
  between(-ONE, ONE),
  magnitude(64),
  between(-(8n * ONE_Q96), 8n * ONE_Q96),
]

describe('the exact twin of the kernel', () => {
  let differences: Awaited<ReturnType<typeof comparisonWith>>
  before(async () => {
    differences = await comparisonWith('KernelHarness')
  })

  it('exponentiates as the contract does', async () => {
    await differences(
      'expQ96',
      rows([0n, 1n, -1n, 110n * ONE_Q96, -68n * ONE_Q96, -69n * ONE_Q96, -(1n << 200n)], () =>
        between(-70n * ONE_Q96, 110n * ONE_Q96),
      ),
      expQ96,
    )
    await differences(
      'expWad',
      rows([0n, 1n, -1n, 135n * ONE, -42n * ONE, -43n * ONE, -(1n << 200n)], () => between(-43n * ONE, 135n * ONE)),
      expWad,
    )
  })

  it('takes logarithms as the contract does', async () => {
    await differences(
      'lnWad',
      rows([1n, ONE, ONE - 1n, ONE + 1n, (1n << 256n) - 1n], () => magnitude(256)),
      lnWad,
    )
    await differences(
      'lnRatioQ96',
      rows<[bigint, bigint]>(
        [
          [1n, 1n],
          [1n, LARGEST],
          [LARGEST, 1n],
          [LARGEST, LARGEST],
        ],
        () => [magnitude(128), magnitude(128)],
      ),
      ([numerator, denominator]) => lnRatioQ96(numerator, denominator),
    )
  })

  it('takes roots as the contract does', async () => {
    await differences(
      'sqrtQ96',
      rows([0n, 1n, ONE_Q96, (1n << 160n) - 1n], () => magnitude(160)),
      sqrtQ96,
    )
    await differences(
      'sqrtWad',
      rows([0n, 1n, ONE, (1n << 128n) - 1n], () => magnitude(128)),
      sqrtWad,
    )
  })

  it('knows the normal distribution as the contract does', async () => {
    await differences(
      'cdfWad',
      rows([0n, 1n, -1n, 9n * ONE, -9n * ONE, -(1n << 255n), (1n << 255n) - 1n], () => between(-10n * ONE, 10n * ONE)),
      cdfWad,
    )
    await differences(
      'cdfQ96',
      rows([0n, 1n, -1n, 9n * ONE_Q96, -9n * ONE_Q96, -(1n << 255n), (1n << 255n) - 1n], () =>
        between(-10n * ONE_Q96, 10n * ONE_Q96),
      ),
      cdfQ96,
    )
  })

  it('reads the smile as the contract does', async () => {
    const edges: [bigint, bigint, bigint, bigint][] = [
      [0n, 0n, 0n, 0n],
      [ONE, ONE, ONE, ONE_Q96],
      [ONE, -ONE, ONE, ONE_Q96],
      [(1n << 64n) - 1n, ONE / 2n, (1n << 64n) - 1n, 88n * ONE_Q96],
      [1n, ONE / 2n, (1n << 64n) - 1n, -88n * ONE_Q96],
    ]
    const inputs = rows(edges, smile)
    await differences('totalVarianceQ96', inputs, ([theta, rho, phi, k]) => totalVarianceQ96(theta, rho, phi, k))
    await differences('totalVolatilityQ96', inputs, ([theta, rho, phi, k]) => totalVolatilityQ96(theta, rho, phi, k))
  })

  it('prices as the contract does', async () => {
    const near = (): [bigint, bigint, bigint] => {
      const forward = magnitude(120)
      return [forward, (forward * between(1n << 60n, 1n << 67n)) / (1n << 64n) + 1n, magnitude(101)]
    }
    const inputs = rows<[bigint, bigint, bigint]>(blackEdges, () =>
      next() % 2n === 0n ? near() : [magnitude(128), magnitude(128), magnitude(104)],
    )
    await differences('outOfTheMoney', inputs, ([forward, strike, volatility]) =>
      outOfTheMoney(forward, strike, lnRatioQ96(forward, strike), volatility),
    )
  })

  it('prices calls, puts and sensitivities as the contract does', async () => {
    const option = (forward: bigint, strike: bigint) => ({
      forward,
      strike,
      secondsLeft: Number(bits(26)),
      annual: magnitude(62),
      volatility: magnitude(100),
      rootTime: magnitude(98),
      discount: between(0n, 2n * ONE),
      rate: between(-ONE, ONE),
    })
    const edges = [1n, ONE, LARGEST].flatMap((forward) => [1n, ONE, LARGEST].map((strike) => option(forward, strike)))
    const still = { secondsLeft: 0, annual: 0n, volatility: 0n, rootTime: 0n }
    const inputs = rows([...edges, ...edges.map((edge) => ({ ...edge, ...still }))], () => {
      const forward = magnitude(99)
      return option(forward, (forward * between(1n << 62n, 1n << 66n)) / (1n << 64n) + 1n)
    })
    await differences('prices', inputs, ({ forward, strike, secondsLeft, annual, rootTime, discount, rate }) => {
      const both = callAndPut(forward, strike, annual, rootTime, discount)
      const time = BigInt(secondsLeft)
      return [call(forward, strike, time, annual, rate), put(forward, strike, time, annual, rate), both.call, both.put]
    })
    await differences('greeks', inputs, ({ forward, strike, volatility, rootTime, discount, rate }) => {
      return Object.values(greeks(forward, strike, volatility, rootTime, discount, rate))
    })
    await differences(
      'digital',
      rows<[bigint, bigint]>(
        [
          [0n, 0n],
          [1n, 0n],
          [-1n, 0n],
        ],
        () => [between(-4n * ONE_Q96, 4n * ONE_Q96), magnitude(100)],
      ),
      ([log, volatility]) => digital(log, volatility),
    )
  })

  it('implies volatilities as the contract does', async () => {
    const inputs: [bigint, bigint, bigint][] = [
      [ONE, ONE, 0n],
      [ONE, ONE, 1n],
      [ONE, ONE, ONE - 1n],
      [LARGEST, 2n, 1n],
      [2n, LARGEST, 1n],
      [LARGEST, LARGEST, LARGEST - 1n],
      [LARGEST, LARGEST - 1n, 1n],
    ]
    for (let i = 0; i < ROWS; i += 1) {
      const forward = magnitude(126) + 1n
      const strike = i % 4 === 0 ? magnitude(126) + 1n : (forward * between(1n << 61n, 1n << 67n)) / (1n << 64n) + 2n
      const smaller = forward < strike ? forward : strike
      const value =
        i % 2 === 0 ? outOfTheMoney(forward, strike, lnRatioQ96(forward, strike), magnitude(100)) : bits(128) % smaller
      inputs.push([forward, strike, value < smaller ? value : smaller - 1n])
    }
    await differences('impliedTotalVolatility', inputs, (row) => impliedTotalVolatility(...row))
  })

  it('keeps put-call parity to the last unit', () => {
    for (const [forward, strike, volatility] of blackEdges) {
      const value = outOfTheMoney(forward, strike, lnRatioQ96(forward, strike), volatility)
      const both = bothOf(value, forward, strike)
      expect(both.call - both.put).to.equal(forward - strike)
    }
  })
})
