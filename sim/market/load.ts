// Where do the market's figures come from? The files of data/, or one of the caller's.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { parseGas, type GasTable } from './gas.ts'
import { joined } from './joined.ts'
import { parseScenario } from './parse.ts'
import { parseChain, type OptionChain } from './quotes.ts'
import type { Scenario } from './scenario.ts'
import { parseShape, type ShapeRow } from './surface.ts'

const DATA = new URL('../../data/', import.meta.url)

/** Scenarios that come with the project. */
export const SCENARIOS = [
  'black-thursday',
  'avax-2025-10-10',
  'bittrex-2018-07',
  'bitfinex-2018-10',
  'bitfinex-2019-04',
  'eth-2021-05-19',
  'eth-2022-11-09',
  'eth-2024-08-05',
  'eth-2025-10-10',
] as const

/** A scenario by its name or by the path of a file. */
export function loadScenario(nameOrPath: string, asset: string | undefined): Scenario {
  const isOwn = (SCENARIOS as readonly string[]).includes(nameOrPath)
  const path = isOwn ? new URL(`scenarios/${nameOrPath}.bars`, DATA) : nameOrPath
  const name = isOwn ? nameOrPath : basename(nameOrPath, extname(nameOrPath))
  return parseScenario(readFileSync(path, 'utf8'), { name, asset })
}

/** Scenarios by name, file or folder of files. Files that hold one venue each are told as one scenario, the last. */
export function loadScenarios(namesOrPaths: readonly string[], asset: string | undefined): readonly Scenario[] {
  const all = namesOrPaths.flatMap(filesIn).map((file) => loadScenario(file, asset))
  const alone = all.filter(({ venues }) => venues.length === 1)
  if (alone.length < 2) return all
  return [...all.filter(({ venues }) => venues.length > 1), joined(alone)]
}

/** The scenario files of a folder, in the order of their names; else what was given. */
function filesIn(nameOrPath: string): readonly string[] {
  if (!statSync(nameOrPath, { throwIfNoEntry: false })?.isDirectory()) return [nameOrPath]
  const files = readdirSync(nameOrPath).filter((file) => ['.csv', '.bars'].includes(extname(file)))
  if (files.length === 0) throw new RangeError(`${nameOrPath} holds no .csv or .bars file`)
  return files.toSorted().map((file) => join(nameOrPath, file))
}

/** The finest table first. */
export function loadGas(): readonly GasTable[] {
  return ['gas/ethereum-2020-03-12.gas', 'gas/ethereum-daily.gas'].map((file) => parseGas(read(file)))
}

export function loadShape(): readonly ShapeRow[] {
  return parseShape(read('surface/deribit-eth-2024-01-08.shape'))
}

/** The recorded chain of option quotes. */
export function loadChain(): OptionChain {
  return parseChain(read('quotes/deribit-eth-2024-01-08.quotes'))
}

function read(file: string): string {
  return readFileSync(new URL(file, DATA), 'utf8')
}
