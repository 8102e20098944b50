// Who else runs? Child processes that hold the other end of a pipe to us, so that none outlives its parent.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Status } from './status.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** [ms] A process that has not decided by then is not waited for. */
const DECISION_MS_MAX = 2_000
/** [ms] A process may take so long to answer for the first time, on a machine with more to do than processors. */
const START_MS_MAX = 180_000

/** [characters] */
const LAST_WORDS_MAX = 500

export type Worker = {
  readonly name: string
  readonly statusUrl: string
  readonly isAlive: () => boolean
  /** Undefined where it is dead or does not answer in time. */
  readonly decided: (block: number) => Promise<Status | undefined>
  /** The end of what it has written. */
  readonly lastWords: () => string
  readonly kill: () => void
}

export type WorkerOptions = {
  readonly name: string
  /** Path from the root of the project. */
  readonly script: string
  readonly configFile: string
  readonly logFile: string
  readonly statusUrl: string
}

/** Starts `node script --config configFile`; what it writes goes to its log. */
export function startWorker({ name, script, configFile, logFile, statusUrl }: WorkerOptions): Worker {
  const log = openSync(logFile, 'w')
  const child = spawn(process.execPath, [script, '--config', configFile], { cwd: ROOT, stdio: ['pipe', log, log] })
  let isAlive = true
  child.once('exit', () => (isAlive = false))
  child.once('error', () => (isAlive = false))
  // A child that is gone cannot be written to; its exit is told above.
  child.stdin?.on('error', () => undefined)

  async function decided(block: number): Promise<Status | undefined> {
    if (!isAlive) return undefined
    const answer = await fetch(`${statusUrl}?after=${block}`, { signal: AbortSignal.timeout(DECISION_MS_MAX) }).catch(
      () => undefined,
    )
    return answer === undefined || !answer.ok ? undefined : ((await answer.json()) as Status)
  }

  return {
    name,
    statusUrl,
    isAlive: () => isAlive,
    decided,
    lastWords: () => readFileSync(logFile, 'utf8').slice(-LAST_WORDS_MAX),
    kill: () => {
      isAlive = false
      child.kill('SIGKILL')
    },
  }
}

/** Resolves once every worker answers; throws with the name of one that ended or stayed silent. */
export async function untilAllAnswer(workers: readonly Worker[]): Promise<void> {
  const limit = Date.now() + START_MS_MAX
  for (const worker of workers) {
    while ((await worker.decided(0)) === undefined) {
      if (!worker.isAlive()) throw new Error(`${worker.name} ended while starting: ${worker.lastWords()}`)
      if (Date.now() > limit) throw new Error(`${worker.name} did not answer within ${START_MS_MAX} ms`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }
}

/** What connections of anybody's are given lies above: a port from there may be taken before it is used. */
const PORT_FIRST = 15_000
const PORT_LAST = 32_000

/** Ports of this machine that are free now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(PORT_FIRST, PORT_LAST)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
