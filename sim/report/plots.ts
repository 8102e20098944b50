// Which lines, bands and marks does the page draw? Columns for its plots, all on the axis of market time.
import type { AccountStatus } from '../events.ts'
import { happeningsOf, heldMarkets, nameOf, senderNameOf, type AccountPoint, type Run } from './run.ts'
import { minutesWithoutCluster } from './summary.ts'

type Column = (number | null)[]
export type Line = { readonly name: string; readonly role: 'venue' | 'reporters' | 'anchor'; readonly values: Column }
export type Span = { readonly from: number; readonly to: number; readonly label: string; readonly tone: string }
export type Lane = { readonly name: string; readonly spans: readonly Span[] }
export type AccountPlot = {
  readonly name: string
  readonly strategy: string
  readonly time: number[]
  readonly equity: Column
  readonly maintenance: Column
  readonly initial: Column
  readonly spans: readonly Span[]
  readonly outcome: string
}
export type Plots = {
  readonly from: number
  readonly to: number
  readonly prices: { readonly time: number[]; readonly lines: readonly Line[] }
  readonly lanes: readonly Lane[]
  readonly accounts: readonly AccountPlot[]
  readonly gas: { readonly time: number[]; readonly baseFee: Column; readonly used: Column }
}

const MOST_ACCOUNTS = 12
const STILL_DRAWN_WHEN_HEALTHY = 6

export function plotsOf(run: Run): Plots {
  return {
    from: run.started?.from ?? 0,
    to: run.now,
    prices: pricesOf(run),
    lanes: lanesOf(run),
    accounts: interestingAccounts(run).map((account) => accountPlot(run, account)),
    gas: {
      time: run.blocks.map((block) => block.time),
      baseFee: run.blocks.map((block) => rounded(block.baseFeeGwei)),
      used: run.blocks.map((block) => rounded(block.gasUsed / 1e6)),
    },
  }
}

/** Ticks and market states fall on different seconds: each column carries its last word forward to the other's. */
function pricesOf(run: Run): Plots['prices'] {
  const time = [...new Set([...run.ticks, ...run.markets].map((it) => it.time))].toSorted((a, b) => a - b)
  const tickAt = lastAt(run.ticks, time)
  const marketAt = lastAt(run.markets, time)
  const venues = (run.started?.venues ?? []).map((name): Line => ({
    name,
    role: 'venue',
    values: tickAt.map((tick) => rounded(tick?.prices[name])),
  }))
  return {
    time,
    lines: [
      ...venues,
      { name: 'Chainlink anchor', role: 'anchor', values: marketAt.map((it) => rounded(it?.anchor)) },
      { name: 'reporters’ median', role: 'reporters', values: marketAt.map((it) => rounded(it?.reporters)) },
    ],
  }
}

function lastAt<Item extends { readonly time: number }>(items: readonly Item[], times: readonly number[]) {
  let next = 0
  let last: Item | undefined
  return times.map((time) => {
    for (let item = items[next]; item !== undefined && item.time <= time; item = items[++next]) last = item
    return last
  })
}

function lanesOf(run: Run): Lane[] {
  const lanes = [
    { name: 'market', spans: marketSpans(run) },
    { name: 'no cluster', spans: minutesWithoutCluster(run).map((at) => noClusterSpan(run, at)) },
    { name: 'margin calls', spans: marks(run, 'marginCall', 'called') },
    { name: 'cures', spans: marks(run, 'cure', 'cured') },
    { name: 'auctions', spans: auctionSpans(run) },
    { name: 'bids', spans: marks(run, 'bid', 'auction') },
    { name: 'settlements', spans: marks(run, 'settlement', 'settled') },
    { name: 'keepers killed', spans: killedSpans(run) },
    { name: 'violations', spans: violationSpans(run) },
  ]
  return lanes.filter((lane) => lane.spans.length > 0)
}

function marks(run: Run, kind: 'marginCall' | 'cure' | 'bid' | 'settlement', tone: string): Span[] {
  return happeningsOf(run, kind).map(({ time, account, by }) => ({
    from: time,
    to: time,
    label: `${nameOf(run, account)}, by ${senderNameOf(run, by)}`,
    tone,
  }))
}

