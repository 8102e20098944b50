// How is gas compared? By contract: bytecode size and the median of every function, with a tolerance.

/** By contract, by function; `bytecode` is the deployed size in bytes. */
export type Gas = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Share by which a figure may rise before it is told. */
const TOLERANCE = 0.03
/** Less than this is noise of the tests' own arguments. */
const NOISE = 500
const BYTECODE = 'bytecode'

type Measured = {
  readonly contracts: Readonly<
    Record<
      string,
      {
        readonly deployment?: { readonly runtimeSize?: number } | null
        readonly functions?: Readonly<Record<string, { readonly median: number }>>
      }
    >
  >
}

/** Reads what `hardhat test --gas-stats-json` writes; contracts of the product only. */
export function parseMeasured(json: unknown): Gas {
  const { contracts } = json as Measured
  const rows = Object.entries(contracts)
    .filter(([path]) => path.startsWith('contracts/') && !path.startsWith('contracts/harness/'))
    .map(([path, { deployment, functions = {} }]): [string, Record<string, number>] => {
      const size = deployment?.runtimeSize
      const medians = Object.entries(functions).map(([name, { median }]): [string, number] => [
        name,
        Math.round(median),
      ])
      medians.sort(([a], [b]) => (a < b ? -1 : 1))
      return [
        path.replace(/^.*:/, ''),
        { ...(size === undefined ? {} : { [BYTECODE]: size }), ...Object.fromEntries(medians) },
      ]
    })
  return Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** What rose beyond the tolerance, in words. What is new or gone is no finding. */
export function dearer(before: Gas, after: Gas): string[] {
  return Object.entries(after).flatMap(([contract, figures]) =>
    Object.entries(figures).flatMap(([name, figure]) => {
      const was = before[contract]?.[name]
      if (was === undefined || figure <= was * (1 + TOLERANCE) || figure - was <= NOISE) return []
      return [`${contract}.${name}: ${was} → ${figure} (+${(((figure - was) / was) * 100).toFixed(1)} %)`]
    }),
  )
}
