// How does another process reach the embedded chain? Over HTTP and WebSocket, as any node; the same question about the same
// state is executed once, however many keepers ask it.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/** What Hardhat's provider and any other node in this process have. */
export type Provider = {
  readonly request: (request: { readonly method: string; readonly params?: unknown[] }) => Promise<unknown>
  readonly on: (event: 'notification', listener: (payload: Notification) => void) => unknown
  readonly off: (event: 'notification', listener: (payload: Notification) => void) => unknown
}

type Notification = { readonly subscription: string; readonly result: unknown }
type Request = { readonly id?: unknown; readonly method: string; readonly params?: unknown[] }

/** Answered by the state of the chain alone, and so the same until the next block. */
const READS = new Set([
  'eth_call',
  'eth_getBlockByNumber',
  'eth_getBlockByHash',
  'eth_getLogs',
  'eth_getCode',
  'eth_getStorageAt',
  'eth_getProof',
  'eth_chainId',
  'eth_blockNumber',
  'eth_gasPrice',
  'eth_feeHistory',
])
/** What changes the state, or starts a block: all that was remembered is forgotten. */
const CHANGES = /^(evm_|hardhat_|eth_send)/

export type RpcServer = { readonly httpUrl: string; readonly wsUrl: string; readonly close: () => Promise<void> }

export type ReadMemory = { readonly request: Provider['request'] }

/** Passes requests on, and reads of one state to the node only once. */
export function rememberReads(node: Provider): ReadMemory {
  let answers = new Map<string, Promise<unknown>>()
  return {
    request: (request) => {
      if (CHANGES.test(request.method)) {
        // Forgotten before and after: a read sent while a block is being mined may have seen either state.
        answers = new Map()
        return node.request(request).finally(() => (answers = new Map()))
      }
      if (!READS.has(request.method)) return node.request(request)
      const key = JSON.stringify([request.method, request.params])
      const known = answers.get(key)
      if (known !== undefined) return known
      const answer = node.request(request)
      answers.set(key, answer)
      answer.catch(() => undefined)
      return answer
    },
  }
}

/** Serves `memory` (requests) and `node` (subscriptions) on a free port of this machine. */
export async function serveRpc(memory: ReadMemory, node: Provider): Promise<RpcServer> {
  const http = createServer((request, response) => void answerHttp(memory, request, response))
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket) => serveSocket(memory, node, socket))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  return {
    httpUrl: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      await new Promise((done) => http.close(done))
    },
  }
}

async function answerHttp(memory: ReadMemory, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = await answerText(memory, Buffer.concat(chunks).toString('utf8'))
  response.setHeader('content-type', 'application/json')
  response.end(text)
}

function serveSocket(memory: ReadMemory, node: Provider, socket: WebSocket): void {
  const subscriptions = new Set<unknown>()
  const forward = (params: Notification) => {
    if (!subscriptions.has(params.subscription)) return
    socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }))
  }
  node.on('notification', forward)
  socket.on('error', () => undefined)
  socket.on('close', () => {
    node.off('notification', forward)
    // A chain that is closed already has no subscriptions left to end.
    for (const id of subscriptions) node.request({ method: 'eth_unsubscribe', params: [id] }).catch(() => undefined)
  })
  socket.on('message', (data) => {
    void answerText(memory, String(data), (id) => subscriptions.add(id)).then((text) => socket.send(text))
  })
}

async function answerText(memory: ReadMemory, text: string, subscribed?: (id: unknown) => void): Promise<string> {
  const requests = parsed(text)
  if (requests === undefined) return JSON.stringify(failure(null, { code: -32700, message: 'not JSON' }))
  if (!Array.isArray(requests)) return JSON.stringify(await answer(memory, requests, subscribed))
  return JSON.stringify(await Promise.all(requests.map((request) => answer(memory, request, subscribed))))
}

function parsed(text: string): Request | Request[] | undefined {
  try {
    return JSON.parse(text) as Request | Request[]
  } catch {
    return undefined
  }
}

async function answer(memory: ReadMemory, request: Request, subscribed?: (id: unknown) => void): Promise<unknown> {
  try {
    const result = await memory.request({ method: request.method, params: request.params ?? [] })
    if (request.method === 'eth_subscribe') subscribed?.(result)
    return { jsonrpc: '2.0', id: request.id ?? null, result }
  } catch (error) {
    return failure(request.id ?? null, error as NodeError)
  }
}

type NodeError = { readonly code?: unknown; readonly message?: string; readonly data?: unknown }

/** Revert data is passed on bare, as other nodes do. */
function failure(id: unknown, error: NodeError): unknown {
  const { data } = error
  const nested = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : undefined
  const code = typeof error.code === 'number' ? error.code : -32603
  return { jsonrpc: '2.0', id, error: { code, message: error.message ?? 'failed', data: nested ?? data } }
}
