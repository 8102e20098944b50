// How are several nodes asked as if they were one? What decides is asked of two, and of a third where they differ; of all where proofs decide.
import { createClient, custom, http, webSocket } from 'viem'
import type { Client, Hex, Transport } from 'viem'
import {
  agreedHead,
  answered,
  disproven,
  failed,
  heard,
  inOrder,
  isBanned,
  isFailing,
  openQuestions,
  outvoted,
  UNKNOWN,
  verdict,
  withVoice,
} from '../core/endpoints.ts'
import type { Answer, Reputation } from '../core/endpoints.ts'
import type { Head } from '../core/view.ts'
import { refusalOf } from '../../sdk/protocol/errors.ts'
import type { Witnesses } from './ground.ts'
import { watchHeads } from './heads.ts'
import type { CallRequest, Prover } from './prover.ts'

export type EndpointState = {
  /** Its place in the settings and its host: an address may hold a secret. */
  readonly name: string
  readonly newest: number
  readonly penalty: number
  readonly latencyMs: number
  readonly isBanned: boolean
}

/** What became known of an endpoint. */
export type EndpointFault = {
  readonly endpoint: string
  readonly fault: 'outvoted' | 'disproven' | 'failed' | 'alone'
  readonly about: string
}

export type Endpoints = {
  /** For a client that need not know that there are several. */
  readonly transport: Transport
  readonly requests: () => number
  readonly chainIds: () => Promise<readonly number[]>
  /** What the call would answer under block `hash`; on proven state where the operator asks for proofs. */
  readonly simulate: (call: CallRequest, hash: Hex) => Promise<Hex>
  readonly watch: (onHead: (head: Head) => void, onError: (cause: unknown) => void) => () => void
  readonly latest: () => Head | undefined
  readonly states: () => readonly EndpointState[]
  readonly close: () => void
}

export type EndpointOptions = {
  readonly pollMs: number
  /** Where transactions go first; others see them only if they stay unmined. */
  readonly privateUrl?: string | undefined
  readonly onFault?: (fault: EndpointFault) => void
  /** Only where the operator wants state proven: what is simulated, and what endpoints differ on, is then run on proofs. */
  readonly proverOf?: ((witnesses: Witnesses) => Prover) | undefined
}

/** [ms] */
const REQUEST_TIMEOUT = 5_000
const RECONNECT = { attempts: 1_000_000, delay: 500 }
/** [ms] One that is slower than this, and than four times its usual, is not waited for: the next is asked too. */
const PATIENCE_LEAST = 250

type Request = { readonly method: string; readonly params?: unknown }
type Settled = Answer & { readonly result?: unknown; readonly error?: unknown }

