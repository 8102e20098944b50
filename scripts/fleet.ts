// How does a fleet of five run against a local node? `npm run fleet`: joins five keepers, starts them, and plays a recorded market to
// them on the wall clock; ends with all of them. A node with the protocol on it must run: `npx hardhat node`, `npm run deploy`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { privateKeyToAddress } from 'viem/accounts'
import { protocolAt } from '../sdk/protocol/client.ts'
import { parseDeployment } from '../sdk/protocol/deployment.ts'
import { createAnchor } from '../sim/driver/anchor.ts'
import { loadScenario, loadShape } from '../sim/market/load.ts'
import { createPath, type MarketPath } from '../sim/market/path.ts'
import { beginningAt } from '../sim/market/scenario.ts'
import { untilAllAnswer, type Worker } from '../sim/processes.ts'
import { startVenues, type Venues } from '../sim/venues/venues.ts'
import {
  keeperIdentities,
  startKeepers,
  writeKeeper,
  type FleetWorld,
  type KeeperIdentity,
} from '../sim/world/fleet.ts'
import {
  accountKeyOf,
  beginFirstEpoch,
  localNodeAt,
  mineEvery,
  provide,
  speakForAnchor,
  type LocalNode,
} from '../sim/world/local.ts'
import { MARKET_STATES } from '../units/portfolio.ts'

const USAGE = `Five keepers against a local node, as processes of their own

Usage: npm run fleet -- [options]

  --rpc-url URL       the node (http://127.0.0.1:8545)
  --deployment FILE   record of what stands on it (deployments/31337.json)
  --scenario NAME     market that is told to them, from now on (black-thursday)
  --block-ms N        a block every so often (2000)
  --port N            the keepers answer at N to N + 4 (9101)
  --seconds N         end after so long (never; Ctrl-C ends all)

Settings, keys and logs lie in runs/fleet/keeper-1 to keeper-5: each is started by itself as docs/RUNBOOK.md says.
`
const KEEPERS = 5
const SEED = 1
const UNDERLYING = 1
const DIRECTORY = 'runs/fleet'
/** [ms] */
const TICK = 1_000
/** [s] Between two chains of option quotes, and two lines of ours. */
const QUOTES_EVERY = 10
const TOLD_EVERY = 10

const { values } = parseArgs({
  options: {
    'rpc-url': { type: 'string', default: 'http://127.0.0.1:8545' },
    deployment: { type: 'string', default: 'deployments/31337.json' },
    scenario: { type: 'string', default: 'black-thursday' },
    'block-ms': { type: 'string', default: '2000' },
    port: { type: 'string', default: '9101' },
    seconds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(USAGE)
else await main()

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))
  const deployment = parseDeployment(JSON.parse(readFileSync(values.deployment, 'utf8')))
  const node = await localNodeAt(values['rpc-url'], deployment)
  const identities = localIdentities()
  const scenario = loadScenario(values.scenario, undefined)
  const path = createPath(beginningAt(scenario, secondsNow()))
  const venues = await startVenues(path, loadShape())
  const world: FleetWorld = {
    directory: DIRECTORY,
    logDirectory: DIRECTORY,
    deployment,
    symbol: scenario.underlying,
    nodes: { rpcUrls: [values['rpc-url'].replace(/^http/, 'ws')], proveState: false },
    feeds: venues.feeds,
    options: venues.options,
  }
  for (const [index, identity] of identities.entries()) await enter(node, world, identity, index)
  await beginFirstEpoch(node)
  const { chainlink, terms } = await speakForAnchor(node, SEED)
  console.log('waiting for the clock: the node has told later times than ours')
  await mineEvery(node, Number(values['block-ms']))
  const keepers = startKeepers(identities, world)
  await untilAllAnswer(keepers)
  console.log(`five keepers run; ask one: curl -s ${identities[0]?.endpoint}/ready; logs are in ${DIRECTORY}`)
  await play(node, path, venues, createAnchor(chainlink, terms, path.trueMedianAt), keepers)
  process.exit(0)
}

/** The operators are accounts of the node, whom `npm run deploy` has admitted; the first of them deploys and admits. */
function localIdentities(): readonly KeeperIdentity[] {
  const first = Number(values.port)
  const ports = Array.from({ length: KEEPERS }, (_, index) => first + index)
  return keeperIdentities(SEED, ports).map((identity, index) => ({
    ...identity,
    operatorKey: accountKeyOf(index + 1),
  }))
}

/** By the command by which any operator joins. */
async function enter(node: LocalNode, world: FleetWorld, identity: KeeperIdentity, index: number): Promise<void> {
  const settings = writeKeeper(identity, index, world)
  const operatorFile = join(world.directory, `operator-${index + 1}.key`)
  mkdirSync(world.directory, { recursive: true })
  writeFileSync(operatorFile, identity.operatorKey, { mode: 0o600 })
  await provide(node, privateKeyToAddress(identity.operatorKey), identity.sender)
  const command = ['keeper/main.ts', '--config', settings, '--join', identity.endpoint, '--operator-key', operatorFile]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${identity.name} could not join: ${stderr.trim()}`)
  console.log(`${identity.name} ${stdout.trim()}`)
}

async function play(
  node: LocalNode,
  path: MarketPath,
  venues: Venues,
  transmit: (time: number) => Promise<void>,
  keepers: readonly Worker[],
): Promise<void> {
  const began = secondsNow()
  const end = values.seconds === undefined ? Infinity : began + Number(values.seconds)
  for (let last = began, told = 0; last < end;) {
    const now = secondsNow()
    await venues.advance(last, now, Math.floor(now / QUOTES_EVERY) > Math.floor(last / QUOTES_EVERY))
    await transmit(now)
    if (now - told >= TOLD_EVERY) {
      console.log(await lineOf(node, path, keepers))
      told = now
    }
    last = now
    await sleep(TICK)
  }
}

async function lineOf({ client, deployment }: LocalNode, path: MarketPath, keepers: readonly Worker[]) {
  const { priceBook, volatilityBook } = protocolAt(client, deployment.addresses)
  const [block, { state, reporters, anchor }, [surfaceTime]] = await Promise.all([
    client.getBlockNumber(),
    priceBook.read.index([UNDERLYING]),
    volatilityBook.read.surface([UNDERLYING]),
  ])
  const dollars = (price: bigint): string => (Number(price) / 1e18).toFixed(2)
  const alive = keepers.filter((keeper) => keeper.isAlive()).length
  const surface = surfaceTime === 0n ? 'no surface yet' : `surface ${secondsNow() - Number(surfaceTime)} s old`
  return (
    `block ${block}: ${MARKET_STATES[state] ?? 'DEAD'}, index ${dollars(reporters)}, anchor ${dollars(anchor)}, ` +
    `venues ${path.trueMedianAt(secondsNow())?.toFixed(2) ?? 'silent'}, ${surface}, ${alive} keepers`
  )
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1_000)
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds))
}
