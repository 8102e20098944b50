// Would the price policy have called the right accounts? `npm run -s sim -- prices [--file FILE]… [--asset NAME]
// [--json]`: names, files of several venues, or files of one venue each, or a folder of them; all of the project's own without.
import { parseArgs } from 'node:util'
import { loadScenarios, SCENARIOS } from '../../sim/market/load.ts'
import { createPath } from '../../sim/market/path.ts'
import type { Scenario } from '../../sim/market/scenario.ts'
import { FAULTS } from '../../sim/prices/faults.ts'
import { TOLERANCE } from '../../sim/prices/panel.ts'
import { replayPrices, SHIPPED, type Outcome } from '../../sim/prices/replay.ts'

/** Prints the outcome for every venue and fault. Exit code 1 where an account was called falsely or missed. */
export function run(flags: readonly string[]): number {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      file: { type: 'string', multiple: true, default: [...SCENARIOS] },
      asset: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const files = loadScenarios(values.file, values.asset).map((scenario) => ({
    file: scenario.name,
    outcomes: outcomesOf(scenario),
  }))
  const all = files.flatMap(({ outcomes }) => outcomes)
  const sum = (of: (outcome: Outcome) => number) => all.reduce((total, outcome) => total + of(outcome), 0)
  const mean = (of: (outcome: Outcome) => number) => Number((sum(of) / all.length).toFixed(5))
  const report = {
    falseCalls: sum(({ falseCalls }) => falseCalls),
    missedCalls: sum(({ missedCalls }) => missedCalls),
    calls: sum(({ calls }) => calls),
    agreedShare: mean(({ agreedShare }) => agreedShare),
    disputedShare: mean(({ disputedShare }) => disputedShare),
    wideShare: mean(({ wideShare }) => wideShare),
    singleShare: mean(({ singleShare }) => singleShare),
    deadShare: mean(({ deadShare }) => deadShare),
    tolerance: TOLERANCE,
    policy: SHIPPED,
    files,
  }
  if (values.json) console.log(JSON.stringify(report, undefined, 1))
  else show(report, files)
  return report.falseCalls + report.missedCalls === 0 ? 0 : 1
}

/** As it was, and with each single venue at fault. */
function outcomesOf(scenario: Scenario): readonly Outcome[] {
  const path = createPath(scenario)
  const faulty = scenario.venues.flatMap(({ venue }) =>
    FAULTS.filter((fault) => fault !== 'none').map((fault) => replayPrices(path, venue, fault, SHIPPED)),
  )
  return [replayPrices(path, '', 'none', SHIPPED), ...faulty]
}

function show(
  report: Pick<Outcome, 'falseCalls' | 'missedCalls' | 'calls'>,
  files: readonly { readonly file: string; readonly outcomes: readonly Outcome[] }[],
): void {
  for (const { file, outcomes } of files) {
    console.log(file)
    console.table(outcomes)
  }
  console.log(`${report.calls} calls, ${report.falseCalls} false, ${report.missedCalls} missed`)
}
