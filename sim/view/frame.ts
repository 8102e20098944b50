// What does the live screen show at this moment? One frame of lines, from what is known of the run.
import type { AccountStatus } from '../events.ts'
import { countOf, nameOf, statusOf, type Run } from '../report/run.ts'
import { accountsByStatus, minutesWithoutCluster } from '../report/summary.ts'
import { bar, beside, fitted, sparkline, toned, type Tone } from './screen.ts'
import { amount, sentenceOf, stamp } from './words.ts'

const LEFT = 52
const SPARKS = 24
/** Seconds of market time under one little column. */
const SPARK_SECONDS = 900

const STATE_TONES: Record<string, Tone> = { AGREED: 'green', DISPUTED: 'red', WIDE: 'yellow', SINGLE: 'magenta' }
const STATUS_TONES: Record<AccountStatus, Tone> = { healthy: 'green', called: 'yellow', auction: 'red', closed: 'dim' }

/** At most `height` lines of at most `width` columns; what happened last fills what the figures leave. */
export function frameOf(run: Run, width: number, height: number): string[] {
  const lines = [
    ...heading(run, width),
    '',
    ...beside(prices(run), market(run), LEFT),
    '',
    ...beside(accounts(run), keepers(run), LEFT),
    '',
    toned('bold', 'latest'),
  ]
  return [...lines, ...latest(run, height - lines.length)].slice(0, height).map((line) => fitted(line, width))
}

function heading(run: Run, width: number): string[] {
  const { scenario = '', underlying = '', from = 0, to = 1 } = run.started ?? {}
  const share = to > from ? (run.now - from) / (to - from) : 0
  const title = `${toned('cyan', toned('bold', 'PLIMSOLL'))}  ${scenario}  ${underlying}`
  const figures = `${stamp(run.now)} UTC  block ${amount(run.blocks.length)}  ${Math.floor(share * 100)} % `
  return [fitted(title, Math.max(width - figures.length, 20)) + figures, toned('cyan', bar(share, width))]
}

function prices(run: Run): string[] {
  const sources: [string, (number | undefined)[], Tone?][] = (run.started?.venues ?? []).map((venue) => [
    venue,
    sampled(run, run.ticks, (tick) => tick.prices[venue]),
  ])
  sources.push(['reporters', sampled(run, run.markets, (it) => it.reporters), 'bold'])
  sources.push(['anchor', sampled(run, run.markets, (it) => it.anchor), 'magenta'])
  const rows = sources.map(([name, values, tone]) => {
    const last = values.at(-1)
    const row = `${name.padEnd(12)}${(last === undefined ? '–' : last.toFixed(2)).padStart(10)}  ${sparkline(values)}`
    return tone === undefined ? row : toned(tone, row)
  })
  return [`${toned('bold', 'price by source')}           last 6 hours`, ...rows]
}

/** The value that held at the end of each of the last stretches of market time. */
function sampled<Item extends { readonly time: number }>(
  run: Run,
  items: readonly Item[],
  valueOf: (item: Item) => number | undefined,
): (number | undefined)[] {
  let index = items.length - 1
  const values = Array.from({ length: SPARKS }, (_, back) => {
    while (index >= 0 && (items[index]?.time ?? 0) > run.now - back * SPARK_SECONDS) index -= 1
    const item = items[index]
    return item === undefined ? undefined : valueOf(item)
  })
  return values.toReversed()
}

function market(run: Run): string[] {
  const last = run.markets.at(-1)
  if (last === undefined) return [toned('bold', 'market'), 'no price on chain yet']
  const { reporters, anchor } = last
  const apart =
    reporters === undefined || anchor === undefined ? '–' : `${((reporters / anchor - 1) * 100).toFixed(2)} %`
  return [
    `${toned('bold', 'market')}  ${toned(STATE_TONES[last.state] ?? 'dim', last.state)}`,
    `price in force     ${last.price.toFixed(2)}`,
    `median over anchor ${apart}`,
    `no cluster         ${minutesWithoutCluster(run).length} min`,
    `default fund       ${run.fund === undefined ? '–' : amount(run.fund.assets)}`,
    `fund used          ${amount(run.fund?.used ?? 0)}, bad debt ${amount(run.fund?.badDebt ?? 0)}`,
    guarantees(run),
  ]
}

function guarantees(run: Run): string {
  const violations = countOf(run, 'violation')
  const falseCalls = countOf(run, 'falseCall')
  if (violations + falseCalls === 0) return toned('green', 'guarantees         held so far')
  return toned('red', `guarantees         ${violations} violated, ${falseCalls} false calls`)
}

function accounts(run: Run): string[] {
  const counts = accountsByStatus(run)
  const byStatus = Object.entries(counts).map(([status, count]) =>
    toned(STATUS_TONES[status as AccountStatus], `${status} ${count}`),
  )
  return [
    `${toned('bold', 'accounts')}  ${byStatus.join('  ')}`,
    `calls ${countOf(run, 'marginCall')}  cures ${countOf(run, 'cure')}  auctions ${countOf(run, 'auctionStart')}  bids ${countOf(run, 'bid')}  settled ${countOf(run, 'settlement')}`,
    ...loadLines(run),
  ]
}

/** The accounts nearest to their load line: `|` is where equity equals the maintenance margin. */
function loadLines(run: Run): string[] {
  const owing = [...run.accounts].flatMap(([account, points]) => {
    const last = points.at(-1)
    if (last === undefined || last.maintenance <= 0 || last.status === 'closed') return []
    return [{ account, share: last.equity / last.maintenance }]
  })
  owing.sort((a, b) => a.share - b.share)
  return owing.slice(0, 5).map(({ account, share }) => {
    const tone = STATUS_TONES[statusOf(run, account)]
    const percent = `${Math.round(share * 100)} %`.padStart(7)
    return `${fitted(nameOf(run, account), 20)} ${toned(tone, loadBar(share, 20))}${percent}`
  })
}

/** Equity over maintenance from 0 to 2, the load line in the middle. */
function loadBar(share: number, width: number): string {
  const filled = bar(share / 2, width)
  return `${filled.slice(0, width / 2)}|${filled.slice(width / 2)}`
}

function keepers(run: Run): string[] {
  const rows = (run.started?.keepers ?? []).map(({ id, address }) => {
    const deeds = run.deeds.get(address.toLowerCase())
    if (run.killed.has(id)) return toned('dim', `✗ ${String(id).padEnd(3)} killed`)
    const acts = `${deeds?.reports ?? 0}`.padStart(7) + `${deeds?.marginCalls ?? 0}`.padStart(7)
    const more =
      `${(deeds?.auctions ?? 0) + (deeds?.settlements ?? 0)}`.padStart(8) +
      `${deeds?.failedTransactions ?? 0}`.padStart(8)
    const row = `${run.keeperOnTurn === id ? '▶' : ' '} ${String(id).padEnd(3)}${acts}${more}`
    return run.keeperOnTurn === id ? toned('cyan', row) : row
  })
  return [`${toned('bold', 'keeper')} reports  calls others refused`, ...rows]
}

function latest(run: Run, count: number): string[] {
  const lines: string[] = []
  for (let index = run.happenings.length - 1; index >= 0 && lines.length < count; index -= 1) {
    const happening = run.happenings[index]
    const sentence = happening === undefined ? undefined : sentenceOf(run, happening)
    if (happening !== undefined && sentence !== undefined) lines.push(`${stamp(happening.time).slice(11)}  ${sentence}`)
  }
  return lines
}
