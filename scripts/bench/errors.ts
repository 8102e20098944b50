// How far is the kernel from the truth? Largest errors of every function against sixty digits, region by region.
import type { Decimal } from 'decimal.js'
import * as black from '../../risk/exact/black.ts'
import { expQ96, expWad } from '../../risk/exact/exp.ts'
import { impliedTotalVolatility } from '../../risk/exact/implied.ts'
import { lnRatioQ96, lnWad } from '../../risk/exact/ln.ts'
import { cdfWad } from '../../risk/exact/normal.ts'
import { sqrtQ96, sqrtWad } from '../../risk/exact/sqrt.ts'
import { totalVolatilityQ96 } from '../../risk/exact/surface.ts'
import * as truth from '../../risk/reference/kernel.ts'
import type { Row } from '../bench.ts'

const ONE = 10n ** 18n
const POINTS = 300
const LARGEST = (1n << 128n) - 1n

/** Evenly spread over the unit interval, the same on every run: multiples of an irrational number. */
const spread = (i: number, irrational: number): number => (i * irrational) % 1
const wadAt = (x: number): bigint => BigInt(Math.round(x * 1e6)) * 10n ** 12n + 7n
const q96At = (x: number): bigint => BigInt(Math.round(x * 2 ** 52)) << 44n

type Probe = () => { readonly error: Decimal; readonly at: string }

/** The largest of `POINTS` errors. */
function worst(id: string, unit: string, note: string, probe: (i: number) => ReturnType<Probe>): Row {
  let [value, at] = [0, '']
  for (let i = 0; i < POINTS; i += 1) {
    const found = probe(i)
    const error = Math.abs(found.error.toNumber())
    if (error > value) [value, at] = [error, found.at]
  }
  return { id, value: Number(value.toPrecision(3)), unit, note: at === '' ? note : `${note}; at ${at}` }
}

const wei = (error: Decimal): Decimal => error.mul('1e18')

