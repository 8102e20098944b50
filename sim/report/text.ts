// What is printed when a run has ended? The report in a dozen lines for a terminal.
import type { Summary } from './summary.ts'

export function textOf(summary: Summary): string {
  const keepers = Object.values(summary.byKeeper).map(
    (it) =>
      `  keeper ${it.keeper}${it.killed ? ' (killed)' : ''}: ${it.reports} reports, ${it.marginCalls} calls, ${it.cures} cures, ${it.auctions} auctions, ${it.settlements} settlements, ${it.failedTransactions} refused`,
  )
  const violations = summary.violations.slice(0, 20).map((it) => `  VIOLATION of ${it.guarantee}: ${it.detail}`)
  return [
    `${summary.scenario}: ${summary.blocks} blocks in ${summary.seconds.toFixed(0)} seconds`,
    `  margin calls ${summary.marginCalls} (${summary.falseCalls} false), cured ${summary.cures}, lapsed ${summary.lapses}`,
    `  auctions ${summary.auctions}, bids ${summary.bids}, settlements ${summary.settlements}`,
    `  default fund used ${summary.defaultFundUsed.toFixed(2)}, bad debt ${summary.badDebt.toFixed(2)}`,
    `  minutes without a cluster ${summary.noCluster.minutes}`,
    ...keepers,
    ...violations,
    summary.violations.length === 0 ? '  every checked guarantee held' : `  ${summary.violations.length} violations`,
    '',
  ].join('\n')
}