export function endpointsAt(
  urls: readonly string[],
  { pollMs, privateUrl, onFault = () => undefined, proverOf }: EndpointOptions,
): Endpoints {
  const clients = urls.map(clientAt)
  const hidden = privateUrl === undefined ? undefined : clientAt(privateUrl)
  const names = urls.map((url, place) => `${place} ${new URL(url).host}`)
  let reputations: readonly Reputation[] = urls.map(() => UNKNOWN)
  let requests = 0
  let last: Head | undefined
  const now = (): number => performance.now()
  const change = (place: number, by: (it: Reputation) => Reputation): void => {
    reputations = reputations.map((it, at) => (at === place ? by(it) : it))
  }

  /** One endpoint's answer; a refusal by the chain is an answer like any other. */
  async function ask(place: number, request: Request): Promise<Settled> {
    const begun = now()
    requests += 1
    try {
      const result = await requestOf(clients[place]!, request)
      change(place, (it) => answered(it, now() - begun))
      return { place, text: textOf(request, result), result }
    } catch (error) {
      const refusal = refusalText(error)
      if (refusal === undefined) {
        change(place, failed)
        throw error
      }
      change(place, (it) => answered(it, now() - begun))
      return { place, text: refusal, error }
    }
  }

  async function agreed(request: Request): Promise<unknown> {
    const order = withVoice(reputations, now(), numberIn(request))
    const need = Math.min(2, order.length)
    const answers: Settled[] = []
    let lastError: unknown
    const waiting = new Set<Promise<void>>()
    const start = (place: number): void => {
      const asked: Promise<void> = ask(place, request)
        .then((answer) => void answers.push(answer))
        .catch((cause: unknown) => {
          lastError = cause
          onFault({ endpoint: names[place]!, fault: 'failed', about: request.method })
        })
        .finally(() => waiting.delete(asked))
      waiting.add(asked)
    }
    for (let next = 0; ;) {
      while (next < order.length && answers.length + waiting.size < need) start(order[next++]!)
      const found = verdict(answers, need)
      if (found !== undefined) return conclude(request, answers, found)
      if (waiting.size === 0 && next === order.length) break
      const slowest = Math.max(
        PATIENCE_LEAST,
        ...order.slice(0, next).map((place) => 4 * reputations[place]!.latencyMs),
      )
      const isQuiet = await Promise.race(
        [...waiting].map((it) => it.then(() => false)).concat(waiting.size === 0 ? [] : [quiet(slowest)]),
      )
      // Two that differ, or one that is silent: the next one decides.
      if ((isQuiet === true || waiting.size === 0) && verdict(answers, need) === undefined && next < order.length)
        start(order[next++]!)
    }
    if (answers.length === 1) {
      // The others are away: what one says is better than a duty missed, and the chain checks whatever is sent.
      onFault({ endpoint: names[answers[0]!.place]!, fault: 'alone', about: request.method })
      return outcomeOf(answers[0]!)
    }
    if (answers.length > 1) throw new Error(`endpoints disagree on ${request.method}`)
    throw lastError
  }

  // ---- what is proven ------------------------------------------------------------------------------------------

  const prove = proverOf?.({
    order: () => inOrder(reputations, now(), undefined),
    ask: async (place, method, params) => {
      requests += 1
      return requestOf(clients[place]!, { method, params })
    },
    onDisproven: disprove,
  })

  function isProvable(request: Request): boolean {
    return prove !== undefined && request.method === 'eth_call' && isPinned(request)
  }

  /** Of all, since one that is honest suffices for a lie to be noticed: where they differ, the state decides. */
  async function provable(request: Request): Promise<unknown> {
    const places = withVoice(reputations, now(), undefined)
    const answers = places.length < 2 ? [] : await answersOfAll(places, request)
    if (answers.length < 2) return agreed(request)
    const found = verdict(answers, answers.length)
    if (found !== undefined) return conclude(request, answers, found)
    return byProof(request, answers).catch((cause: unknown) => {
      // A chain of other rules, or nodes that prove nothing: what most say is what it would be without proofs.
      const most = verdict(answers, 2)
      if (most === undefined) throw cause
      return conclude(request, answers, most)
    })
  }

  /** What came within four times what is usual of the slowest; whoever fails all the time is not waited for. */
  async function answersOfAll(places: readonly number[], request: Request): Promise<readonly Settled[]> {
    const answers: Settled[] = []
    const asked = places.map((place) => ({
      isFailing: isFailing(reputations[place]!),
      patience: Math.max(PATIENCE_LEAST, 4 * reputations[place]!.latencyMs),
      end: ask(place, request).then(
        (answer) => void answers.push(answer),
        () => onFault({ endpoint: names[place]!, fault: 'failed', about: request.method }),
      ),
    }))
    const waited = asked.filter((one) => !one.isFailing)
    await Promise.race([
      Promise.all(waited.map(({ end }) => end)),
      quiet(Math.max(...waited.map(({ patience }) => patience))),
    ])
    return [...answers]
  }

  async function simulate(call: CallRequest, hash: Hex): Promise<Hex> {
    const request = { method: 'eth_call', params: [call, { blockHash: hash, requireCanonical: true }] }
    return (await (isProvable(request) ? byProof(request, []) : agreed(request))) as Hex
  }

  /**
   * What the proven state answers, once an endpoint says the same: a chain by other rules than are known here would else make liars
   * of all. Those of `answers`, and those asked before the one that does, who say otherwise are dropped.
   */
  async function byProof(request: Request, answers: readonly Settled[]): Promise<unknown> {
    const truth = await settledProof(request)
    const heard = [...answers]
    for (const place of inOrder(reputations, now(), undefined)) {
      if (heard.some(({ text }) => text === truth.text)) break
      if (answers.some((one) => one.place === place)) continue
      const answer = await ask(place, request).catch(() => undefined)
      if (answer !== undefined) heard.push(answer)
    }
    if (!heard.some(({ text }) => text === truth.text))
      throw new Error(`no endpoint says of ${request.method} what the state proves`)
    for (const { place } of heard.filter(({ text }) => text !== truth.text)) disprove(place, request.method)
    return outcomeOf(truth)
  }

  async function settledProof(request: Request): Promise<Settled> {
    const [call, { blockHash }] = request.params as readonly [CallRequest, { readonly blockHash: Hex }]
    const place = -1
    try {
      const result = await prove!(call, blockHash)
      return { place, text: textOf(request, result), result }
    } catch (error) {
      const refusal = refusalText(error)
      if (refusal === undefined) throw error
      return { place, text: refusal, error }
    }
  }

  function disprove(place: number, about: string): void {
    change(place, (it) => disproven(it, now()))
    onFault({ endpoint: names[place]!, fault: 'disproven', about })
  }

  function conclude(
    request: Request,
    answers: readonly Settled[],
    found: NonNullable<ReturnType<typeof verdict>>,
  ): unknown {
    for (const place of found.against) {
      change(place, (it) => outvoted(it, isPinned(request), now()))
      onFault({ endpoint: names[place]!, fault: 'outvoted', about: request.method })
    }
    return outcomeOf(answers.find(({ text }) => text === found.text)!)
  }

  /** To all, so that no single one can keep it from the chain; taken where one takes it. */
  async function broadcast(request: Request): Promise<unknown> {
    const [raw, isOpen] = request.params as readonly [Hex, boolean?]
    const to = hidden !== undefined && isOpen !== true ? [hidden] : clients
    requests += to.length
    const sent = await Promise.allSettled(
      to.map((client) => requestOf(client, { method: request.method, params: [raw] })),
    )
    const taken = sent.find((one) => one.status === 'fulfilled')
    if (taken !== undefined) return taken.value
    throw sent
      .map((one) => (one.status === 'rejected' ? (one.reason as unknown) : undefined))
      .find((cause) => cause !== undefined)
  }

  function request(asked: Request): Promise<unknown> {
    if (asked.method === 'eth_sendRawTransaction') return broadcast(asked)
    return isProvable(asked) ? provable(asked) : agreed(asked)
  }

  function watch(onHead: (head: Head) => void, onError: (cause: unknown) => void): () => void {
    const asking = new Set<string>()
    const hear = (place: number, head: Head): void => {
      change(place, (it) => heard(it, head))
      const found = agreedHead(reputations, now())
      if (found !== undefined && found.hash !== last?.hash) onHead((last = found))
      for (const { place: whom, number } of openQuestions(reputations, now())) {
        const key = `${whom}:${number}`
        if (asking.has(key)) continue
        asking.add(key)
        requests += 1
        requestOf(clients[whom]!, { method: 'eth_getBlockByNumber', params: [`0x${number.toString(16)}`, false] })
          .then((block) => {
            if (block !== null) confirm(whom, headOf(block as Header))
          }, onError)
          .finally(() => asking.delete(key))
      }
    }
    const confirm = (place: number, head: Head): void => {
      // A block of its past, not its newest: put in among what was heard of it.
      change(place, (it) => ({ ...it, heads: withPast(it.heads, head) }))
      const found = agreedHead(reputations, now())
      if (found !== undefined && found.hash !== last?.hash && found.number >= (last?.number ?? 0n))
        onHead((last = found))
    }
    const stops = clients.map((client, place) =>
      watchHeads(client, urls[place]!.startsWith('ws'), pollMs, {
        onHead: (header) => hear(place, headOf(header)),
        onRequest: () => (requests += 1),
        onError: (cause) => {
          change(place, failed)
          onError(cause)
        },
      }),
    )
    return () => {
      for (const stop of stops) stop()
    }
  }

  return {
    transport: custom({ request }, { retryCount: 0 }),
    requests: () => requests,
    chainIds: async () => {
      const ids = await Promise.allSettled(clients.map((client) => requestOf(client, { method: 'eth_chainId' })))
      const known = ids.flatMap((one) => (one.status === 'fulfilled' ? [Number(one.value)] : []))
      if (known.length === 0) throw (ids[0] as PromiseRejectedResult).reason
      return known
    },
    simulate,
    watch,
    latest: () => last,
    states: () =>
      reputations.map((it, place) => ({
        name: names[place]!,
        newest: Number(it.heads.at(-1)?.number ?? 0n),
        penalty: it.penalty,
        latencyMs: it.latencyMs,
        isBanned: isBanned(it, now()),
      })),
    close: () => {
      for (const client of clients) void closeSocket(client)
      if (hidden !== undefined) void closeSocket(hidden)
    },
  }
}

