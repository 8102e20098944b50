// In which world do the keepers stand? Chain, proxies, venues and five processes of the keeper itself, a block at a time.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keccak256, toHex } from 'viem'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { chainOf, ITEM_GAS, putting } from './chain.ts'
import type { Block, Chain } from './chain.ts'
import { openEndpoint } from './endpoint.ts'
import type { Endpoint, Rule } from './endpoint.ts'
import { accountOf, ADDRESSES, CHAIN_ID, SPOT, START, withHealth } from './universe.ts'
import type { Account, State } from './universe.ts'
import { openVenues, PAIR } from './venues.ts'
import type { Venues } from './venues.ts'

export type LogLine = Readonly<Record<string, unknown>>

export type Keeper = {
  readonly id: number
  readonly sender: Hex
  readonly endpoints: readonly Endpoint[]
  process: ChildProcess | undefined
  /** Decision log, of all its lives. */
  readonly log: LogLine[]
  /** What it has written that is no log line: secrets must not be in it either. */
  raw: string
}

/** How a keeper's process is started, where it is not as ever. */
export type Manner = {
  /** Endpoints over sockets instead of HTTP. */
  readonly isOverSockets?: boolean
  /** A module, as text, that runs in the process before the keeper does. */
  readonly preload?: string
  /** What the shell lays down before: `ulimit -n 64`. */
  readonly shell?: string
  readonly env?: Readonly<Record<string, string>>
  /** Whatever it writes finds the disk full; its log is lost. */
  readonly isDiskFull?: boolean
  /** Of its settings, instead of those of the rest. */
  readonly limits?: object
}

export type World = {
  readonly chain: Chain
  readonly venues: Venues
  readonly keepers: readonly Keeper[]
  /** Lets the venues tell, mines, and waits until those that can have decided, however busy the machine is. */
  readonly step: (seconds?: number) => Promise<Block>
  readonly start: (keeper: Keeper, manner?: Manner) => Promise<void>
  readonly kill: (keeper: Keeper, signal: NodeJS.Signals) => Promise<number | null>
  /** New accounts, due from the next block on. */
  readonly makeDue: (count: number, units?: number, changed?: Partial<Account>) => readonly Account[]
  readonly everywhere: (rule: Rule | undefined, endpoints?: readonly number[]) => void
  readonly ask: (keeper: Keeper, path: string) => Promise<{ readonly status: number; readonly text: string }>
  /** The newest block that it has decided on. */
  readonly decidedBy: (keeper: Keeper) => Promise<number>
  readonly heal: () => void
  /** The keys of a keeper: for whoever else may have them. */
  readonly keysOf: (keeper: Keeper) => { readonly sender: Hex; readonly signer: Hex }
  /** Where its peers ask it. */
  readonly portOf: (keeper: Keeper) => number
  readonly close: () => Promise<void>
}

const ROOT = join(import.meta.dirname, '../..')
const ENDPOINTS = 3
const ETHER = 10n ** 18n
/** [ms] */
const START_MOST = 90_000
const ASK_MOST = 3_000
const ASK_TRIES = 5
/** Of what the quickest takes to decide, now and lately: whoever takes so many times as long cannot, and gets less until it can again. */
const SLOWER_MOST = 20
const SLOWER_MOST_UNABLE = 4
const PATIENCE_LEAST = 2_000
const PATIENCE_MOST = 30_000
const LOOK_AGAIN = 40
/** A peer is not away because the machine has more to do than processors. */
const PEER_TIMEOUT = 1_500

const keyOf = (seed: number, name: string): Hex => keccak256(toHex(`chaos ${seed} ${name}`))

