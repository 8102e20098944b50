// One command runs the clearinghouse through a real market crash: npm start
import hre from 'hardhat'
import { parseRunOptions, USAGE } from '../sim/options.ts'
import { showReplay } from '../sim/show.ts'

const options = parseRunOptions(process.argv.slice(2))
if (options === 'help') {
  process.stdout.write(USAGE)
} else if ('refusal' in options) {
  process.stderr.write(`${options.refusal}\n\n${USAGE}`)
  process.exitCode = 2
} else {
  // Exit handlers end children and remove files; a signal alone would not run them.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  process.stdout.write('compiling the contracts: a minute or more the first time, nothing afterwards\n')
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
  // Children and servers are gone by then; a socket that still closes must not hold us.
  process.exit(await showReplay(options, undefined))
}
