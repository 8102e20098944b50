import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NO_PAGES } from '../../../keeper/core/pages.ts'
import { keeperMetrics, tellEndpoints, tellFeeds, tellView } from '../../../keeper/shell/metrics.ts'
import type { Metrics } from '../../../keeper/shell/metrics.ts'
import type { FeedState } from '../../../keeper/shell/feeds/markets.ts'
import { purseOf } from '../../../keeper/shell/purse.ts'
import { vitalsOf } from '../../../keeper/shell/vitals.ts'
import { ONE } from '../../../units/values.ts'
import { ACCOUNT, call, market, NOW, view } from '../core/example.ts'

const OPS = join(import.meta.dirname, '../../../keeper/ops')
const textOf = (name: string): string => readFileSync(join(OPS, name), 'utf8')

type Rule = { readonly alert: string; readonly expr: string; readonly for: string }
const { groups } = JSON.parse(textOf('alerts.json')) as { groups: { rules: Rule[] }[] }
const RULES = groups.flatMap(({ rules }) => rules)

/** Series of a scrape: values by name and labels. */
type Scrape = ReadonlyMap<string, number>
async function scrape(metrics: Metrics): Promise<Scrape> {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

const nameOf = (series: string): string => series.split('{')[0]!
const valuesOf = (at: Scrape, name: string): number[] =>
  [...at].flatMap(([series, value]) => (nameOf(series) === name ? [value] : []))

/** The few forms that the rules use; anything else throws. `before` and `after`: scrapes ten minutes apart. */
function fires(expr: string, before: Scrape, after: Scrape, time: number): boolean {
  const [, left = '', operator = '', right = ''] = /^(.*?) (>=|==|>|<) ([\d.]+)$/.exec(expr) ?? []
  const compare = (value: number): boolean => {
    const limit = Number(right)
    return { '>': value > limit, '<': value < limit, '==': value === limit, '>=': value >= limit }[operator] ?? false
  }
  const increase = /^increase\((\w+)\[10m\]\)$/.exec(left)?.[1]
  if (increase !== undefined) {
    return [...after].some(
      ([series, value]) => nameOf(series) === increase && compare(value - (before.get(series) ?? 0)),
    )
  }
  const age = /^time\(\) - (\w+)$/.exec(left)?.[1]
  if (age !== undefined) return valuesOf(after, age).some((value) => compare(time - value))
  const ratio = /^(\w+) \/ (\w+)$/.exec(left)
  if (ratio !== null)
    return valuesOf(after, ratio[1]!).some((value, at) => compare(value / valuesOf(after, ratio[2]!)[at]!))
  if (!/^\w+$/.test(left)) throw new Error(`no form of these tests: ${expr}`)
  return valuesOf(after, left).some(compare)
}

/** Everything as it should be. */
function healthy(): Metrics {
  const metrics = keeperMetrics()
  tellView(metrics, view(), [])
  tellEndpoints(metrics, [endpoint({})], 9)
  tellFeeds(metrics, [feed({})], NOW)
  metrics.ready.set(1)
  metrics.balance.set({ sender: '0xaa' }, 5)
  metrics.runway.set(1_000)
  metrics.spent.set(1)
  metrics.spendCap.set(100)
  metrics.resident.set(2e8)
  metrics.loopDelay.set(0.02)
  metrics.noView.inc({ underlying: '1' }, 0)
  return metrics
}

const endpoint = (changed: object) => ({
  name: '0 node',
  newest: 9,
  penalty: 0,
  latencyMs: 1,
  isBanned: false,
  ...changed,
})
const feed = (changed: Partial<FeedState>): FeedState => ({
  symbol: 'ETH',
  venue: 'bitstamp',
  quote: 'USD',
  isOpen: true,
  trade: { time: NOW * 1_000, price: 5n },
  messages: 1,
  malformed: 0,
  gaps: 0,
  ...changed,
})
const duty = { kind: 'lapse', account: 1n } as never

function starving(metrics: Metrics): void {
  const purse = purseOf(100n * ONE)
  purse.pay('a', 95n * ONE, 0)
  const chain = { client: { getBalance: async () => ONE / 100n } as never, endpoints: () => [] }
  void vitalsOf({ chain, sender: { addresses: ['0xaa'] }, purse, minBalance: ONE, metrics }).look()
}

/** What goes wrong, told to the metrics by the code that tells them in a running keeper. */
const TROUBLE: Readonly<Record<string, (metrics: Metrics) => void>> = {
  KeeperNotReady: (metrics) => metrics.ready.set(0),
  HeadStandsStill: (metrics) => tellView(metrics, view({ head: { ...view().head, time: NOW - 600 } }), []),
  DutyStaysDue: (metrics) => tellView(metrics, view(), [duty]),
  TransactionsStuck: (metrics) => metrics.backlog.set(5),
  TransactionFailed: (metrics) => metrics.failed.inc({ duty: 'lapse' }),
  KeyUsedElsewhere: (metrics) => metrics.lost.inc(),
  RefusedAgainAndAgain: (metrics) => metrics.refused.inc({ duty: 'lapse' }, 21),
  SpendNearCap: starving,
  BalanceLow: starving,
  RunwayShort: starving,
  EndpointOutvoted: (metrics) => tellEndpoints(metrics, [endpoint({ isBanned: true })], 9),
  EndpointBehind: (metrics) => tellEndpoints(metrics, [endpoint({ newest: 3 })], 9),
  EndpointAway: (metrics) => tellEndpoints(metrics, [endpoint({ penalty: 31 })], 9),
  FeedClosed: (metrics) => tellFeeds(metrics, [feed({ isOpen: false })], NOW),
  FeedStale: (metrics) => tellFeeds(metrics, [feed({})], NOW + 121),
  FeedMalformed: (metrics) => tellFeeds(metrics, [feed({ malformed: 11 })], NOW),
  NoCluster: (metrics) => metrics.noCluster.inc({ underlying: '1' }, 7),
  NoView: (metrics) => metrics.noView.inc({ underlying: '1' }),
  MarketNotAgreed: (metrics) => tellView(metrics, view({ markets: new Map([[1, market({}, 'DISPUTED')]]) }), []),
  PeerSilent: (metrics) => metrics.peerMissed.inc({ peer: '3' }, 31),
  SearchBehind: (metrics) => metrics.searchLeft.set(1),
  AccountUnassessable: (metrics) => metrics.unassessable.set(1),
  PortfolioPastHelp: (metrics) => {
    const tearUps = [{ account: ACCOUNT, series: call, holders: [] }]
    tellView(metrics, view({ pages: { ...NO_PAGES, tearUps } }), [])
  },
  EventLoopBlocked: (metrics) => metrics.loopDelay.set(0.6),
  MemoryHigh: (metrics) => metrics.resident.set(1.1e9),
  NodeFails: (metrics) => metrics.rpcErrors.inc(6),
}

describe('the alerts', () => {
  for (const { alert, expr } of RULES) {
    it(`${alert} fires when it should, and not while all is well`, async () => {
      const metrics = healthy()
      const before = await scrape(metrics)
      expect(fires(expr, before, await scrape(metrics), NOW), 'all is well').to.equal(false)
      TROUBLE[alert]?.(metrics)
      await new Promise((resolve) => setTimeout(resolve, 1))
      expect(fires(expr, before, await scrape(metrics), NOW), expr).to.equal(true)
    })
  }

  it('every series that alerts and dashboard ask for is told, and the runbook lists every one: thirty and more', async () => {
    const told = new Set((await healthy().registry.getMetricsAsJSON()).map(({ name }) => name))
    const asked = `${textOf('alerts.json')}${textOf('dashboard.json')}`.match(/plimsoll_keeper_\w+/g) ?? []
    for (const series of asked) expect([...told], series).to.include(series.replace(/_bucket$/, ''))
    const runbook = readFileSync(join(OPS, '../../docs/RUNBOOK.md'), 'utf8')
    for (const name of told) expect(runbook, name).to.contain(`\`${name.replace('plimsoll_keeper_', '')}\``)
    for (const { alert } of RULES) expect(runbook, alert).to.contain(`\`${alert}\``)
    expect(told.size).to.be.at.least(30)
  })
})
