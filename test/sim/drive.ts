// Does a replay run from its first block to its report, on a fork, in a market that opens in a dispute?
import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replay, type Fork } from '../../sim/drive.ts'
import type { RunEvent } from '../../sim/events.ts'
import { loadScenario } from '../../sim/market/load.ts'
import { cut } from '../../sim/market/scenario.ts'
import { KEEPERS } from '../../sim/options.ts'
import { ReplayRefused } from '../../sim/refused.ts'
import { openChain, type Chain } from '../../sim/world/chain.ts'

const MINUTES = 60_000

/** The first hour of a day that opens in a dispute. */
async function eventsOf(fork: Fork): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = []
  const day = loadScenario('avax-2025-10-10', undefined)
  const logDirectory = mkdtempSync(join(tmpdir(), 'plimsoll-test-logs-'))
  try {
    await replay({
      scenario: cut(day, day.start, day.start + 3_600),
      seed: 1,
      keepers: KEEPERS,
      kill: 0,
      killAt: undefined,
      speed: undefined,
      fork,
      logDirectory,
      onProgress: () => undefined,
      onEvent: (event) => events.push(event),
    })
  } finally {
    rmSync(logDirectory, { recursive: true })
  }
  return events
}

async function refusalOf(fork: Fork): Promise<unknown> {
  try {
    await eventsOf(fork)
  } catch (error) {
    return error
  }
  return undefined
}

describe('a replay', () => {
  let node: Chain
  const now = Math.floor(Date.now() / 1000)
  before(async () => {
    node = await openChain({ startTime: now, forkUrl: undefined })
  })
  after(() => node.close())

  it('runs on a fork of a node without the protocol, and is told later where that node is past it', async function () {
    this.timeout(10 * MINUTES)
    const events = await eventsOf({ url: node.rpc.httpUrl, deploymentFile: undefined })
    const started = events.find((event) => event.kind === 'started')
    expect(started?.from).to.be.above(now)
    expect(started?.accounts).to.have.length(36)
    const kinds = new Set(events.map(({ kind }) => kind))
    expect([...kinds]).to.include.members(['reported', 'noCluster', 'market', 'finished'])
    expect([...kinds]).not.to.include.members(['violation'])
  })

  it('refuses a fork of which no node answers, and a record that is not there', async function () {
    this.timeout(MINUTES)
    const unreachable = await refusalOf({ url: 'http://127.0.0.1:9', deploymentFile: undefined })
    expect(unreachable).to.be.instanceOf(ReplayRefused).with.property('message').that.contains('no node answers')
    const recordless = await refusalOf({ url: node.rpc.httpUrl, deploymentFile: 'nowhere.json' })
    expect(recordless).to.be.instanceOf(ReplayRefused).with.property('message').that.contains('nowhere.json')
  })
})
