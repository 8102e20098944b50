// How many compilers run at once, and on what? Hardhat leaves one core alone, which on two cores leaves one compiler; it runs one for
// each file with settings of its own, even where they are the same; and it asks for the code of all that a test imports.
import { availableParallelism } from 'node:os'
import type { HardhatPlugin } from 'hardhat/types/plugins'
import type { CompilerInput } from 'hardhat/types/solidity'

/** The files of one run are those whose settings are one object. */
function shared<Settings>(overrides: Readonly<Record<string, Settings>>): Record<string, Settings> {
  const known = new Map<string, Settings>()
  const entries = Object.entries(overrides).map(([path, settings]) => {
    const text = JSON.stringify(settings)
    if (!known.has(text)) known.set(text, settings)
    return [path, known.get(text) ?? settings] as const
  })
  return Object.fromEntries(entries)
}

const TESTS = 'project/test/'

/** Tests take the product's code from the product's own build: of what they import its names are enough. */
function narrowed(input: CompilerInput): CompilerInput {
  const tests = Object.keys(input.sources).filter((name) => name.startsWith(TESTS))
  if (tests.length === 0) return input
  const everything = input.settings.outputSelection['*'] ?? {}
  const outputSelection = Object.fromEntries(tests.map((name) => [name, everything]))
  return { ...input, settings: { ...input.settings, outputSelection } }
}

export const parallelBuild: HardhatPlugin = {
  id: 'parallel-build',
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        resolveUserConfig: async (user, variable, next) => {
          const config = await next(user, variable)
          for (const profile of Object.values(config.solidity.profiles)) profile.overrides = shared(profile.overrides)
          return config
        },
      }),
    }),
    solidity: async () => ({
      default: async () => ({
        build: (context, paths, options, next) =>
          next(context, paths, { ...options, concurrency: availableParallelism() }),
        invokeSolc: (context, compiler, input, settings, next) => next(context, compiler, narrowed(input), settings),
      }),
    }),
  },
}
