// When does a node have a new head? Told over a socket, asked for over HTTP; and asked again should a word be lost.
import type { Client, Hex } from 'viem'

type Header = Readonly<Record<string, Hex>>

export type HeadEvents = {
  readonly onHead: (header: Header) => void
  readonly onRequest: () => void
  readonly onError: (cause: unknown) => void
}

/** [ms] Should a notification be lost, the next look at the head is not later than this. */
const LOOK_AGAIN = 2_000
/** [ms] A socket that says nothing for so long may be dead: it is subscribed to anew. */
const SUBSCRIBE_AGAIN = 5_000

/** Until the answer is called; of a head known already it may tell again. */
export function watchHeads(client: Client, isSocket: boolean, pollMs: number, events: HeadEvents): () => void {
  const unsubscribe = isSocket ? subscribe(client, events) : undefined
  const stop = poll(client, isSocket ? LOOK_AGAIN : pollMs, events)
  return () => {
    stop()
    unsubscribe?.()
  }
}

/** Over a socket the node tells of each new head, header and all: no request is needed. */
function subscribe(client: Client, { onHead, onError }: HeadEvents): () => void {
  const transport = client.transport as unknown as {
    subscribe: (of: object) => Promise<{ unsubscribe: () => Promise<unknown> }>
  }
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let current: Promise<{ unsubscribe: () => Promise<unknown> }> | undefined
  const begin = (): void => {
    current = transport.subscribe({
      params: ['newHeads'],
      onData: ({ result }: { result: Header }) => onHead(result),
      onError,
    })
    current.catch((cause: unknown) => {
      onError(cause)
      if (!isStopped) timer = setTimeout(begin, SUBSCRIBE_AGAIN)
    })
  }
  begin()
  return () => {
    isStopped = true
    clearTimeout(timer)
    void current?.then(({ unsubscribe }) => unsubscribe()).catch(() => undefined)
  }
}

/** One question at a time, `everyMs` apart, further apart while it fails. */
function poll(client: Client, everyMs: number, { onHead, onRequest, onError }: HeadEvents): () => void {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let failures = 0
  const ask = (): void => {
    onRequest()
    const asked = (client.request as (request: object, options: object) => Promise<unknown>)(
      { method: 'eth_getBlockByNumber', params: ['latest', false] },
      { retryCount: 0 },
    )
    asked
      .then(
        (header) => {
          failures = 0
          if (header !== null) onHead(header as Header)
        },
        (cause: unknown) => {
          failures += 1
          onError(cause)
        },
      )
      .finally(() => {
        if (!isStopped) timer = setTimeout(ask, Math.min(LOOK_AGAIN, everyMs * 2 ** failures))
      })
  }
  ask()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
