// A run is a function of its seed, survives the death of keepers, and leaves nothing behind.
import { expect } from 'chai'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replay, type Fork } from '../../sim/drive.ts'
import type { RunEvent } from '../../sim/events.ts'
import { loadScenario } from '../../sim/market/load.ts'
import { cut } from '../../sim/market/scenario.ts'
import { KEEPERS } from '../../sim/options.ts'
import { openChain } from '../../sim/world/chain.ts'
import { deployUniverse } from '../../sim/world/deploy.ts'

const at = (iso: string) => Date.parse(iso) / 1000
const MINUTES = 60_000

type Cut = {
  readonly from: string
  readonly to: string
  readonly kill: number
  readonly killAt?: string
  readonly fork?: Fork
}

/** Every event of a run of `cut`. */
async function eventsOf({ from, to, kill, killAt, fork }: Cut): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = []
  const logDirectory = mkdtempSync(join(tmpdir(), 'plimsoll-test-logs-'))
  await replay({
    scenario: cut(loadScenario('black-thursday', undefined), at(from), at(to)),
    seed: 1,
    keepers: KEEPERS,
    kill,
    killAt: killAt === undefined ? undefined : at(killAt),
    speed: undefined,
    fork,
    logDirectory,
    onProgress: () => undefined,
    onEvent: (event) => events.push(event),
  })
  rmSync(logDirectory, { recursive: true })
  return events
}

/** What came of a run, whoever did it and in whichever block of its minute. */
function outcomeOf(events: readonly RunEvent[]): readonly string[] {
  return events
    .flatMap((event) => {
      switch (event.kind) {
        case 'marginCall':
        case 'cure':
        case 'auctionStart':
        case 'auctionEnd':
          return [`${event.kind} ${event.account}`]
        case 'settlementPrice':
          return [`${event.kind} ${event.expiry} ${event.price}`]
        case 'settlement':
          return [`${event.kind} ${event.account} ${event.expiry} ${event.payoff}`]
        default:
          return []
      }
    })
    .toSorted()
}

const countOf = (events: readonly RunEvent[], kind: RunEvent['kind']) =>
  events.filter((event) => event.kind === kind).length

describe('a replay', () => {
  it('has the same outcome twice for one seed, over twelve hours of the crash', async function () {
    this.timeout(30 * MINUTES)
    const halfDay = { from: '2020-03-12T00:00:00Z', to: '2020-03-12T12:00:00Z', kill: 0 }
    const [first, second] = [await eventsOf(halfDay), await eventsOf(halfDay)]
    expect(countOf(first, 'marginCall')).to.be.above(0)
    expect(countOf(first, 'settlementPrice')).to.be.above(0)
    expect(countOf(first, 'violation')).to.equal(0)
    expect(outcomeOf(second)).to.deep.equal(outcomeOf(first))
  })

  for (const kill of [2, 4]) {
    it(`goes on, and keeps every checked guarantee, when ${kill} of five keepers die at once`, async function () {
      this.timeout(30 * MINUTES)
      const morning = { from: '2020-03-12T04:00:00Z', to: '2020-03-12T10:00:00Z', killAt: '2020-03-12T06:30:00Z' }
      const events = await eventsOf({ ...morning, kill })
      expect(countOf(events, 'killed')).to.equal(kill)
      expect(countOf(events, 'violation')).to.equal(0)
      expect(countOf(events, 'settlementPrice'), 'the expiry at 08:00 has its price').to.equal(1)
      expect(countOf(events, 'finished')).to.equal(1)
    })
  }

  it('runs on a fork of a node that has the protocol deployed, and is told later where that node is past it', async function () {
    this.timeout(30 * MINUTES)
    const now = Math.floor(Date.now() / 1000)
    const node = await openChain({ startTime: now, forkUrl: undefined })
    const directory = mkdtempSync(join(tmpdir(), 'plimsoll-test-fork-'))
    const deploymentFile = join(directory, 'deployment.json')
    const { deployment } = await deployUniverse(node, { seed: 2, symbol: 'ETH', spot: 2_000, operators: [] })
    writeFileSync(deploymentFile, JSON.stringify(deployment))
    const hour = { from: '2020-03-12T09:30:00Z', to: '2020-03-12T10:30:00Z', kill: 0 }
    const events = await eventsOf({ ...hour, fork: { url: node.rpc.httpUrl, deploymentFile } })
    await node.close()
    rmSync(directory, { recursive: true })
    const started = events.find((event) => event.kind === 'started')
    expect(started?.from).to.be.above(now)
    expect(countOf(events, 'reported')).to.be.above(0)
    expect(countOf(events, 'violation')).to.equal(0)
    expect(countOf(events, 'finished')).to.equal(1)
  })

  it('leaves no file behind', () => {
    const left = readdirSync(tmpdir()).filter((name) => /^plimsoll-\w{6}$/.test(name))
    expect(left.filter((name) => existsSync(join(tmpdir(), name, 'keeper-1')))).to.deep.equal([])
  })
})
