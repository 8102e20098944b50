// Does the fleet do its work whatever breaks? `npm run chaos` breaks it in chosen ways, `-- --all` in every way known here.
// --json prints {passed, total, cases}; --case TEXT runs those whose name holds TEXT; --seed N draws other keys and turns.
import { parseArgs } from 'node:util'
import { CASES } from './chaos/cases.ts'
import { PROOF_CASES } from './chaos/cases/proofs.ts'
import type { Case, NodeCase } from './chaos/work.ts'
import { openWorld } from './chaos/world.ts'
import type { World } from './chaos/world.ts'

const FLEET = 5

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    case: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
})
const seed = Number(values.seed)
const chosen = [...CASES, ...PROOF_CASES].filter((one) =>
  values.case === undefined ? values.all || ('isQuick' in one && one.isQuick) : one.name.includes(values.case),
)

type Result = {
  readonly name: string
  readonly faults: readonly number[]
  readonly passed: boolean
  readonly seconds: number
  readonly findings: readonly string[]
}

/** One fleet serves case after case; where one has left it broken the next gets a new one. */
let world: World | undefined
const results: Result[] = []
for (const one of chosen) {
  const isApart = 'runOnNode' in one || one.isApart === true
  if (isApart) await leave()
  const result = await resultOf(one)
  results.push(result)
  if (!values.json) {
    console.log(`${result.passed ? 'passed' : 'FAILED'}  ${result.name}  (${result.seconds.toFixed(1)} s)`)
    for (const finding of result.findings) console.log(`        ${finding}`)
  }
  if (!result.passed || isApart) await leave()
}
await leave()

const passed = results.filter((result) => result.passed).length
if (values.json) console.log(JSON.stringify({ passed, total: results.length, seed, cases: results }, undefined, 1))
else console.log(`${passed} of ${results.length} passed`)
process.exit(passed === results.length ? 0 : 1)

async function leave(): Promise<void> {
  await world?.close()
  world = undefined
}

async function resultOf(one: Case | NodeCase): Promise<Result> {
  const { name, faults } = one
  const begun = performance.now()
  const seconds = (): number => (performance.now() - begun) / 1_000
  try {
    const findings = 'runOnNode' in one ? await one.runOnNode(seed) : await one.run((world ??= await newWorld()))
    return { name, faults, passed: findings.length === 0, seconds: seconds(), findings }
  } catch (cause) {
    return {
      name,
      faults,
      passed: false,
      seconds: seconds(),
      findings: [cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)],
    }
  }
}

async function newWorld(): Promise<World> {
  const opened = await openWorld(seed, FLEET)
  await opened.step()
  await Promise.all(opened.keepers.map((keeper) => opened.start(keeper)))
  for (let block = 0; block < 4; block++) await opened.step()
  return opened
}