function clientAt(url: string): Client {
  const transport = url.startsWith('ws')
    ? webSocket(url, { reconnect: RECONNECT, timeout: REQUEST_TIMEOUT, retryCount: 0 })
    : http(url, { timeout: REQUEST_TIMEOUT, retryCount: 0 })
  return createClient({ transport, cacheTime: 0 })
}

function requestOf(client: Client, request: Request): Promise<unknown> {
  return (client.request as (request: Request, options: object) => Promise<unknown>)(request, { retryCount: 0 })
}

async function closeSocket(client: Client): Promise<void> {
  const transport = client.transport as { getRpcClient?: () => Promise<{ close: () => void }> }
  const socket = await transport.getRpcClient?.().catch(() => undefined)
  socket?.close()
}

function outcomeOf({ result, error }: Settled): unknown {
  if (error !== undefined) throw error
  return result
}

/** Resolves to true. */
function quiet(ms: number): Promise<boolean> {
  return new Promise((resolve) => setTimeout(() => resolve(true), ms).unref())
}

// ---- what is compared ------------------------------------------------------------------------------------------

type Fields = Readonly<Record<string, unknown>>

/** The parts that must be alike: nodes add others of their own. */
function textOf({ method }: Request, result: unknown): string {
  const pick = (value: unknown, names: readonly string[]): unknown =>
    value === null || typeof value !== 'object' ? value : names.map((name) => (value as Fields)[name])
  switch (method) {
    case 'eth_getLogs':
      return JSON.stringify(
        (result as readonly Fields[]).map((log) => pick(log, ['address', 'topics', 'data', 'blockHash'])),
      )
    case 'eth_getBlockByNumber':
    case 'eth_getBlockByHash':
      return JSON.stringify(pick(result, ['hash']))
    case 'eth_getTransactionReceipt':
      return JSON.stringify(pick(result, ['blockHash', 'status', 'gasUsed']))
    default:
      return JSON.stringify(result)
  }
}