export async function openWorld(seed: number, count: number, settings: object = {}): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
  const venues = await openVenues('200.00')
  const ids = Array.from({ length: count }, (_, index) => index + 1)
  const ports = new Map<number, number>()
  const keys = new Map(
    ids.map((id) => [id, { sender: keyOf(seed, `sender ${id}`), signer: keyOf(seed, `signer ${id}`) }]),
  )
  const senderOf = (id: number): Hex => privateKeyToAccount(keys.get(id)!.sender).address.toLowerCase() as Hex
  // Below 32,768: above it a connection of anybody's may have the port already.
  for (const id of ids) ports.set(id, 20_000 + ((seed * 131 + id * 17 + process.pid) % 12_000))
  const first: State = {
    accounts: new Map([accountOf(0)].map((it) => [it.id, withHealth({ price: SPOT } as State, it, START, 500)])),
    price: SPOT,
    doubt: undefined,
    newest: START,
    open: undefined,
    keepers: ids.map((id) => ({
      id,
      signer: privateKeyToAccount(keys.get(id)!.signer).address,
      sender: senderOf(id),
      endpoint: `http://127.0.0.1:${ports.get(id)}`,
    })),
    epoch: 1,
    seed: keccak256(toHex(seed)),
    punished: [],
    isDead: false,
  }
  const chain = chainOf(first)
  for (const id of ids) chain.balances.set(senderOf(id), 100n * ETHER)
  const keepers: readonly Keeper[] = await Promise.all(
    ids.map(async (id) => ({
      id,
      sender: senderOf(id),
      endpoints: await Promise.all(Array.from({ length: ENDPOINTS }, () => openEndpoint(chain))),
      process: undefined,
      log: [],
      raw: '',
    })),
  )
  let made = 0
  let pace = 0
  const unable = new Set<Keeper>()

  function configOf(keeper: Keeper, { isOverSockets = false, limits = {} }: Manner): string {
    const own = join(directory, `keeper-${keeper.id}`)
    mkdirSync(own, { recursive: true })
    const file = (name: string, text: string): void => writeFileSync(join(own, name), text, { mode: 0o600 })
    file('sender.key', keys.get(keeper.id)!.sender)
    file('signing.key', keys.get(keeper.id)!.signer)
    const feeds = venues.urls.map((url, at) => ({ venue: `venue${at}`, url, pair: PAIR }))
    const config = {
      rpcUrls: keeper.endpoints.map(({ url, socketUrl }) => (isOverSockets ? socketUrl : url)),
      chainId: CHAIN_ID,
      deployment: { blockNumber: 0, addresses: ADDRESSES },
      senderKey: { file: 'sender.key' },
      signingKey: { file: 'signing.key' },
      underlyings: [{ underlying: 1, symbol: 'ETH', feeds }],
      http: { host: '127.0.0.1', port: ports.get(keeper.id) },
      limits: {
        pollMs: 60,
        maxHeadSilenceMs: 1_500,
        maxFeePerGasGwei: 1_000,
        maxGasPerTransaction: 12_000_000,
        peerTimeoutMs: PEER_TIMEOUT,
        ...settings,
        ...limits,
      },
    }
    file('keeper.json', JSON.stringify(config))
    return join(own, 'keeper.json')
  }

  function spawned(keeper: Keeper, manner: Manner): ChildProcess {
    const { preload, shell, env, isDiskFull = false } = manner
    const before = preload === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(preload)}`]
    const words = [process.execPath, ...before, 'keeper/main.ts', '--config', configOf(keeper, manner)]
    const [command, ...rest] = shell === undefined ? words : ['sh', '-c', `${shell} && exec "$0" "$@"`, ...words]
    const full = isDiskFull ? openSync('/dev/full', 'w') : undefined
    const out = full ?? ('pipe' as const)
    const options = { cwd: ROOT, env: { ...process.env, ...env } }
    const child = spawn(command!, rest, { ...options, stdio: ['ignore', out, out] })
    if (full !== undefined) closeSync(full)
    return child
  }

  async function start(keeper: Keeper, manner: Manner = {}): Promise<void> {
    const child = spawned(keeper, manner)
    keeper.process = child
    unable.delete(keeper)
    let rest = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      keeper.raw += text
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('{')) keeper.log.push(JSON.parse(line) as LogLine)
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (keeper.raw += text))
    const until = performance.now() + START_MOST
    while (performance.now() < until && child.exitCode === null) {
      const answer = await ask(keeper, '/status').catch(() => undefined)
      if (answer?.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN))
    }
    throw new Error(`keeper ${keeper.id} does not start: ${keeper.raw.slice(-500)}`)
  }

  async function kill(keeper: Keeper, signal: NodeJS.Signals): Promise<number | null> {
    const child = keeper.process
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null
    child.kill(signal)
    if (signal === 'SIGSTOP') unable.add(keeper)
    if (signal === 'SIGCONT') unable.delete(keeper)
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return null
    const [code] = (await once(child, 'exit')) as [number | null]
    keeper.process = undefined
    return code
  }

  async function ask({ id }: Keeper, path: string) {
    const response = await fetch(`http://127.0.0.1:${ports.get(id)}${path}`, {
      signal: AbortSignal.timeout(ASK_MOST),
    })
    return { status: response.status, text: await response.text() }
  }

  async function step(seconds?: number): Promise<Block> {
    await venues.tell(chain.newest().time + (seconds ?? 12))
    const block = await chain.mine(seconds)
    await everybodyDecided(block.number)
    return block
  }

  /** Until the first has decided nobody is late, whatever the machine does. */
  async function everybodyDecided(number: number): Promise<void> {
    const begun = performance.now()
    const spent = (): number => performance.now() - begun
    let quickest: number | undefined
    const patienceWith = (keeper: Keeper): number => {
      if (quickest === undefined) return PATIENCE_MOST
      const times = unable.has(keeper) ? SLOWER_MOST_UNABLE : SLOWER_MOST
      return Math.min(PATIENCE_MOST, Math.max(PATIENCE_LEAST, times * Math.max(pace, quickest)))
    }
    const untilDecided = async (keeper: Keeper): Promise<void> => {
      while (isRunning(keeper) && spent() < patienceWith(keeper)) {
        const decided = await ask(keeper, `/status?after=${number}`).then(decidedIn, () => 0)
        if (decided >= number) {
          quickest ??= spent()
          unable.delete(keeper)
          return
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN))
      }
      unable.add(keeper)
    }
    await Promise.all(keepers.map(untilDecided))
    if (quickest !== undefined) pace = 0.8 * pace + 0.2 * quickest
  }

  async function decidedBy(keeper: Keeper): Promise<number> {
    for (let tries = 1; ; tries++) {
      const answer = await ask(keeper, '/status').catch((cause: unknown) => {
        if (tries === ASK_TRIES) throw cause
      })
      if (answer !== undefined) return decidedIn(answer)
    }
  }

  return {
    chain,
    venues,
    keepers,
    step,
    start,
    kill,
    ask,
    decidedBy,
    makeDue: (wanted, units = -5, changed = {}) => {
      const { state, time } = chain.newest()
      const accounts = Array.from({ length: wanted }, () =>
        withHealth(state, accountOf((made += 1), changed), time + 12, units),
      )
      chain.change(adding(accounts))
      return accounts
    },
    everywhere: (rule, endpoints = [0, 1, 2]) => {
      for (const keeper of keepers) for (const at of endpoints) keeper.endpoints[at]!.rule = rule
    },
    keysOf: ({ id }) => keys.get(id)!,
    portOf: ({ id }) => ports.get(id)!,
    heal: () => {
      unable.clear()
      for (const { endpoints } of keepers) {
        for (const endpoint of endpoints)
          Object.assign(endpoint, { node: chain, rule: undefined, lag: 0, delayMs: 0, telling: 'each' })
      }
      venues.prices.fill('200.00')
      venues.skews.fill(0)
      chain.baseFee = 10n ** 9n
      chain.itemGas = ITEM_GAS
      for (const { sender } of keepers) chain.balances.set(sender, 100n * ETHER)
    },
    close: async () => {
      await Promise.all(keepers.map((keeper) => kill(keeper, 'SIGKILL')))
      for (const { endpoints } of keepers) for (const endpoint of endpoints) endpoint.close()
      venues.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const isRunning = ({ process: child }: Keeper): boolean => child !== undefined && child.exitCode === null

function decidedIn({ text }: { readonly text: string }): number {
  try {
    return (JSON.parse(text) as { readonly decidedBlock: number }).decidedBlock
  } catch {
    return 0 // it is asked for too much at once
  }
}

/** New accounts, with the events that make them known. */
function adding(accounts: readonly Account[]): Parameters<Chain['change']>[0] {
  const put = putting(accounts.map((account) => ({ ...account, version: 2 })))
  return (state, time) => {
    const { state: next, logs = [] } = put(state, time)
    const positions = accounts.flatMap(({ id, positions: held }) =>
      held.map(({ series, size }) => ({
        contract: 'ledger' as const,
        event: 'PositionChanged',
        args: { account: id, series, size, version: 1n },
      })),
    )
    return { state: next, logs: [...positions, ...logs] }
  }
}
