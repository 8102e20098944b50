// What does a keeper answer over HTTP? Its own signed observations to its peers, its state to whoever watches it.
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answer = { readonly status: number; readonly type: string; readonly body: string }

/** A route takes the query and answers; it never throws for bad input. */
export type Routes = Readonly<Record<string, (query: URLSearchParams) => Promise<Answer> | Answer>>

export const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json',
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

export const text = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body })

export type HttpServer = { readonly url: string; readonly close: () => void }

/** Strangers may ask: what they can take is bounded, so that descriptors are left for the keeper's own endpoints and venues. */
const CONNECTIONS_MOST = 64
/** [ms] Whoever has asked nothing whole by then makes room. */
const LIMITS = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 }

/** Listens on `host` and `port` (0: any free one). */
export async function serveHttp(host: string, port: number, routes: Routes): Promise<HttpServer> {
  const server = createServer(LIMITS, (request, response) => void respond(routes, request, response))
  server.maxConnections = CONNECTIONS_MOST
  await listening(server, host, port)
  const bound = server.address() as AddressInfo
  return {
    url: `http://${host}:${bound.port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function respond(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://keeper')
  const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined
  const answer =
    route === undefined
      ? json(404, { error: `no ${pathname}; there is ${Object.keys(routes).join(' ')}` })
      : await answered(route, searchParams)
  response.writeHead(answer.status, { 'content-type': answer.type })
  response.end(answer.body)
}

async function answered(route: Routes[string], query: URLSearchParams): Promise<Answer> {
  try {
    return await route(query)
  } catch (cause) {
    return json(500, { error: cause instanceof Error ? cause.message : String(cause) })
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}

/** A whole number in the query; undefined where there is none. */
export function wholeOf(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name)
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
