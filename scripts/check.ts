// Is everything as the rules of the house want it? Format, lint, types, generated files, structure, nothing unused.
import { run } from './steps.ts'

/** In the order of what is quickest to mend; all are run, so that one look shows everything. */
const STEPS: readonly (readonly [string, ...string[]])[] = [
  ['prettier', '--check', '--log-level', 'warn', '.'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['tsc', '--noEmit'],
  ['hardhat', 'build', '--quiet'],
  ['node', 'scripts/generateAbi.ts', '--check'],
  ['node', 'scripts/generateKernel.ts', '--check'],
  ['mocha', '--no-config', '--reporter', 'dot', 'test/structure/*.ts'],
  ['knip', '--no-progress'],
]

const broken: string[] = []
for (const [command, ...parameters] of STEPS) {
  const { code } = await run(command, ...parameters)
  if (code !== 0) broken.push(command)
}

console.log(broken.length === 0 ? '\ncheck: all as it should be' : `\ncheck: refused by ${broken.join(', ')}`)
process.exit(broken.length === 0 ? 0 : 1)
