// How fast, how cheap, how exact? `npm run -s bench -- NAME [--json]` runs scripts/bench/NAME.ts and prints its rows.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** One figure; `peer` is the best other implementation measured in the same run, `note` says what the figure includes. */
export type Row = {
  readonly id: string
  readonly value: number
  readonly unit: string
  readonly peer?: { readonly name: string; readonly value: number }
  readonly note?: string
}

const [name = 'twin', ...flags] = process.argv.slice(2)
const path = join(import.meta.dirname, 'bench', `${name}.ts`)
if (!/^[a-zA-Z]+$/.test(name) || !existsSync(path)) throw new Error(`no bench named "${name}" in scripts/bench`)

const bench: { readonly rows: (flags: readonly string[]) => Promise<readonly Row[]> } = await import(path)
const rows = await bench.rows(flags)
if (flags.includes('--json')) console.log(JSON.stringify({ bench: name, rows }, undefined, 1))
else
  console.table(
    rows.map(({ peer, ...row }) => ({ ...row, peer: peer === undefined ? '' : `${peer.name} ${peer.value}` })),
  )
