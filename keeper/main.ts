// One keeper: watches the markets, signs what it sees, and does what is due when it is its turn.
import { fstatSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { actorOf } from './shell/actor.ts'
import { bidderOf } from './shell/bidder.ts'
import { chainAt } from './shell/chain.ts'
import { isRefusal, readConfig } from './shell/config.ts'
import type { Config } from './shell/config.ts'
import { openMarkets } from './shell/feeds/markets.ts'
import { evidenceOf } from './shell/evidence.ts'
import { serveHttp } from './shell/http.ts'
import { keeperOf } from './shell/keeper.ts'
import { lookoutOf } from './shell/lookout.ts'
import { keeperMetrics } from './shell/metrics.ts'
import { peersFrom } from './shell/peers.ts'
import { routesOf } from './shell/routes.ts'
import { lanesOf } from './shell/lanes.ts'
import { purseOf } from './shell/purse.ts'
import { senderFor } from './shell/sender.ts'
import { keyOf } from './shell/keys.ts'
import type { Hex } from './shell/keys.ts'
import { joinRegistry } from './shell/membership.ts'
import { signerFor } from './shell/signer.ts'
import { vitalsOf } from './shell/vitals.ts'
import type { AccountId } from '../units/values.ts'

const HELP = `plimsoll-keeper: watches venues and chain, signs its own prices, and does what is due when it is its turn

Usage:
  node keeper/main.ts --config FILE [--dry-run]
  node keeper/main.ts --config FILE --check
  node keeper/main.ts --config FILE --join URL --operator-key FILE

Options:
  --config FILE   settings, one JSON file; docs/RUNBOOK.md lists every field
  --check         check the settings, keys and deployment record included, and end
  --dry-run       decide and simulate as ever, send nothing: log what would be sent
  --join URL      enter the registry with the settings' keys, peers reaching it at URL: approves the bond, joins,
                  prints what the registry holds now as JSON, and ends; twice is as good as once
  --operator-key FILE
                  key of the admitted operator, who pays the bond and gets it back; a file nobody else can read
  --help          this text

Duties, in the order in which a head's are sent:
  prices, own values to open rounds, volatility surfaces; full hours and touches that barriers held need; auctions
  started, margin calls, worse witnesses, cures, lapses, auctions closed, what nobody takes torn up, debts written off,
  settlement prices, averages, settlement in pages, debtors' collateral put on sale, interest, epochs, dust, agreement
  of a candidate for the anchor, withdrawals that wait, markets wound down.
  Bids, and buys debtors' collateral, only where the settings have "bidding".

Answers over HTTP (settings: http.host, http.port):
  /observation /surface   what it signed for a round, for other keepers
  /status                 what it does, as JSON; ?after=N waits for block N
  /metrics                for Prometheus; alerts and dashboard are in keeper/ops
  /live /ready            200, or 503 and the reasons, one a line

Signals:
  SIGTERM, SIGINT   decides nothing new, sees what it sent into its block, ends within 8 s; a second one ends it at once
  It ends too when a parent that holds its standard input ends.

Exit codes: 0 ended as asked, 1 failed or refused by the registry, 2 settings refused (each fault on a line, by the path of its field).

Examples:
  node keeper/main.ts --config keeper.json --check
  node keeper/main.ts --config keeper.json --dry-run | head -1
  curl -s localhost:9100/ready
`

/** [ms] */
const DRAIN_MOST = 8_000
/** [bytes] Of log that could not be written yet; what comes beyond is dropped. */
const LOG_HELD_MOST = 1_048_576
const WEI_PER_GWEI = 1_000_000_000

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    check: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    join: { type: 'string' },
    'operator-key': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(HELP)
} else if (values.config === undefined) {
  refuse(['--config FILE is needed; --help says more'])
} else {
  const config = readConfig(values.config, process.env)
  if (isRefusal(config)) refuse(config.faults)
  else if (values.join !== undefined) await join(config, values.join, values['operator-key'])
  else if (values.check) process.stdout.write('settings: all as they should be\n')
  else await run(config, values['dry-run'])
}

function refuse(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = 2
}

