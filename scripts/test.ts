// Does everything hold? The checks, every Solidity test with its gas, and every TypeScript test; `--deep` adds test/deep and longer fuzz runs.
import { countsIn, run, runTogether, type Outcome } from './steps.ts'
import { isMeasured, mochaFiles, solidityFiles } from './testFiles.ts'

const isDeep = process.argv.includes('--deep')
if (isDeep) process.env['PLIMSOLL_DEEP'] = '1' // read by hardhat.config.ts

const solidity = solidityFiles(isDeep)
const gas = 'cache/gas.json'
const outcomes: Outcome[] = [
  await run('node', 'scripts/check.ts'),
  await run('hardhat', 'test', 'solidity', '--gas-stats-json', gas, ...solidity.filter(isMeasured)),
]
// Longer fuzz runs draw other arguments: their gas is not that of the snapshot.
if (!isDeep) outcomes.push(await run('node', 'scripts/gas.ts', '--measured', gas))
outcomes.push(
  ...(await runTogether(
    ['hardhat', 'test', 'solidity', ...solidity.filter((path) => !isMeasured(path))],
    ['hardhat', 'test', 'mocha', '--no-compile', ...mochaFiles(isDeep)],
  )),
)

const counts = outcomes.map((outcome) => countsIn(outcome.output))
const passed = counts.reduce((sum, count) => sum + count.passed, 0)
// A runner that failed without naming a failed test (a build error, a refused check) counts as one failure.
const failed = counts.reduce((sum, count, index) => {
  return sum + Math.max(count.failed, outcomes[index]?.code === 0 ? 0 : 1)
}, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
