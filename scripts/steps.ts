// How does a script run others, and what did they say at their end?
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

const BINARIES = join(import.meta.dirname, '../node_modules/.bin')

export type Outcome = { readonly code: number; readonly output: string }

/** Runs `command` of node_modules/.bin, shows what it writes, and keeps it. */
export function run(command: string, ...parameters: readonly string[]): Promise<Outcome> {
  console.log(titleOf(command, parameters))
  return spawned(command, parameters, (text, target) => target.write(text))
}

/** The same side by side: each shows what it wrote when it has ended, so that no line falls between those of another. */
export function runTogether(...steps: readonly (readonly [string, ...string[]])[]): Promise<readonly Outcome[]> {
  return Promise.all(
    steps.map(async ([command, ...parameters]) => {
      const outcome = await spawned(command, parameters, () => undefined)
      console.log(`${titleOf(command, parameters)}\n${outcome.output}`)
      return outcome
    }),
  )
}

function titleOf(command: string, parameters: readonly string[]): string {
  return `\n> ${command} ${parameters.length > 8 ? `${parameters.slice(0, 4).join(' ')} …` : parameters.join(' ')}`
}

type Listener = (text: string, target: NodeJS.WriteStream) => void

function spawned(command: string, parameters: readonly string[], onText: Listener): Promise<Outcome> {
  const env = { ...process.env, PATH: `${BINARIES}${delimiter}${process.env['PATH'] ?? ''}` }
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const [source, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      source.setEncoding('utf8').on('data', (text: string) => {
        output += text
        onText(text, target)
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

export type Count = { readonly passed: number; readonly failed: number }

/** Adds up every `N passing` and `N failing` that the runners' closing lines carry. */
export function countsIn(output: string): Count {
  const sum = (pattern: RegExp) => [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0)
  return { passed: sum(/^\s*(\d+) passing\b/gm), failed: sum(/^\s*(\d+) failing\b/gm) }
}