async function join(config: Config, endpoint: string, operatorFile: string | undefined): Promise<void> {
  if (operatorFile === undefined)
    return refuse(['--join needs --operator-key FILE, the key of the operator whom governance admitted'])
  if (!URL.canParse(endpoint)) return refuse([`--join ${endpoint}: expected a URL such as http://keeper.example:9100`])
  try {
    const operatorKey = keyOf({ file: operatorFile }, process.cwd(), process.env)
    process.stdout.write(`${JSON.stringify(await joinRegistry(config, operatorKey, endpoint))}\n`)
    process.exit(0) // a socket to the node would hold it
  } catch (error) {
    process.stderr.write(`join: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}

async function run(config: Config, isDryRun: boolean): Promise<void> {
  const lines = pino.destination({ dest: 2, maxLength: LOG_HELD_MOST })
  // A full disk behind the log, or a reader that has gone, is no reason to stop.
  lines.on('error', () => undefined)
  process.stdout.on('error', () => undefined)
  const log = pino({ level: config.logLevel, formatters: { log: withoutBigints } }, lines)
  const { deployment, limits } = config
  const metrics = keeperMetrics()
  const chain = chainAt(config.rpcUrls, deployment.addresses, limits.pollMs, {
    privateUrl: config.privateRpcUrl,
    onFault: ({ endpoint, fault, about }) => {
      metrics.endpointFaults.inc({ endpoint, fault })
      if (fault === 'outvoted') log.error({ endpoint, about }, 'endpoint outvoted: it said what two others did not')
      else log.debug({ endpoint, fault, about }, 'endpoint')
    },
  })
  const { chainId } = config
  const found = (await chain.chainIds()).find((id) => id !== chainId)
  if (found !== undefined) {
    log.fatal({ expected: chainId, found }, 'a node is of another chain')
    process.exit(1)
  }
  if (config.rpcUrls.length < 2) log.warn('one endpoint only: whatever it says is believed until the chain refuses it')
  else if (config.rpcUrls.length < 3) log.warn('two endpoints: one that lies is noticed, and not told from the other')
  const signer = signerFor(deployment, config.signingKey)
  const gas = {
    cap: gwei(limits.maxFeePerGasGwei),
    tip: gwei(limits.priorityFeeGwei),
    gas: BigInt(limits.maxGasPerTransaction),
  }
  const purse = purseOf(ether(limits.maxSpendPerDayEther))
  const laneOf = (key: Hex) => senderFor(chain, key, chainId, gas, purse)
  const urgent = config.urgentKey === undefined ? undefined : laneOf(config.urgentKey)
  const sender = lanesOf(laneOf(config.senderKey), urgent)
  const markets = openMarkets(config, (fault) => log.debug(fault, 'feed'))
  const evidence = evidenceOf(chain, signer, log)
  const peers = evidence.around(
    peersFrom(chain, signer, limits.peerTimeoutMs, (peer, reason) => {
      metrics.peerMissed.inc({ peer: String(peer) })
      log.debug({ peer, reason }, 'peer gave nothing')
    }),
  )
  const lookout = lookoutOf({ config, markets, signer, peers, evidence, metrics, log })
  const actor = actorOf({ chain, lookout, peers, sender, metrics, log, isDryRun, maxGas: gas.gas })
  const vitals = vitalsOf({ chain, sender, purse, minBalance: ether(limits.minBalanceEther), metrics })
  const { bidding } = config
  const bidder =
    bidding === undefined
      ? undefined
      : bidderOf(chain, sender, BigInt(bidding.account) as AccountId, bidRulesOf(bidding), isDryRun, log)
  const onBroken = (why: string): void => {
    log.fatal({ why }, 'broken')
    process.exit(1)
  }
  const keeper = keeperOf({
    config,
    chain,
    markets,
    signer,
    sender,
    peers,
    lookout,
    actor,
    vitals,
    bidder,
    metrics,
    log,
    onBroken,
  })
  const http = await serveHttp(config.http.host, config.http.port, routesOf(keeper, lookout, metrics))
  process.stdout.write(`${JSON.stringify({ listening: http.url })}\n`)
  keeper.start()

  let isEnding = false
  const end = (why: string): void => {
    if (isEnding) process.exit(1)
    isEnding = true
    log.info({ why }, 'ending')
    setTimeout(() => process.exit(1), DRAIN_MOST).unref()
    void keeper.stop().then(() => {
      markets.close()
      http.close()
      chain.close()
      log.info('ended')
      process.exit(0)
    })
  }
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('SIGINT', () => end('SIGINT'))
  endWithParent(() => end('parent gone'))
}

/** A parent that holds the other end of standard input takes us with it. A terminal or /dev/null is no parent. */
function endWithParent(end: () => void): void {
  if (!isPipe(0)) return
  process.stdin.on('end', end)
  process.stdin.on('error', end)
  process.stdin.resume()
}

function isPipe(descriptor: number): boolean {
  try {
    const input = fstatSync(descriptor)
    return input.isFIFO() || input.isSocket()
  } catch {
    return false // closed: there is nobody at the other end
  }
}

function gwei(amount: number): bigint {
  return BigInt(Math.round(amount * WEI_PER_GWEI))
}

function bidRulesOf(bidding: NonNullable<Config['bidding']>) {
  const { minDiscountShare, maxUseShare, maxFraction, minSaleDiscountShare: least } = bidding
  const maxUse = ether(maxUseShare)
  const sales = least === undefined ? {} : { sales: { minDiscount: ether(least), maxUse } }
  return { minDiscount: ether(minDiscountShare), maxUse, maxFraction: ether(maxFraction), ...sales }
}

function ether(amount: number): bigint {
  return gwei(amount) * 1_000_000_000n
}

/** JSON has no whole numbers as large as ours. */
function withoutBigints(line: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(line, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Record<string, unknown>
}
