// How many prices a second does one core give off chain? By processor time, so that a busy machine does not count.
import { outOfTheMoney as exactValue } from '../../../risk/exact/black.ts'
import { lnRatioQ96 } from '../../../risk/exact/ln.ts'
import { outOfTheMoney as fastValue } from '../../../risk/fast/black.ts'
import type { Row } from '../../bench.ts'

const COUNT = 2048
const STRIKE = 100
const ROUNDS = { exact: 60, fast: 3000 } as const
const ONE = 10n ** 18n

const forwards = Float64Array.from({ length: COUNT }, (_, i) => STRIKE * Math.exp(0.3 * Math.sin(i)))
const logs = forwards.map((forward) => Math.log(forward / STRIKE))
const volatilities = Float64Array.from({ length: COUNT }, (_, i) => 0.1 + 0.3 * Math.abs(Math.cos(i)))
const values = new Float64Array(COUNT)

const strike = BigInt(STRIKE) * ONE
const exactForwards = Array.from(forwards, (forward) => BigInt(Math.round(forward * 1e6)) * 10n ** 12n)
const exactLogs = exactForwards.map((forward) => lnRatioQ96(forward, strike))
const exactVolatilities = Array.from(volatilities, (volatility) => BigInt(Math.round(volatility * 2 ** 52)) << 44n)

function fastRound(): void {
  for (let i = 0; i < COUNT; i += 1) values[i] = fastValue(forwards[i]!, STRIKE, logs[i]!, volatilities[i]!)
}

function exactRound(): void {
  exactForwards.forEach((forward, i) => {
    values[i] = Number(exactValue(forward, strike, exactLogs[i]!, exactVolatilities[i]!))
  })
}

function perSecond(round: () => void, rounds: number): number {
  for (let i = 0; i < rounds / 10; i += 1) round()
  const start = process.cpuUsage()
  for (let i = 0; i < rounds; i += 1) round()
  const { user, system } = process.cpuUsage(start)
  if (values.some((value) => !(value >= 0))) throw new RangeError('a price is not a number')
  return Math.round((COUNT * rounds * 1e6) / (user + system))
}

/** One price is an out-of-the-money value, from which call and put follow; log and total volatility given. */
export function rows(): Promise<readonly Row[]> {
  const note = 'out-of-the-money values, one core, log and total volatility given'
  return Promise.resolve([
    { id: 'twin.exact', value: perSecond(exactRound, ROUNDS.exact), unit: 'prices/s', note },
    { id: 'twin.fast', value: perSecond(fastRound, ROUNDS.fast), unit: 'prices/s', note },
  ])
}
