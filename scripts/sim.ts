// What would our rules have done? `npm run -s sim -- NAME [flags]` runs scripts/sim/NAME.ts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const [name = '', ...flags] = process.argv.slice(2)
const path = join(import.meta.dirname, 'sim', `${name}.ts`)
if (!/^[a-zA-Z]+$/.test(name) || !existsSync(path)) {
  process.stderr.write(`no simulation named "${name}" in scripts/sim\n`)
  process.exit(2)
}

const simulation: { readonly run: (flags: readonly string[]) => number } = await import(path)
process.exit(simulation.run(flags))
