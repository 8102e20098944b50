// How is a crash replayed from Hardhat's command line? `npx hardhat replay --fork URL --scenario FILE`, on a fork of any node: with
// the protocol that stands there, or with one deployed on the fork; with no URL, on a chain of our own.
import { task } from 'hardhat/config'
import { ArgumentType } from 'hardhat/types/arguments'
import type { NewTaskDefinition } from 'hardhat/types/tasks'

const optional = (name: string, description: string) =>
  ({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined }) as const

/** Everything but the fork is as for npm start, without its picture. */
export const replayTask: NewTaskDefinition = task(
  'replay',
  'Replays a market crash, on a fork or on a chain of its own',
)
  .addOption(optional('fork', 'JSON-RPC of the node to fork'))
  .addOption(
    optional(
      'deployment',
      'Record of the protocol there (default deployments/<chain id>.json); without one it is deployed',
    ),
  )
  .addOption(optional('scenario', 'black-thursday (default), avax-2025-10-10, or a file'))
  .addOption(optional('asset', 'Which asset of a minute file'))
  .addOption(optional('from', 'Cut the scenario, as 2020-03-12T06:00Z'))
  .addOption(optional('to', 'Cut the scenario'))
  .addOption(optional('hours', 'Cut it to so many hours'))
  .addOption(optional('seed', 'Book, sizes and keys follow from it'))
  .addOption(optional('kill', 'How many keepers die'))
  .addOption(optional('json', 'Write the report as JSON'))
  .addOption(optional('html', 'Write the report as a page'))
  .setInlineAction(async ({ fork, deployment, ...flags }, hre) => {
    // The network cannot be imported while the configuration that names this task is being read.
    const { parseRunOptions } = await import('./options.ts')
    const { showReplay } = await import('./show.ts')
    const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))
    const options = parseRunOptions(['--headless', ...given])
    if (options === 'help' || 'refusal' in options) {
      throw new Error(options === 'help' ? 'see npx hardhat replay --help' : options.refusal)
    }
    await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
    const code = await showReplay(options, fork === undefined ? undefined : { url: fork, deploymentFile: deployment })
    process.exit(code)
  })
  .build()