/** What the chain itself said no with; undefined where the node merely failed to answer. */
function refusalText(error: unknown): string | undefined {
  const refusal = refusalOf(error)
  if (refusal !== undefined) return `refused ${refusal.name} ${refusal.args.map(String).join()}`
  return /revert|out of gas|invalid opcode/i.test(String(error)) ? 'reverted' : undefined
}

/** Whether the question names its block by hash: honest nodes cannot differ. */
function isPinned({ params }: Request): boolean {
  return Array.isArray(params) && params.some((one) => typeof one === 'object' && one !== null && 'blockHash' in one)
}

/** The block that a question is about, where it names one by number. */
function numberIn({ method, params }: Request): bigint | undefined {
  if (!Array.isArray(params)) return undefined
  const named =
    method === 'eth_getLogs'
      ? (params[0] as Fields)['toBlock']
      : params.find((one) => /^0x[0-9a-f]{1,15}$/.test(String(one)))
  return typeof named === 'string' && /^0x[0-9a-f]{1,15}$/.test(named) ? BigInt(named) : undefined
}

type Header = Readonly<Record<string, Hex>>

function headOf(header: Header): Head {
  const { number, hash, parentHash, timestamp, baseFeePerGas } = header
  if (number === undefined || hash === undefined || parentHash === undefined)
    throw new TypeError('a head has a number and hashes')
  return { number: BigInt(number), hash, parentHash, time: Number(timestamp), baseFee: BigInt(baseFeePerGas ?? '0x0') }
}

function withPast(heads: readonly Head[], head: Head): readonly Head[] {
  const others = heads.filter(({ number }) => number !== head.number)
  return [...others, head].toSorted((a, b) => Number(a.number - b.number))
}
