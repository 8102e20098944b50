// Where do the market's figures come from? The files of data/, or one of the caller's.
import { readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { parseGas, type GasTable } from './gas.ts'
import { parseScenario } from './parse.ts'
import { parseChain, type OptionChain } from './quotes.ts'
import type { Scenario } from './scenario.ts'
import { parseShape, type ShapeRow } from './surface.ts'

const DATA = new URL('../../data/', import.meta.url)

/** Scenarios that come with the project. */
export const SCENARIOS = ['black-thursday', 'avax-2025-10-10', 'bittrex-2018-08', 'bitfinex-2018-10'] as const

/** A scenario by its name or by the path of a file. */
export function loadScenario(nameOrPath: string, asset: string | undefined): Scenario {
  const isOwn = (SCENARIOS as readonly string[]).includes(nameOrPath)
  const path = isOwn ? new URL(`scenarios/${nameOrPath}.bars`, DATA) : nameOrPath
  const name = isOwn ? nameOrPath : basename(nameOrPath, extname(nameOrPath))
  return parseScenario(readFileSync(path, 'utf8'), { name, asset })
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
