// Has a process decided on this head? What keepers and traders answer to GET /status?after=N, and how the driver asks.
import { once } from 'node:events'
import { createServer } from 'node:http'

/** `due`: what waits for the next block. A keeper says more: of which kind it is, and who is on turn for each underlying. */
export type Status = {
  readonly decidedBlock: number
  readonly due: number
  readonly dueByKind?: Readonly<Record<string, number>>
  readonly onTurn?: Readonly<Record<string, number>>
}

/** [ms] Longest that an answer is held back. */
const HOLD_MS_MAX = 2_000

export type StatusServer = {
  readonly tell: (status: Status) => void
  readonly close: () => void
}

/** Serves /status on `port` of this machine: an answer to `after=N` waits until block N has been decided on. */
export async function serveStatus(port: number): Promise<StatusServer> {
  let status: Status = { decidedBlock: 0, due: 0 }
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const after = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('after') ?? 0)
    const answer = () => {
      clearTimeout(timer)
      waiting.delete(check)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(status))
    }
    const check = () => {
      if (status.decidedBlock >= after) answer()
    }
    const timer = setTimeout(answer, HOLD_MS_MAX)
    waiting.add(check)
    check()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    tell: (next) => {
      status = next
      for (const check of waiting) check()
    },
    close: () => server.close(),
  }
}
