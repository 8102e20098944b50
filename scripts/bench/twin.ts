// How fast are the functions that a crash runs most often? Calls a second on this machine; compare, don't quote.
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../risk/parameters.ts'
import { assess, assessAt } from '../../risk/exact/margin.ts'
import { callAndPut } from '../../risk/fast/black.ts'
import { seriesIdOf } from '../../units/series.ts'
import { cash, ONE, price, size } from '../../units/values.ts'
import type { Row } from '../bench.ts'
import { MARKET_STATES } from '../../units/portfolio.ts'
import type { ExpiryMark, Portfolio, UnderlyingMarks } from '../../units/portfolio.ts'

const SPOT = 150n * ONE
const EXPIRIES = [1584691200, 1585296000]
const MILLISECONDS = 1000

const strikes = [130n, 140n, 160n, 180n]
const portfolio: Portfolio = {
  cash: cash(5_000n * ONE),
  positions: EXPIRIES.flatMap((expiry) =>
    strikes.map((strike, index) => ({
      series: seriesIdOf({
        underlying: 1,
        expiry,
        strike: price(strike * ONE),
        kind: strike * ONE > SPOT ? 'CALL' : 'PUT',
        field: 0,
      }),
      size: size((index % 2 === 0 ? -3n : 2n) * ONE),
    })),
  ),
  collateral: [{ underlying: 1, amount: ONE }],
}

function markOf(expiry: number, secondsLeft: number): ExpiryMark {
  const [theta, rho, phi] = [(ONE * BigInt(secondsLeft)) / 31_536_000n, -ONE / 10n, ONE]
  const window = { windowSeconds: 1800, elapsedShare: 0n, averageSoFar: price(0n), settlementPrice: price(0n) }
  return { expiry, secondsLeft, forwardRatio: ONE, theta, rho, phi, ...window }
}

const marks: UnderlyingMarks[] = [
  {
    underlying: 1,
    state: MARKET_STATES.indexOf('AGREED'),
    candidates: [price(SPOT)],
    expiries: EXPIRIES.map((expiry, index) => markOf(expiry, 604_800 * (index + 1))),
    older: [],
    surfaceAge: 0,
  },
]
const universe = new Map([[1, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE) }]])
const { witnesses } = assess(portfolio, marks, universe, 'BELOW')

let forward = 100
let sum = 0

const SUBJECTS: Readonly<Record<string, () => unknown>> = {
  'exact margin, whole grid, 8 positions': () => assess(portfolio, marks, universe, 'BELOW'),
  'exact margin, one witness': () => assessAt(portfolio, marks, universe, witnesses),
  'float Black, call and put': () => {
    // A forward that moves and a sum that is kept, so that nothing can be computed once and for all.
    forward = forward > 200 ? 100 : forward + 0.01
    const { call, put } = callAndPut(forward, 160, Math.log(forward / 160), 0.2)
    sum += call + put
  },
}

/** Runs for about a second after a warm-up of a tenth of that. */
function callsPerSecond(subject: () => unknown): number {
  const until = (end: number) => {
    let calls = 0
    for (; performance.now() < end; calls += 16) for (let i = 0; i < 16; i += 1) subject()
    return calls
  }
  until(performance.now() + MILLISECONDS / 10)
  const start = performance.now()
  return until(start + MILLISECONDS) / ((performance.now() - start) / MILLISECONDS)
}

export function rows(): Promise<readonly Row[]> {
  const found = Object.entries(SUBJECTS).map(([id, subject]) => {
    return { id, value: Math.round(callsPerSecond(subject)), unit: 'a second' }
  })
  if (!Number.isFinite(sum)) throw new RangeError('a price is not a number')
  return Promise.resolve(found)
}
