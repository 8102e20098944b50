// What does it cost on chain? Gathers the rows of every file in scripts/bench/gas.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Row } from '../bench.ts'

const FOLDER = join(import.meta.dirname, 'gas')

export async function rows(flags: readonly string[]): Promise<readonly Row[]> {
  const found: Row[] = []
  for (const file of readdirSync(FOLDER).toSorted()) {
    if (!file.endsWith('.ts')) continue
    const part: { readonly rows?: (flags: readonly string[]) => Promise<readonly Row[]> } = await import(
      join(FOLDER, file)
    )
    if (part.rows !== undefined) found.push(...(await part.rows(flags)))
  }
  return found
}
