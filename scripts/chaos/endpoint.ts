// How does a keeper reach the chain? One proxy for each keeper and endpoint, which can be told to lag, lie, stall or fall silent.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { RpcError } from './rpcError.ts'

/** What stands behind an endpoint. */
export type Node = {
  /** As it answers whose newest block is `lag` blocks behind; rejects with an `RpcError`. */
  readonly answer: (method: string, params: readonly unknown[], lag: number) => Promise<unknown>
  /** Hears the header of every block as it is mined. */
  readonly onHeader: (listener: (header: unknown) => void) => void
}

/** What becomes of a question instead of its answer. */
export type Fault =
  | { readonly kind: 'close' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'body'; readonly status: number; readonly body: string }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'result'; readonly result: unknown }

/** Sees the question and how to have it answered; undefined lets the true answer through. */
export type Rule = (
  method: string,
  params: readonly unknown[],
  truly: () => Promise<unknown>,
) => Promise<Fault | undefined>

/** What subscribers hear of new heads: each once, none, each twice, or of two the later one first and the other when it is released. */
export type Telling = 'each' | 'none' | 'twice' | 'shuffled'

export type Endpoint = {
  readonly url: string
  /** The same node over a socket, on which it tells of new heads by itself. */
  readonly socketUrl: string
  node: Node
  /** Blocks by which its head is behind. */
  lag: number
  delayMs: number
  rule: Rule | undefined
  telling: Telling
  /** Tells the head that was held back. */
  readonly release: () => void
  /** Sockets that have subscribed. */
  readonly subscribers: () => number
  /** Cuts every connection; who comes again is let in. */
  readonly cut: () => void
  readonly close: () => void
}

type Question = { readonly id: number; readonly method: string; readonly params?: readonly unknown[] }
type Reply = Exclude<Fault, { readonly kind: 'result' | 'error' }> | { readonly kind: 'answer'; readonly text: string }

export async function openEndpoint(first: Node): Promise<Endpoint> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => void replyTo(JSON.parse(body) as Question).then((reply) => respond(response, reply)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const sockets = new WebSocketServer({ server })
  const subscribers = new Set<WebSocket>()
  let held: unknown
  sockets.on('connection', (socket) => {
    socket.on('close', () => subscribers.delete(socket))
    socket.on('error', () => socket.terminate())
    socket.on('message', (data: Buffer) => {
      const question = JSON.parse(data.toString()) as Question
      if (question.method === 'eth_subscribe') {
        subscribers.add(socket)
        return socket.send(textOf(question.id, { result: SUBSCRIPTION }))
      }
      void replyTo(question).then((reply) => respondOver(socket, reply))
    })
  })
  hearFrom(first)

  /** As the node behind it tells of its blocks. */
  function hearFrom(node: Node): void {
    node.onHeader((header) => {
      if (endpoint.node !== node || endpoint.telling === 'none') return
      if (endpoint.telling === 'each') return tell([header])
      if (endpoint.telling === 'twice') return tell([header, header])
      if (held === undefined) held = header
      else tell([header])
    })
  }

  function tell(headers: readonly unknown[]): void {
    for (const result of headers) {
      const params = { subscription: SUBSCRIPTION, result }
      const text = JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params })
      for (const socket of subscribers) socket.send(text)
    }
  }

  async function replyTo({ id, method, params = [] }: Question): Promise<Reply> {
    const truly = (): Promise<unknown> => endpoint.node.answer(method, params, endpoint.lag)
    if (endpoint.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, endpoint.delayMs))
    const answer = (content: object): Reply => ({ kind: 'answer', text: textOf(id, content) })
    try {
      const fault = await endpoint.rule?.(method, params, truly)
      if (fault === undefined) return answer({ result: await truly() })
      if (fault.kind === 'error') return answer({ error: { code: fault.code, message: fault.message } })
      return fault.kind === 'result' ? answer({ result: fault.result }) : fault
    } catch (cause) {
      const code = cause instanceof RpcError ? cause.code : -32603
      const data = cause instanceof RpcError && cause.data !== undefined ? { data: cause.data } : {}
      return answer({ error: { code, message: cause instanceof Error ? cause.message : String(cause), ...data } })
    }
  }

  const { port } = server.address() as AddressInfo
  const cut = (): void => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
  }
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${port}`,
    socketUrl: `ws://127.0.0.1:${port}`,
    node: first,
    lag: 0,
    delayMs: 0,
    rule: undefined,
    telling: 'each',
    release: () => {
      if (held !== undefined) tell([held])
      held = undefined
    },
    subscribers: () => subscribers.size,
    cut,
    close: () => {
      cut()
      sockets.close()
      server.close()
    },
  }
  return endpoint
}

const SUBSCRIPTION = '0x1'
const textOf = (id: number, content: object): string => JSON.stringify({ jsonrpc: '2.0', id, ...content })

function respond(response: ServerResponse, reply: Reply): void {
  if (reply.kind === 'hang') return
  if (reply.kind === 'close') return void response.destroy()
  if (reply.kind === 'body') return void response.writeHead(reply.status).end(reply.body)
  response.setHeader('content-type', 'application/json')
  response.end(reply.text)
}

function respondOver(socket: WebSocket, reply: Reply): void {
  if (reply.kind === 'hang') return
  if (reply.kind === 'close') return socket.terminate()
  socket.send(reply.kind === 'body' ? reply.body : reply.text)
}
