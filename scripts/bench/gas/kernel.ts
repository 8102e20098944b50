// What does the kernel cost, beside its peers? The usual grid of each function, a wide grid of options, osaka and cancun.
import { impliedTotalVolatility } from '../../../risk/fast/implied.ts'
import { outOfTheMoney } from '../../../risk/fast/black.ts'
import type { Row } from '../../bench.ts'
import { meterOf, type Subject, type Target } from '../measure.ts'

const YEAR = 31_536_000
const DAY = 86_400
const WAD_DIGITS = 10n ** 9n
const Q96_DIGITS = 2n ** 44n

const wad = (x: number): bigint => BigInt(Math.round(x * 1e9)) * WAD_DIGITS
const q96 = (x: number): bigint => BigInt(Math.round(x * 2 ** 52)) * Q96_DIGITS
const span = <Value>(count: number, at: (share: number) => Value): Value[] =>
  Array.from({ length: count }, (_, i) => at(i / (count - 1)))

type Option = { forward: number; strike: number; seconds: number; annual: number; rate: number }

/** 225 options: spot 1000, strikes 800 to 1200, 7 to 180 days, volatilities 0.4 to 0.8, rates 5 to 20 %. */
const usual: readonly Option[] = [800, 900, 1000, 1100, 1200].flatMap((strike) =>
  [7, 30, 60, 90, 180].flatMap((days) =>
    [0.4, 0.6, 0.8].flatMap((annual) =>
      [0.05, 0.1, 0.2].map((rate) => {
        const seconds = days * DAY
        return { forward: 1000 * Math.exp((rate * seconds) / YEAR), strike, seconds, annual, rate }
      }),
    ),
  ),
)

/** 300 options over ln(F/K) within 1.6, a minute to three years, volatilities 5 to 300 %. */
const wide: readonly Option[] = span(300, (u) => u).map((u, i) => {
  const turn = (step: number) => (i * step) % 1
  return {
    forward: Math.exp(11.5 * u),
    strike: Math.exp(11.5 * u + 3.2 * turn(0.618_034) - 1.6),
    seconds: Math.round(60 * 1_576_800 ** turn(0.754_878)),
    annual: 0.05 * 60 ** turn(0.569_84),
    rate: 0.05,
  }
})

const total = (o: Option): number => o.annual * Math.sqrt(o.seconds / YEAR)
const from = (library: string): string => `import {${library}} from "contracts/math/${library}.sol";`
const black = from('BlackLib')

type Item = {
  readonly id: string
  readonly note: string
  readonly subject: Subject
  readonly inputs: readonly (readonly bigint[])[]
  readonly wide?: readonly (readonly bigint[])[]
  readonly peers?: Readonly<Record<string, Subject>>
}

const one = (imports: string, parameters: string, call: string, result = 'uint256'): Subject => {
  return { imports, parameters, results: [result], call }
}
const solady = 'import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";'
const expGrid = span(1001, (u) => [wad(-10 + 20 * u)])
const quoted = (options: readonly Option[]): bigint[][] =>
  options
    .map((o) => ({ ...o, value: outOfTheMoney(o.forward, o.strike, Math.log(o.forward / o.strike), total(o)) }))
    .filter(
      (o) =>
        o.value > 1e-12 * Math.min(o.forward, o.strike) && impliedTotalVolatility(o.forward, o.strike, o.value) > 0,
    )
    .map((o) => [wad(o.forward), wad(o.strike), BigInt(Math.round(o.value * 1e15)) * 1000n])
const byTime = (o: Option): bigint[] => [wad(o.forward), wad(o.strike), BigInt(o.seconds), wad(o.annual), wad(o.rate)]
const byRoot = (o: Option): bigint[] => [
  wad(o.forward),
  wad(o.strike),
  wad(o.annual),
  q96(Math.sqrt(o.seconds / YEAR)),
  wad(Math.exp((-o.rate * o.seconds) / YEAR)),
]
const byTotal = (o: Option): bigint[] => [
  wad(o.forward),
  wad(o.strike),
  q96(total(o)),
  q96(Math.sqrt(o.seconds / YEAR)),
  wad(Math.exp((-o.rate * o.seconds) / YEAR)),
  wad(o.rate),
]
const smile = (o: Option): bigint[] => [wad(total(o) ** 2), wad(-0.3), wad(1.5), q96(Math.log(o.strike / o.forward))]

