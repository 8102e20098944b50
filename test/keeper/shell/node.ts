// A node of a few answers, over HTTP, that can be told to be slow, wrong or away.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Node = {
  readonly url: string
  /** By method: the result, or a function of the parameters that may throw an error with a code. */
  readonly answers: Record<string, unknown>
  readonly asked: string[]
  delayMs: number
  /** Instead of an answer: this text, with this status. */
  broken: { readonly status: number; readonly body: string } | undefined
  readonly close: () => void
}

export async function openNode(answers: Record<string, unknown>): Promise<Node> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] }
      node.asked.push(method)
      const reply = (): void => {
        if (node.broken !== undefined) return void response.writeHead(node.broken.status).end(node.broken.body)
        const answer = node.answers[method]
        response.setHeader('content-type', 'application/json')
        try {
          const result: unknown = typeof answer === 'function' ? (answer as (of: unknown[]) => unknown)(params) : answer
          response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
        } catch (error) {
          response.end(JSON.stringify({ jsonrpc: '2.0', id, error }))
        }
      }
      if (node.delayMs > 0) setTimeout(reply, node.delayMs)
      else reply()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const node: Node = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    asked: [],
    delayMs: 0,
    broken: undefined,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return node
}
