// One keeper: watches the markets, signs what it sees, and does what is due when it is its turn.
import { fstatSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { actorOf } from './shell/actor.ts'
import { chainAt } from './shell/chain.ts'
import { isRefusal, readConfig } from './shell/config.ts'
import type { Config } from './shell/config.ts'
import { openMarkets } from './shell/feeds/markets.ts'
import { serveHttp } from './shell/http.ts'
import { keeperOf } from './shell/keeper.ts'
import { lookoutOf } from './shell/lookout.ts'
import { keeperMetrics } from './shell/metrics.ts'
import { peersFrom } from './shell/peers.ts'
import { routesOf } from './shell/routes.ts'
import { senderFor } from './shell/sender.ts'
import { signerFor } from './shell/signer.ts'

const HELP = `Usage: node keeper/main.ts --config FILE [options]

Watches venues and chain, signs its own prices, and does what is due when it is its turn:
reports, surfaces, margin calls, cures, auctions, settlement.

Options:
  --config FILE   settings, one JSON file; docs/RUNBOOK.md lists every field
  --check         check the settings, and end
  --dry-run       decide and simulate nothing, send nothing: log what would be sent
  --help          this text

Answers over HTTP:
  /observation /surface   what it signed for a round, for other keepers
  /status /metrics        what it does, as JSON and for Prometheus
  /live /ready            200, or 503 and why

Ends within 8 s on SIGINT or SIGTERM, at once on a second one, and when a parent that holds its standard input ends.
Exit codes: 0 ended as asked, 1 failed, 2 settings refused.
`

/** [ms] */
const DRAIN_MOST = 8_000
const WEI_PER_GWEI = 1_000_000_000

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    check: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
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
  else if (values.check) process.stdout.write('settings: all as they should be\n')
  else await run(config, values['dry-run'])
}

function refuse(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = 2
}

async function run(config: Config, isDryRun: boolean): Promise<void> {
  const log = pino({ level: config.logLevel, formatters: { log: withoutBigints } }, pino.destination(2))
  const { deployment, limits } = config
  const chain = chainAt(config.rpcUrls, deployment.addresses, limits.pollMs)
  const chainId = await chain.chainId()
  if (chainId !== config.chainId) {
    log.fatal({ expected: config.chainId, found: chainId }, 'the node is of another chain')
    process.exit(1)
  }
  const metrics = keeperMetrics()
  const signer = signerFor(deployment, config.signingKey)
  const gas = {
    cap: gwei(limits.maxFeePerGasGwei),
    tip: gwei(limits.priorityFeeGwei),
    gas: BigInt(limits.maxGasPerTransaction),
  }
  const sender = senderFor(chain, config.senderKey, chainId, gas)
  const markets = openMarkets(config, (fault) => log.debug(fault, 'feed'))
  const peers = peersFrom(chain, signer, limits.peerTimeoutMs, (peer, reason) => {
    metrics.peerMissed.inc({ peer: String(peer) })
    log.debug({ peer, reason }, 'peer gave nothing')
  })
  const lookout = lookoutOf({ config, markets, signer, peers, metrics, log })
  const actor = actorOf({ chain, lookout, peers, sender, metrics, log, isDryRun })
  const keeper = keeperOf({ config, chain, markets, signer, sender, peers, lookout, actor, metrics, log })
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

/** JSON has no whole numbers as large as ours. */
function withoutBigints(line: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(line, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Record<string, unknown>
}
