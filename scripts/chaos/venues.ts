// What do the markets say? Five venues over sockets, each of which can be told to be wrong, late or silent.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'

export type Venues = {
  readonly urls: readonly string[]
  /** By venue: the price as text; undefined says nothing. */
  readonly prices: (string | undefined)[]
  /** By venue: seconds by which its clock is off. */
  readonly skews: number[]
  /** Every venue tells a trade at `time` [unix s]; resolves when all that can have taken it in. */
  readonly tell: (time: number) => Promise<void>
  readonly close: () => void
}

export const PAIR = 'ETHUSD'
const COUNT = 5
/** [ms] Whoever has not answered a ping by then stands still, and is not waited for until it answers again. */
const TAKEN_MOST = 5_000

export async function openVenues(price: string): Promise<Venues> {
  const servers = Array.from({ length: COUNT }, () => new WebSocketServer({ port: 0, host: '127.0.0.1' }))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const last: (string | undefined)[] = servers.map(() => undefined)
  /** Of clients that have not yet answered the last ping: what is to be done when they do. */
  const asked = new Map<WebSocket, () => void>()

  /** A keeper answers a ping when all before it has been taken in. */
  async function taken(client: WebSocket): Promise<void> {
    if (client.readyState !== client.OPEN || asked.has(client)) return
    client.ping()
    await new Promise<void>((resolve) => {
      asked.set(client, resolve)
      setTimeout(resolve, TAKEN_MOST).unref()
    })
  }

  function answered(client: WebSocket): void {
    asked.get(client)?.()
    asked.delete(client)
  }

  const venues: Venues = {
    urls: servers.map((server) => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`),
    prices: servers.map(() => price),
    skews: servers.map(() => 0),
    tell: async (time) => {
      for (const [at, server] of servers.entries()) {
        if (venues.prices[at] === undefined) continue
        const trade = { type: 'trade', pair: PAIR, time: (time + venues.skews[at]!) * 1_000, price: venues.prices[at] }
        last[at] = JSON.stringify(trade)
        for (const client of server.clients) client.send(last[at])
      }
      await Promise.all(servers.flatMap((server) => [...server.clients].map(taken)))
    },
    close: () => {
      for (const server of servers) {
        for (const client of server.clients) client.terminate()
        server.close()
      }
    },
  }
  // Whoever comes later hears the last trade at once.
  for (const [at, server] of servers.entries()) {
    server.on('connection', (socket) => {
      for (const event of ['pong', 'close']) socket.on(event, () => answered(socket))
      if (last[at] !== undefined) socket.send(last[at])
    })
  }
  return venues
}