/** One span for each stretch of one market state that held. */
function marketSpans(run: Run): Span[] {
  const spans: Span[] = []
  for (const { time, state } of heldMarkets(run)) {
    const last = spans.at(-1)
    if (last?.label === state) continue
    if (last !== undefined) spans[spans.length - 1] = { ...last, to: time }
    spans.push({ from: time, to: run.now, label: state, tone: state.toLowerCase() })
  }
  return spans
}

function noClusterSpan(run: Run, at: number): Span {
  const within = happeningsOf(run, 'noCluster').filter(({ time }) => time >= at && time < at + 60)
  const keepers = [...new Set(within.map(({ keeper }) => keeper))].toSorted((a, b) => a - b)
  return { from: at, to: at + 60, label: `keeper ${keepers.join(', ')} found no cluster`, tone: 'wide' }
}

function auctionSpans(run: Run): Span[] {
  const ends = happeningsOf(run, 'auctionEnd')
  return happeningsOf(run, 'auctionStart').map(({ time, account }) => {
    const end = ends.find((it) => it.account === account && it.time >= time)
    const deficit = end === undefined ? 'open' : `deficit ${end.deficit.toFixed(2)}`
    return { from: time, to: end?.time ?? run.now, label: `${nameOf(run, account)}, ${deficit}`, tone: 'auction' }
  })
}

function killedSpans(run: Run): Span[] {
  return happeningsOf(run, 'killed').map(({ time, keeper }) => ({
    from: time,
    to: run.now,
    label: `keeper ${keeper} killed`,
    tone: 'dead',
  }))
}

function violationSpans(run: Run): Span[] {
  return happeningsOf(run, 'violation').map(({ time, guarantee, detail }) => ({
    from: time,
    to: time,
    label: `${guarantee}: ${detail}`,
    tone: 'violated',
  }))
}

/** Those that were ever called or auctioned, and then those that came nearest. */
function interestingAccounts(run: Run): string[] {
  const ranked = [...run.accounts].map(([account, points]) => ({
    account,
    troubled: points.some((point) => point.status !== 'healthy'),
    nearest: Math.min(...points.map(shareLeft)),
  }))
  ranked.sort((a, b) => Number(b.troubled) - Number(a.troubled) || a.nearest - b.nearest)
  const troubled = ranked.filter((it) => it.troubled).length
  return ranked.slice(0, Math.min(MOST_ACCOUNTS, Math.max(troubled, STILL_DRAWN_WHEN_HEALTHY))).map((it) => it.account)
}

/** What is left beyond maintenance, as a share of it; an account that owes nothing is as far away as can be. */
function shareLeft(point: AccountPoint): number {
  return point.maintenance > 0 ? (point.equity - point.maintenance) / point.maintenance : Infinity
}

function accountPlot(run: Run, account: string): AccountPlot {
  const points = run.accounts.get(account) ?? []
  return {
    name: nameOf(run, account),
    strategy: run.started?.accounts.find((it) => it.account === account)?.strategy ?? '',
    time: points.map((point) => point.time),
    equity: points.map((point) => rounded(point.equity)),
    maintenance: points.map((point) => rounded(point.maintenance)),
    initial: points.map((point) => rounded(point.initial)),
    spans: statusSpans(points, run.now),
    outcome: outcomeOf(run, account),
  }
}

function statusSpans(points: readonly AccountPoint[], end: number): Span[] {
  const spans: Span[] = []
  let status: AccountStatus = 'healthy'
  for (const point of points) {
    if (point.status === status) continue
    const last = spans.at(-1)
    if (last !== undefined && last.to === end) spans[spans.length - 1] = { ...last, to: point.time }
    status = point.status
    if (status !== 'healthy') spans.push({ from: point.time, to: end, label: status, tone: status })
  }
  return spans
}

function outcomeOf(run: Run, account: string): string {
  const count = (kind: 'marginCall' | 'cure' | 'auctionStart' | 'bid') =>
    happeningsOf(run, kind).filter((it) => it.account === account).length
  const deficit = happeningsOf(run, 'auctionEnd').reduce(
    (sum, it) => sum + (it.account === account ? it.deficit : 0),
    0,
  )
  const parts = [
    counted(count('marginCall'), 'call'),
    counted(count('cure'), 'cure'),
    counted(count('auctionStart'), 'auction'),
    counted(count('bid'), 'bid'),
    deficit > 0 ? `deficit ${deficit.toFixed(2)}` : '',
  ]
  return parts.filter((part) => part !== '').join(', ') || 'never called'
}

function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Six significant digits: more cannot be seen, and the page stays small. */
function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(6))
}