const items: readonly Item[] = [
  {
    id: 'exp',
    note: 'e^x in 18 decimals, 1,001 points in [-10, 10], range check included',
    subject: one(from('ExpLib'), 'int256 x', 'ExpLib.expWad(x)'),
    inputs: expGrid,
    peers: {
      solady: one(solady, 'int256 x', 'uint256(FixedPointMathLib.expWad(x))'),
      '@prb/math': one(
        'import {SD59x18, wrap, unwrap} from "@prb/math/src/SD59x18.sol"; import {exp} from "@prb/math/src/sd59x18/Math.sol";',
        'int256 x',
        'uint256(unwrap(exp(wrap(x))))',
      ),
    },
  },
  {
    id: 'ln',
    note: 'ln x in 18 decimals, 1,001 points in [e^-2, e^2], refusal of zero included',
    subject: one(from('LnLib'), 'uint256 x', 'LnLib.lnWad(x)', 'int256'),
    inputs: span(1001, (u) => [wad(Math.exp(-2 + 4 * u))]),
    peers: {
      solady: one(solady, 'uint256 x', 'FixedPointMathLib.lnWad(int256(x))', 'int256'),
      '@prb/math': one(
        'import {SD59x18, wrap, unwrap} from "@prb/math/src/SD59x18.sol"; import {ln} from "@prb/math/src/sd59x18/Math.sol";',
        'uint256 x',
        'unwrap(ln(wrap(int256(x))))',
        'int256',
      ),
    },
  },
  {
    id: 'sqrt',
    note: 'root in 18 decimals, 1,500 points in [1e-9, 1e12]',
    subject: one(from('SqrtLib'), 'uint128 x', 'SqrtLib.sqrtWad(x)'),
    inputs: span(1500, (u) => [wad(10 ** (-9 + 21 * u))]),
    peers: {
      solady: one(solady, 'uint128 x', 'FixedPointMathLib.sqrtWad(x)'),
      '@prb/math': one(
        'import {UD60x18, wrap, unwrap} from "@prb/math/src/UD60x18.sol"; import {sqrt} from "@prb/math/src/ud60x18/Math.sol";',
        'uint128 x',
        'unwrap(sqrt(wrap(x)))',
      ),
    },
  },
  {
    id: 'cdf',
    note: 'normal distribution in 18 decimals, 901 points in [-9, 9], no early exit among them',
    subject: one(from('NormalLib'), 'int256 x', 'NormalLib.cdfWad(x)'),
    inputs: span(901, (u) => [wad(-9 + 18 * u)]),
  },
  {
    id: 'otm',
    note: 'undiscounted out-of-the-money value, log and total volatility given',
    subject: one(
      black,
      'uint256 forward, uint256 strike, int256 log, uint256 volatility',
      'BlackLib.outOfTheMoney(forward, strike, log, volatility)',
    ),
    inputs: usual.map((o) => [wad(o.forward), wad(o.strike), q96(Math.log(o.forward / o.strike)), q96(total(o))]),
    wide: wide.map((o) => [wad(o.forward), wad(o.strike), q96(Math.log(o.forward / o.strike)), q96(total(o))]),
  },
  {
    id: 'call',
    note: 'discounted call from (F, K, T in seconds, annual volatility, rate): log, root of time, discount and checks included',
    subject: one(
      black,
      'uint128 forward, uint128 strike, uint32 time, uint64 annual, int64 rate',
      'BlackLib.call(forward, strike, time, annual, rate)',
    ),
    inputs: usual.map(byTime),
    wide: wide.map(byTime),
  },
  {
    id: 'callPut',
    note: 'discounted call and put, root of time and discount given; log included',
    subject: {
      imports: black,
      parameters: 'uint128 forward, uint128 strike, uint64 annual, uint128 rootTime, uint64 discount',
      results: ['uint256', 'uint256'],
      call: 'BlackLib.callAndPut(forward, strike, annual, rootTime, discount)',
    },
    inputs: usual.map(byRoot),
    wide: wide.map(byRoot),
  },
  {
    id: 'greeks',
    note: 'call, put, delta, gamma, vega and theta in one call; total volatility, root of time and discount given; log included',
    subject: {
      imports: black,
      parameters: 'uint128 forward, uint128 strike, uint128 volatility, uint128 rootTime, uint64 discount, int64 rate',
      results: ['uint256', 'uint256', 'uint256', 'uint256', 'uint256', 'int256'],
      call: 'BlackLib.greeks(forward, strike, volatility, rootTime, discount, rate)',
    },
    inputs: usual.map(byTotal),
    wide: wide.map(byTotal),
  },
  {
    id: 'digital',
    note: 'Φ(d2) in 18 decimals, log and total volatility given',
    subject: one(black, 'int256 log, uint256 volatility', 'BlackLib.digital(log, volatility)'),
    inputs: usual.map((o) => [q96(Math.log(o.forward / o.strike)), q96(total(o))]),
  },
  {
    id: 'barrier',
    note: 'knock-in or knock-out, all logs and both vanillas included, spot 1000 and barrier 900 or 1100',
    subject: one(
      'import {ExoticLib} from "contracts/math/ExoticLib.sol"; import {OptionKind} from "contracts/types/OptionKind.sol";',
      'uint8 kind, uint128 forward, uint128 strike, uint128 barrier, uint128 volatility',
      'ExoticLib.barrierValue(OptionKind(kind), ExoticLib.Barrier(1000e18, forward, strike, barrier, volatility))',
    ),
    inputs: usual.map((o, i) => {
      const kind = 4 + (i % 8)
      return [BigInt(kind), wad(o.forward), wad(o.strike), wad(kind < 8 ? 900 : 1100), q96(total(o))]
    }),
  },
  {
    id: 'surface',
    note: 'eSSVI slice to total volatility, ln(F/K) given',
    subject: one(
      from('SurfaceLib'),
      'uint256 theta, int256 rho, uint256 phi, int256 k',
      'SurfaceLib.totalVolatilityQ96(theta, rho, phi, k)',
    ),
    inputs: usual.map(smile),
    wide: wide.map(smile),
  },
  {
    id: 'iv',
    note: 'total volatility from an undiscounted value of at least 1e-12 of min(F, K); log included',
    subject: one(
      from('ImpliedLib'),
      'uint128 forward, uint128 strike, uint128 value',
      'ImpliedLib.impliedTotalVolatility(forward, strike, value)',
    ),
    inputs: quoted(usual),
    wide: quoted(wide),
  },
]

