// Does everything hold? The checks, every Solidity test with its gas, and every TypeScript test; `--deep` adds test/deep and longer fuzz runs.
import { globSync, readFileSync } from 'node:fs'
import { countsIn, run, type Outcome } from './steps.ts'

const isDeep = process.argv.includes('--deep')
if (isDeep) process.env['PLIMSOLL_DEEP'] = '1' // read by hardhat.config.ts

/** A file that only helps others has no `describe`. The structure is looked at by the checks. */
function mochaFiles(): string[] {
  return globSync('test/**/*.ts')
    .filter((path) => !path.startsWith('test/structure/') && (isDeep || !path.startsWith('test/deep/')))
    .filter((path) => /^\s*describe\(/m.test(readFileSync(path, 'utf8')))
    .toSorted()
}

function solidityFiles(): string[] {
  return globSync('test/**/*.t.sol')
    .filter((path) => isDeep || !path.startsWith('test/deep/'))
    .toSorted()
}

const outcomes: Outcome[] = [await run('node', 'scripts/check.ts')]
const gas = 'cache/gas.json'
// The invariants draw other calls in every run; the gas of all other tests is the same to the unit.
const isDrawn = (path: string): boolean => path.startsWith('test/invariants/')
const measured = solidityFiles().filter((path) => !isDrawn(path))
outcomes.push(await run('hardhat', 'test', 'solidity', '--gas-stats-json', gas, ...measured))
outcomes.push(await run('hardhat', 'test', 'solidity', ...solidityFiles().filter(isDrawn)))
// Longer fuzz runs draw other arguments: their gas is not that of the snapshot.
if (!isDeep) outcomes.push(await run('node', 'scripts/gas.ts', '--measured', gas))
outcomes.push(await run('hardhat', 'test', 'mocha', '--no-compile', ...mochaFiles()))

const counts = outcomes.map((outcome) => countsIn(outcome.output))
const passed = counts.reduce((sum, count) => sum + count.passed, 0)
// A runner that failed without naming a failed test (a build error, a refused check) counts as one failure.
const failed = counts.reduce((sum, count, index) => {
  return sum + Math.max(count.failed, outcomes[index]?.code === 0 ? 0 : 1)
}, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
