// How well does our surface say what an exchange quoted? `npm run -s sim -- calibration [--file FILE] [--json]`
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadChain } from '../../sim/market/load.ts'
import { parseChain } from '../../sim/market/quotes.ts'
import { calibrate, type ExpiryFit } from '../../sim/prices/calibration.ts'

/** Prints the fit of each expiry. Exit code 1 where the chain would refuse the surface. */
export function run(flags: readonly string[]): number {
  const { values } = parseArgs({
    args: [...flags],
    options: { file: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const chain = values.file === undefined ? loadChain() : parseChain(readFileSync(values.file, 'utf8'))
  const expiries = calibrate(chain)
  const isTaken = expiries.every(({ isButterflyFree, isCalendarFree }) => isButterflyFree && isCalendarFree)
  const worst = (of: (fit: ExpiryFit) => number): number => Math.max(...expiries.map(of))
  const report = {
    underlying: chain.underlying,
    time: chain.time,
    index: chain.index,
    quotes: expiries.reduce((sum, { quotes }) => sum + quotes, 0),
    meanError: meanOf(expiries),
    largestMeanError: worst(({ meanError }) => meanError),
    largestError: worst(({ largestError }) => largestError),
    isTaken,
    expiries,
  }
  if (values.json)
    console.log(JSON.stringify(report, (_, value) => (typeof value === 'bigint' ? String(value) : value), 1))
  else show(report)
  return isTaken ? 0 : 1
}

/** Over all quotes, in volatility points. */
function meanOf(expiries: readonly ExpiryFit[]): number {
  const sum = expiries.reduce((total, { meanError, quotes }) => total + meanError * quotes, 0)
  return Number((sum / expiries.reduce((total, { quotes }) => total + quotes, 0)).toFixed(3))
}

function show(report: {
  readonly meanError: number
  readonly isTaken: boolean
  readonly expiries: readonly ExpiryFit[]
}) {
  console.table(report.expiries.map((fit) => ({ ...fit, expiry: new Date(fit.expiry * 1000), slice: undefined })))
  console.log(`mean error ${report.meanError} volatility points; ${report.isTaken ? 'free' : 'NOT free'} of arbitrage`)
}
