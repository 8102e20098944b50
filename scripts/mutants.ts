// Do the tests see a planted fault? Each of scripts/mutants/cases.ts is put into a copy of the tree, and its tests must fail.
// `--json` prints {caught, total, cases}; `--only a,b` plants only those.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { MUTANTS, type Mutant } from './mutants/cases.ts'

const ROOT = join(import.meta.dirname, '..')
/** Not part of the source: the modules are linked, runs and scratch are left out. */
const LEFT_OUT = new Set(['node_modules', '.git', 'runs', 'coverage', 'deployments'])

type Verdict = 'caught' | 'survived' | 'not built'
type Case = { readonly id: string; readonly fault: string; readonly file: string; readonly verdict: Verdict }

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } })
const wanted = values.only?.split(',')
const mutants = MUTANTS.filter(({ id }) => wanted === undefined || wanted.includes(id))

/** With what has been built already, so that a fault costs the compilation of what depends on it. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
  cpSync(ROOT, copy, {
    recursive: true,
    filter: (source) => !LEFT_OUT.has(source.slice(ROOT.length + 1)) && !source.endsWith('.git'),
  })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

function hardhat(copy: string, ...parameters: readonly string[]) {
  const done = spawnSync(join(ROOT, 'node_modules/.bin/hardhat'), [...parameters], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return { code: done.status ?? 1, output: `${done.stdout}${done.stderr}` }
}

/** A file that fails for another reason than a test that failed says nothing about the tests. */
function verdictOf(copy: string, { tests, build }: Mutant): Verdict {
  if (build !== undefined && hardhat(copy, 'build', ...build).code !== 0) return 'not built'
  for (const test of tests) {
    // Contracts that no test deploys stay as they are: a fault in a library would rebuild most of them.
    const runner = test.endsWith('.t.sol') ? 'solidity' : 'mocha'
    const { code, output } = hardhat(copy, 'test', runner, '--no-compile', test)
    if (code !== 0) return /^\s*[1-9]\d* failing\b/m.test(output) ? 'caught' : 'not built'
  }
  return 'survived'
}

function planted(copy: string, mutant: Mutant): Case {
  const path = join(copy, mutant.file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    text.replace(mutant.search, () => mutant.replace),
  )
  const verdict = verdictOf(copy, mutant)
  writeFileSync(path, text)
  if (values.json !== true) console.log(`${verdict.padEnd(9)} ${mutant.id}: ${mutant.fault}`)
  const { id, fault, file } = mutant
  return { id, fault, file, verdict }
}

if (!existsSync(join(ROOT, 'artifacts/contracts'))) spawnSync('npx', ['hardhat', 'build', '--quiet'], { cwd: ROOT })
const copy = copyTree()
const cases: Case[] = []
try {
  for (const mutant of mutants) cases.push(planted(copy, mutant))
} finally {
  rmSync(copy, { recursive: true, force: true })
}
const caught = cases.filter(({ verdict }) => verdict === 'caught').length
if (values.json === true) console.log(JSON.stringify({ caught, total: cases.length, cases }, undefined, 2))
else console.log(`\n${caught} of ${cases.length} caught`)
process.exit(caught === cases.length ? 0 : 1)