function primitives(): Row[] {
  return [
    worst('exp.small', 'wei', 'e^x in 18 decimals, x in [-42, 0]', (i) => {
      const x = -wadAt(42 * spread(i, 0.618_034))
      return { error: wei(truth.wad(expWad(x)).sub(truth.exp(truth.wad(x)))), at: `${x}` }
    }),
    worst('exp.large', 'relative', 'e^x in 18 decimals, x in [0, 135]', (i) => {
      const x = wadAt(134.9 * spread(i, 0.618_034))
      return {
        error: truth
          .wad(expWad(x))
          .div(truth.exp(truth.wad(x)))
          .sub(1),
        at: `${x}`,
      }
    }),
    worst('exp.q96', 'relative', 'e^x in Q96, x in [-20, 110]', (i) => {
      const x = q96At(130 * spread(i, 0.618_034) - 20)
      return {
        error: truth
          .fixed(expQ96(x), 96)
          .div(truth.exp(truth.fixed(x, 96)))
          .sub(1),
        at: `${x}`,
      }
    }),
    worst('ln', 'wei', 'ln x in 18 decimals, x over all sizes', (i) => {
      const x = (1n << BigInt(i % 255)) + (wadAt(spread(i, 0.618_034)) % (1n << BigInt(i % 255)))
      return { error: wei(truth.wad(lnWad(x)).sub(truth.ln(truth.wad(x)))), at: `${x}` }
    }),
    worst('ln.ratio', 'absolute', 'ln(a/b), both of any size, b/a at most 2^60', (i) => {
      const [a, b] = [LARGEST >> BigInt(i % 60), (LARGEST >> BigInt((i * 7) % 60)) - wadAt(spread(i, 0.618_034))]
      return {
        error: truth.fixed(lnRatioQ96(a, b), 96).sub(truth.ln(a.toString()).sub(truth.ln(b.toString()))),
        at: `${a}/${b}`,
      }
    }),
    worst('sqrt', 'wei', 'root in 18 decimals, x up to 2e30', (i) => {
      const x = wadAt(10 ** (12 * spread(i, 0.618_034)))
      return { error: wei(truth.wad(sqrtWad(x)).sub(truth.sqrt(truth.wad(x)))), at: `${x}` }
    }),
    worst('sqrt.q96', 'relative', 'root in Q96, x from 2^-32 to 2^32', (i) => {
      const x = q96At(2 ** (64 * spread(i, 0.618_034) - 32))
      return {
        error: truth
          .fixed(sqrtQ96(x), 96)
          .div(truth.sqrt(truth.fixed(x, 96)))
          .sub(1),
        at: `${x}`,
      }
    }),
    worst('cdf', 'absolute', 'Φ(x) in 18 decimals, x in [-9, 9], the last unit included', (i) => {
      const x = wadAt(18 * spread(i, 0.618_034) - 9)
      return { error: truth.wad(cdfWad(x)).sub(truth.cdf(truth.wad(x))), at: `${x}` }
    }),
    worst('surface', 'relative', 'eSSVI total volatility, θ 1e-4 to 4, |ρ| < 1, φ up to 10, |k| up to 2', (i) => {
      const [theta, rho, phi] = [
        wadAt(4 * spread(i, 0.618_034) + 1e-4),
        wadAt(1.98 * spread(i, 0.754_878) - 0.99),
        wadAt(10 * spread(i, 0.569_84)),
      ]
      const k = q96At(4 * spread(i, 0.819_173) - 2)
      const [slope, r] = [truth.wad(phi).mul(truth.fixed(k, 96)), truth.wad(rho)]
      const shape = slope
        .mul(r)
        .add(1)
        .add(slope.add(r).pow(2).add(1).sub(r.mul(r)).sqrt())
      const total = truth.wad(theta).div(2).mul(shape).sqrt()
      return {
        error: truth
          .fixed(totalVolatilityQ96(theta, rho, phi, k), 96)
          .div(total)
          .sub(1),
        at: `${theta} ${rho} ${phi} ${k}`,
      }
    }),
  ]
}

type Region = {
  readonly id: string
  readonly note: string
  readonly log: number
  readonly least: number
  readonly most: number
  readonly size: bigint
}

const REGIONS: readonly Region[] = [
  { id: 'usual', note: '|ln(F/K)| ≤ 0.25, v 0.05 to 0.6', log: 0.25, least: 0.05, most: 0.6, size: 1000n * ONE },
  { id: 'wide', note: '|ln(F/K)| ≤ 1.6, v 0.0005 to 5', log: 1.6, least: 0.0005, most: 5, size: 30_000n * ONE },
  { id: 'far', note: '|ln(F/K)| ≤ 8, v 0.01 to 12', log: 8, least: 0.01, most: 12, size: 1_000_000n * ONE },
  {
    id: 'brief',
    note: 'T → 0: |ln(F/K)| ≤ 1e-5, v 1e-9 to 1e-4',
    log: 1e-5,
    least: 1e-9,
    most: 1e-4,
    size: 1000n * ONE,
  },
  { id: 'vast', note: 'v 12 to 60, beyond 24 included', log: 5, least: 12, most: 60, size: 1000n * ONE },
  {
    id: 'largest',
    note: 'forward near 2^128, |ln(F/K)| ≤ 1.6, v 0.01 to 3',
    log: 1.6,
    least: 0.01,
    most: 3,
    size: LARGEST / 5n,
  },
  { id: 'smallest', note: 'forward a few wei', log: 1.6, least: 0.01, most: 3, size: 40n },
]

function sample(region: Region, i: number) {
  const forward = region.size + (region.size > ONE ? wadAt(spread(i, 0.618_034)) : BigInt(i % 13))
  const ratio = Math.exp(region.log * (2 * spread(i, 0.754_878) - 1))
  const strike = (forward * BigInt(Math.round(ratio * 2 ** 50))) / 2n ** 50n + 1n
  const volatility = q96At(region.least * (region.most / region.least) ** spread(i, 0.569_84))
  return { forward, strike, volatility, log: lnRatioQ96(forward, strike) }
}

