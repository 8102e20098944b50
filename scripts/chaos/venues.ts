// What do the markets say? Five venues over sockets, each of which can be told to be wrong, late or silent.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

export type Venues = {
  readonly urls: readonly string[]
  /** By venue: the price as text; undefined says nothing. */
  readonly prices: (string | undefined)[]
  /** By venue: seconds by which its clock is off. */
  readonly skews: number[]
  /** Every venue tells a trade at `time` [unix s]. */
  readonly tell: (time: number) => void
  readonly close: () => void
}

export const PAIR = 'ETHUSD'
const COUNT = 5

export async function openVenues(price: string): Promise<Venues> {
  const servers = Array.from({ length: COUNT }, () => new WebSocketServer({ port: 0, host: '127.0.0.1' }))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const last: (string | undefined)[] = servers.map(() => undefined)
  const venues: Venues = {
    urls: servers.map((server) => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`),
    prices: servers.map(() => price),
    skews: servers.map(() => 0),
    tell: (time) => {
      for (const [at, server] of servers.entries()) {
        if (venues.prices[at] === undefined) continue
        const trade = { type: 'trade', pair: PAIR, time: (time + venues.skews[at]!) * 1_000, price: venues.prices[at] }
        last[at] = JSON.stringify(trade)
        for (const client of server.clients) client.send(last[at])
      }
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
      if (last[at] !== undefined) socket.send(last[at])
    })
  }
  return venues
}
