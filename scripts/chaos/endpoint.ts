// How does a keeper reach the chain? One proxy for each keeper and endpoint, which can be told to lag, lie, stall or fall silent.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RpcError } from './chain.ts'
import type { Chain } from './chain.ts'

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

export type Endpoint = {
  readonly url: string
  /** Blocks by which its head is behind. */
  lag: number
  delayMs: number
  rule: Rule | undefined
  readonly close: () => void
}

export async function openEndpoint(chain: Chain): Promise<Endpoint> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: readonly unknown[] }
      void answer(id, method, params ?? [], response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function answer(
    id: number,
    method: string,
    params: readonly unknown[],
    response: ServerResponse,
  ): Promise<void> {
    const truly = (): Promise<unknown> => {
      const blocks = chain.blocks()
      const head = blocks[Math.max(0, blocks.length - 1 - endpoint.lag)]!
      return chain.request(method, params, head)
    }
    if (endpoint.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, endpoint.delayMs))
    try {
      const fault = await endpoint.rule?.(method, params, truly)
      if (fault === undefined) return end(response, { id, result: await truly() })
      if (fault.kind === 'close') return void response.destroy()
      if (fault.kind === 'hang') return
      if (fault.kind === 'body') return void response.writeHead(fault.status).end(fault.body)
      if (fault.kind === 'error') return end(response, { id, error: { code: fault.code, message: fault.message } })
      return end(response, { id, result: fault.result })
    } catch (cause) {
      const code = cause instanceof RpcError ? cause.code : -32603
      const data = cause instanceof RpcError && cause.data !== undefined ? { data: cause.data } : {}
      end(response, { id, error: { code, message: cause instanceof Error ? cause.message : String(cause), ...data } })
    }
  }

  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lag: 0,
    delayMs: 0,
    rule: undefined,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return endpoint
}

function end(response: ServerResponse, answer: object): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ jsonrpc: '2.0', ...answer }))
}