/** Beyond one unit of the last place, in shares of min(F, K). */
function priceError(region: Region): Row {
  return worst(`price.${region.id}`, 'min(F, K)', `out-of-the-money value beyond one wei, ${region.note}`, (i) => {
    const { forward, strike, volatility, log } = sample(region, i)
    const value = black.outOfTheMoney(forward, strike, log, volatility)
    const real = (x: bigint) => truth.fixed(x, 0)
    const error = real(value).sub(truth.outOfTheMoney(real(forward), real(strike), truth.fixed(volatility, 96)))
    const beyond = error.abs().sub(1)
    const smaller = forward < strike ? forward : strike
    return {
      error: beyond.gt(0) ? beyond.div(smaller.toString()) : beyond.mul(0),
      at: `${forward} ${strike} ${volatility}`,
    }
  })
}

function sensitivities(): Row[] {
  const region = REGIONS[1]!
  const probe =
    (pick: (g: black.Greeks, d: { d1: Decimal; forward: Decimal; volatility: Decimal }) => Decimal) => (i: number) => {
      const { forward, strike, volatility } = sample(region, i)
      const g = black.greeks(forward, strike, volatility, 1n << 95n, ONE, 0n)
      const [f, v] = [truth.wad(forward), truth.fixed(volatility, 96)]
      const d1 = truth
        .ln(f.div(truth.wad(strike)))
        .div(v)
        .add(v.div(2))
      return { error: pick(g, { d1, forward: f, volatility: v }), at: `${forward} ${strike} ${volatility}` }
    }
  return [
    worst(
      'delta',
      'absolute',
      `Φ(d1), ${region.note}`,
      probe((g, { d1 }) => truth.wad(g.delta).sub(truth.cdf(d1))),
    ),
    worst(
      'vega',
      'F·√T',
      `F·φ(d1)·√T at √T = 1/2, ${region.note}`,
      probe((g, { d1, forward }) => {
        return truth.wad(g.vega).div(forward.div(2)).sub(truth.density(d1))
      }),
    ),
    worst(
      'gamma',
      '1/(F·v)',
      `φ(d1)/(F·v), ${region.note}`,
      probe((g, { d1, forward, volatility }) => {
        return truth.wad(g.gamma).div('1e9').mul(forward).mul(volatility).sub(truth.density(d1))
      }),
    ),
    worst(
      'theta',
      'F·v/T',
      `-F·φ(d1)·v/(2T) at T = 1/4, ${region.note}`,
      probe((g, { d1, forward, volatility }) => {
        return truth.wad(g.theta).div(forward.mul(volatility).mul(4)).add(truth.density(d1).div(2))
      }),
    ),
  ]
}

function implied(): Row {
  const region = REGIONS[1]!
  return worst(
    'iv',
    'relative',
    `volatility back from its own price where vega is 1e-6 of F or more, ${region.note}`,
    (i) => {
      const { forward, strike, volatility, log } = sample({ ...region, size: LARGEST / 1000n }, i)
      const value = black.outOfTheMoney(forward, strike, log, volatility)
      const smaller = forward < strike ? forward : strike
      const density = Math.exp(-((Math.abs(Number(log)) / Number(volatility) - Number(volatility) / 2 ** 97) ** 2) / 2)
      if (value >= smaller || density < 1e-6) return { error: truth.wad(0n), at: '' }
      return {
        error: truth
          .fixed(impliedTotalVolatility(forward, strike, value), 96)
          .div(truth.fixed(volatility, 96))
          .sub(1),
        at: `${forward} ${strike} ${volatility}`,
      }
    },
  )
}

export function rows(): Promise<readonly Row[]> {
  return Promise.resolve([...primitives(), ...REGIONS.map(priceError), ...sensitivities(), implied()])
}
