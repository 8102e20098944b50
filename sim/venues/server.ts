// Who serves a venue's trades? One WebSocket server, that knows when all its listeners have heard what it said.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

/** [ms] A listener that answers no ping for so long is not waited for: it is dead or busy, and the market does not stop. */
const PONG_MS_MAX = 1_000

export type Broadcaster = {
  readonly url: string
  /** Sends to every subscribed client. */
  readonly send: (message: unknown) => void
  /** Resolves once every client has answered a ping, and so has received all that was sent before. */
  readonly heard: () => Promise<void>
  readonly subscribers: () => number
  readonly close: () => Promise<void>
}

/** `reply`: what to answer, undefined where the message subscribes to nothing. */
export type BroadcastRules = {
  readonly isStreamPath: (path: string) => boolean
  readonly reply: (message: Readonly<Record<string, unknown>>) => unknown
}

/** A server on a free port of this machine. */
export async function startBroadcaster(rules: BroadcastRules): Promise<Broadcaster> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const subscribed = new Set<WebSocket>()

  server.on('connection', (socket, request) => {
    if (rules.isStreamPath(request.url ?? '/')) subscribed.add(socket)
    socket.on('close', () => subscribed.delete(socket))
    // A listener that was killed resets its connection; 'close' follows.
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const answer = answerTo(rules, String(data))
      if (answer === undefined) return
      socket.send(JSON.stringify(answer))
      subscribed.add(socket)
    })
  })

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send: (message) => {
      const text = JSON.stringify(message)
      for (const socket of subscribed) socket.send(text)
    },
    heard: async () => {
      await Promise.all([...subscribed].map(pong))
    },
    subscribers: () => subscribed.size,
    close: async () => {
      for (const socket of server.clients) socket.terminate()
      await new Promise((done) => server.close(done))
    },
  }
}

/** A malformed message subscribes to nothing. */
function answerTo(rules: BroadcastRules, text: string): unknown {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === 'object' && message !== null
      ? rules.reply(message as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

function pong(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      socket.off('pong', done)
      socket.off('close', done)
      resolve()
    }
    const timer = setTimeout(done, PONG_MS_MAX)
    socket.once('pong', done)
    socket.once('close', done)
    socket.ping()
  })
}
