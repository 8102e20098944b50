// How is a venue heard? One socket, opened again with backoff whenever it closes; what it says is parsed, never trusted.
import { WebSocket } from 'ws'
import type { Dialect, FeedMessage } from '../../core/feeds/message.ts'

export type FeedEvents = {
  readonly onMessage: (message: FeedMessage) => void
  readonly onState: (isOpen: boolean, reason: string) => void
}

/** [ms] From the first attempt to the longest pause between attempts; without a word for SILENCE the socket is dropped. */
const BACKOFF_FIRST = 100
const BACKOFF_MOST = 10_000
const SILENCE = 60_000
/** [ms] Venues that ask for it close after thirty seconds. */
const KEEP_ALIVE = 15_000

/** Listens until the answer is called. The socket answers the server's pings when all before them has been taken in. */
export function listen(
  dialect: Dialect,
  url: string,
  pair: string,
  { onMessage, onState }: FeedEvents,
  keepAliveMs = KEEP_ALIVE,
): () => void {
  let socket: WebSocket | undefined
  let timer: NodeJS.Timeout | undefined
  let watchdog: NodeJS.Timeout | undefined
  let keeping: NodeJS.Timeout | undefined
  let isStopped = false
  let backoff = BACKOFF_FIRST

  const heard = (): void => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => socket?.terminate(), SILENCE)
  }

  const open = (): void => {
    const opened = new WebSocket(url, { handshakeTimeout: 5_000, maxPayload: 1 << 22 })
    socket = opened
    heard()
    opened.on('open', () => {
      onState(true, 'open')
      for (const message of dialect.subscribe(pair)) opened.send(message)
      const { keepAlive } = dialect
      if (keepAlive !== undefined) keeping = setInterval(() => opened.send(keepAlive), keepAliveMs)
    })
    opened.on('ping', heard)
    opened.on('message', (data) => {
      heard()
      const message = parsed(dialect, data.toString(), pair)
      if (message.kind !== 'malformed') backoff = BACKOFF_FIRST
      if (message.kind === 'control') answer(opened, dialect, message.name)
      onMessage(message)
      if (message.kind === 'refused') opened.close()
    })
    opened.on('error', () => undefined) // 'close' follows and says so
    opened.on('close', (code) => {
      clearTimeout(watchdog)
      clearInterval(keeping)
      onState(false, `closed ${code}`)
      if (isStopped) return
      timer = setTimeout(open, backoff)
      backoff = Math.min(BACKOFF_MOST, backoff * 2)
    })
  }

  open()
  return () => {
    isStopped = true
    clearTimeout(timer)
    clearTimeout(watchdog)
    clearInterval(keeping)
    socket?.terminate()
  }
}

function answer(socket: WebSocket, dialect: Dialect, name: string): void {
  const reply = dialect.answers?.[name]
  if (reply !== undefined) socket.send(reply)
}

/** A parser that throws is at fault itself; the message it threw on is dropped like any other it cannot read. */
function parsed(dialect: Dialect, text: string, pair: string): FeedMessage {
  try {
    return dialect.parse(text, pair)
  } catch (cause) {
    return { kind: 'malformed', reason: `parser: ${String(cause)}` }
  }
}
