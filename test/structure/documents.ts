// Is what the documents say there? Every quoted command, path and enforcing test exists.
import { expect } from 'chai'
import { dirname, join } from 'node:path'
import { filesUnder, isThere, textOf, withoutComments } from './tree.ts'

const DOCUMENTS = filesUnder(/^(?!node_modules)/, '.md')
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
const ALWAYS_THERE = ['ci', 'install', 'exec']
const HARDHAT_TASKS = ['test', 'build', 'node', 'coverage', 'ignition', 'run', 'console', 'clean', 'compile', '--help']
/** Written by a run or a build: named in documents, and rightly absent from a fresh clone. */
const WRITTEN = /^(runs|artifacts|cache|coverage|deployments|node_modules)\b/
const TOP = /^(contracts|units|risk|sdk|keeper|sim|scripts|test|modules|docs|data|\.ci)\//

const quotedIn = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')

function pathsIn(text: string): string[] {
  return quotedIn(text)
    .flatMap((quoted) => quoted.split(/\s+/))
    .map((word) => word.replace(/[.,:;)]+$|:\d+$|#.*$/g, ''))
    .filter((word) => TOP.test(word) && !/[*<>{}…$[\]]/.test(word) && !WRITTEN.test(word))
}

function linksIn(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => (match[1] ?? '').replace(/#.*$/, ''))
  return targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}

function commandsIn(text: string): string[][] {
  const fenced = [...text.matchAll(/```(?:sh|bash|console)?\n([\s\S]*?)```/g)].flatMap((it) =>
    (it[1] ?? '').split('\n'),
  )
  return [...quotedIn(text), ...fenced].map((line) => line.trim().replace(/^\$ /, '').split(/\s+/))
}

function isKnownCommand([program = '', first = '', second = '']: readonly string[]): boolean {
  if (program === 'npm') {
    if (first === 'run') return second in scripts || second.startsWith('<')
    return first === '' || first in scripts || ALWAYS_THERE.includes(first)
  }
  if (program === 'node' && /\.(ts|mjs)$/.test(first)) return isThere(first)
  if (program === 'npx' && first === 'hardhat') return HARDHAT_TASKS.includes(second) || isOwnTask(second)
  if (program === 'bash') return isThere(first)
  return true
}

function isOwnTask(name: string): boolean {
  const tasks = ['hardhat.config.ts', ...filesUnder(/^(sim|scripts)\//, 'task.ts')].map(textOf)
  return tasks.some((text) => new RegExp(`task\\(\\s*\\[?['"]${name}['"]`).test(text))
}

/** Rows `| id | statement | tolerance | test |`; the last cell quotes a file and the names in it. */
function invariantRows(): { id: string; test: string }[] {
  const rows = textOf('docs/INVARIANTS.md')
    .split('\n')
    .filter((line) => /^\|\s*[A-Z]+\d+/.test(line))
  return rows
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => ({
      id: cells[1] ?? '',
      test: cells.at(-2) ?? '',
    }))
}

describe('the documents', () => {
  for (const document of DOCUMENTS) {
    const text = textOf(document)

    it(`every path quoted in ${document} exists`, () => {
      expect(pathsIn(text).filter((path) => !isThere(path))).to.deep.equal([])
      expect(linksIn(text).filter((path) => !isThere(join(dirname(document), path)))).to.deep.equal([])
    })

    it(`every command quoted in ${document} exists`, () => {
      expect(
        commandsIn(text)
          .filter((words) => !isKnownCommand(words))
          .map((words) => words.join(' ')),
      ).to.deep.equal([])
    })
  }

  it('invariants get a hundred thousand calls in a test and ten million in a deep one', () => {
    const config = textOf('hardhat.config.ts')
    const [, deep = '', plain = ''] = /isDeep \? (\d+) : (\d+)\)/.exec(config) ?? []
    const depth = Number(/invariant: \{[^}]*depth: (\d+)/.exec(config)?.[1])
    const identities = filesUnder(/^test\/invariants\/identities\//, '.sol').map(textOf)
    // Each in a world whose prices move and in one where they stand still.
    const invariants = 2 * [...identities.join('').matchAll(/function invariant_/g)].length
    expect(invariants * depth * Number(plain)).to.be.at.least(100_000)
    expect(invariants * depth * Number(deep)).to.be.at.least(10_000_000)
    expect(config).to.contain(`the ${invariants} invariants`)
  })

  it('every script of package.json runs a file that exists', () => {
    const files = Object.values(scripts).flatMap((script) => script.match(/[\w./-]+\.(ts|mjs)\b/g) ?? [])
    expect(files.filter((file) => !isThere(file))).to.deep.equal([])
  })

  it('every Chainlink file that is compiled here is MIT licensed and named in NOTICE', () => {
    const naming = [...filesUnder(/^contracts\//, '.sol'), 'hardhat.config.ts'].map((path) =>
      withoutComments(textOf(path)),
    )
    for (const file of new Set(naming.join('\n').match(/@chainlink\/contracts\/[\w./-]+\.sol/g))) {
      expect(textOf(join('node_modules', file)), file).to.match(/^\/\/ SPDX-License-Identifier: MIT\s/)
      expect(textOf('NOTICE')).to.contain(file.replace('@chainlink/contracts/', ''))
    }
  })

  it('every row of docs/INVARIANTS.md has its own id and names a test that exists', () => {
    const rows = invariantRows()
    expect(new Set(rows.map((row) => row.id)).size).to.equal(rows.length)
    for (const { id, test } of rows) {
      const [file = '', ...names] = quotedIn(test)
      expect(isThere(file), `${id}: ${file}`).to.equal(true)
      expect(names, `${id} names a test`).to.not.be.empty
      for (const name of names) expect(textOf(file), id).to.contain(name)
    }
  })
})
