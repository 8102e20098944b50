// A node in front of another one, which passes on what it is asked, and what is answered as `bend` makes it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Proxy = {
  readonly url: string
  readonly asked: string[]
  /** Of every answer; the answer itself where it does not lie. */
  bend: (method: string, params: readonly unknown[], result: unknown) => unknown
  readonly close: () => void
}

export async function openProxy(target: string): Promise<Proxy> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (chunk: Buffer) => parts.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      const { method, params = [] } = JSON.parse(body) as { method: string; params?: readonly unknown[] }
      proxy.asked.push(method)
      void fetch(target, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
        .then((answer) => answer.json() as Promise<Record<string, unknown>>)
        .then((answer) => {
          const told = 'result' in answer ? { ...answer, result: proxy.bend(method, params, answer['result']) } : answer
          response.setHeader('content-type', 'application/json')
          response.end(JSON.stringify(told))
        })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    bend: (_method, _params, result) => result,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return proxy
}