type Figures = { readonly least: number; readonly mean: number; readonly most: number; readonly refused: number }

async function figuresOf(subject: Subject, target: Target, inputs: Item['inputs']): Promise<Figures> {
  const meter = await meterOf(subject, target)
  const used = (await meter(inputs)).map((answer) => answer?.used)
  const found = used.filter((it): it is number => it !== undefined)
  const mean = Math.round((found.reduce((sum, it) => sum + it, 0) / found.length) * 10) / 10
  return { least: Math.min(...found), mean, most: Math.max(...found), refused: used.length - found.length }
}

const ranged = ({ least, most, refused }: Figures): string =>
  `${least} to ${most}${refused > 0 ? `, ${refused} refused` : ''}`

async function rowsOf(item: Item): Promise<Row[]> {
  const here = await figuresOf(item.subject, 'osaka', item.inputs)
  const peers: { name: string; value: number }[] = []
  for (const [name, subject] of Object.entries(item.peers ?? {})) {
    peers.push({ name, value: (await figuresOf(subject, 'osaka', item.inputs)).mean })
  }
  const best = peers.toSorted((a, b) => a.value - b.value)[0]
  const row = (id: string, figures: Figures, value: number, note: string): Row => {
    return {
      id,
      value,
      unit: 'gas',
      note: `${note}; ${ranged(figures)}`,
      ...(best === undefined ? {} : { peer: best }),
    }
  }
  const others = peers.map(({ name, value }) => `${name} ${value}`).join(', ')
  const note = others === '' ? item.note : `${item.note}; ${others}`
  const found =
    item.id === 'iv'
      ? [row('iv.avg', here, here.mean, note), row('iv.max', here, here.most, note)]
      : [row(item.id, here, here.mean, note)]
  if (item.wide !== undefined) {
    const far = await figuresOf(item.subject, 'osaka', item.wide)
    found.push(row(`${item.id}.wide`, far, far.mean, 'the same on the wide grid'))
  }
  const cancun = await figuresOf(item.subject, 'cancun', item.inputs)
  return [...found, row(`${item.id}.cancun`, cancun, cancun.mean, 'the same without CLZ')]
}

/** solc 0.8.37, IR, 1e6 runs, each function alone in its contract; arguments read from calldata inside the measured span. */
export async function rows(): Promise<readonly Row[]> {
  const found: Row[] = []
  for (const item of items) found.push(...(await rowsOf(item)))
  return found
}
