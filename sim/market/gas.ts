// What did gas cost then? Recorded averages, the finest table that covers a moment first.
import { numberOf, parseOwnFormat, required, timeOf } from './parse.ts'

/** Gwei, one figure each `stepSeconds` from `start` on. */
export type GasTable = { readonly start: number; readonly stepSeconds: number; readonly gwei: readonly number[] }

/** Gwei where no table covers a moment. */
const UNRECORDED_GWEI = 20
/** Gwei: one ten-minute average of a crash has reached 1,656; nothing above this is believed. */
const GWEI_MAX = 2_000
const GWEI_MIN = 0.1

export function parseGas(text: string): GasTable {
  const { head, rows } = parseOwnFormat(text.split(/\r?\n/), 'plimsoll gas 1')
  return {
    start: timeOf(required(head, 'start')),
    stepSeconds: numberOf(required(head, 'stepSeconds'), 'stepSeconds'),
    gwei: rows.flatMap((row) => row.split(' ').map((text) => numberOf(text, 'gas'))),
  }
}

/** Base fee at `time` [unix s], in gwei. `tables`: the first that covers the moment is believed. */
export function gasAt(tables: readonly GasTable[], time: number): number {
  const table = tables.find(({ start, stepSeconds, gwei }) => time >= start && time < start + stepSeconds * gwei.length)
  const gwei = table === undefined ? undefined : table.gwei[Math.floor((time - table.start) / table.stepSeconds)]
  return Math.min(GWEI_MAX, Math.max(GWEI_MIN, gwei ?? UNRECORDED_GWEI))
}
