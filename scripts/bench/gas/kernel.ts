// What does the kernel cost, beside its peers? The usual grids of each function, and a wide one for options.
import type { Row } from '../../bench.ts'
import { meterOf, type Measurement, type Subject, type Target } from '../measure.ts'

const ONE = 10n ** 18n

export async function rows(): Promise<readonly Row[]> {
  const steps = (count: number, at: (share: number) => number) =>
    Array.from({ length: count }, (_, i) => [BigInt(Math.round(at(i / (count - 1)) * 1e9)) * 10n ** 9n])
  const expGrid = steps(1001, (u) => -10 + 20 * u)
  const lnGrid = steps(1001, (u) => Math.exp(-2 + 4 * u))
  const exp: Subject = {
    imports: 'import {ExpLib} from "contracts/math/ExpLib.sol";',
    parameters: 'int256 x',
    results: ['uint256'],
    call: 'ExpLib.expWad(x)',
  }
  const ln: Subject = {
    ...exp,
    imports: 'import {LnLib} from "contracts/math/LnLib.sol";',
    parameters: 'uint256 x',
    results: ['int256'],
    call: 'LnLib.lnWad(x)',
  }
  const sqrt: Subject = {
    ...exp,
    imports: 'import {SqrtLib} from "contracts/math/SqrtLib.sol";',
    parameters: 'uint128 x',
    call: 'SqrtLib.sqrtWad(x)',
  }
  const cdf: Subject = {
    ...exp,
    imports: 'import {NormalLib} from "contracts/math/NormalLib.sol";',
    parameters: 'int256 x',
    call: 'NormalLib.cdfWad(x)',
  }
  const out: Row[] = []
  const run = async (id: string, s: Subject, grid: bigint[][], t: Target = 'osaka') => {
    const m = await (await meterOf(s, t))(grid)
    const used = m.filter((x): x is Measurement => x !== undefined).map((x) => x.used)
    out.push({
      id,
      value: used.reduce((a, b) => a + b, 0) / used.length,
      unit: 'gas',
      note: `${t} ${Math.min(...used)}/${Math.max(...used)} of ${used.length}/${m.length}`,
    })
  }
  await run('exp', exp, expGrid)
  await run('ln', ln, lnGrid)
  await run(
    'sqrt',
    sqrt,
    steps(1500, (u) => 10 ** (-9 + 15 * u)),
  )
  await run('cdf', cdf, expGrid)
  const grid: bigint[][] = []
  for (let K = 800; K <= 1200; K += 100)
    for (const v of [0.05, 0.1, 0.2, 0.4, 0.8])
      grid.push([1000n * ONE, BigInt(K) * ONE, BigInt(Math.round(v * 2 ** 52)) << 44n])
  const otm: Subject = {
    imports: 'import {BlackLib} from "contracts/math/BlackLib.sol";import {LnLib} from "contracts/math/LnLib.sol";',
    parameters: 'uint128 forward, uint128 strike, uint128 v',
    results: ['uint256'],
    call: 'BlackLib.outOfTheMoney(forward, strike, LnLib.lnRatioQ96(forward, strike), v)',
  }
  await run('otm+ln', otm, grid)
  const otm2 = {
    ...otm,
    parameters: 'uint128 forward, uint128 strike, uint128 v, int128 l',
    call: 'BlackLib.outOfTheMoney(forward, strike, l, v)',
  }
  await run(
    'otm',
    otm2,
    grid.map(([a, b, c]) => [a!, b!, c!, BigInt(Math.round(Math.log(Number(a) / Number(b)) * 2 ** 52)) << 44n]),
  )
  const sur = {
    imports: 'import {SurfaceLib} from "contracts/math/SurfaceLib.sol";',
    parameters: 'uint64 theta, int64 rho, uint64 phi, int128 k',
    results: ['uint256'],
    call: 'SurfaceLib.totalVolatilityQ96(theta, rho, phi, k)',
  }
  await run('surface', sur, [
    [ONE / 50n, -ONE / 3n, ONE * 2n, 1n << 94n],
    [ONE / 50n, -ONE / 3n, ONE * 2n, -(1n << 93n)],
  ])
  return out
}
