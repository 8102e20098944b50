// Has every test its source, every source file its question, and every library and core its test?
import { expect } from 'chai'
import { basename, dirname } from 'node:path'
import { FILES, filesUnder, isThere, ownImportsOf, textOf } from './tree.ts'

/** Tests of more than one file: they mirror nothing. */
const ACROSS = /^test\/(?:contracts\/)?(structure|journeys|gas|invariants|differential|chaos|deep|browser)\//

function isTest(path: string): boolean {
  return path.endsWith('.t.sol') || (path.endsWith('.ts') && /^\s*describe\(/m.test(textOf(path)))
}

function sourcesOf(test: string): string[] {
  const mirrored = test.replace(/^test\//, '')
  const helper = test.replace(/\.t\.sol$/, '.sol')
  return [mirrored, mirrored.replace(/\.t\.sol$/, '.sol'), mirrored.replace(/\.ts$/, '.sol'), helper]
}

const READS = new Map(FILES.filter((path) => /\.(ts|sol)$/.test(path)).map((path) => [path, ownImportsOf(path)]))

/** Everything that some test reads, itself or through what it reads; a harness also by being named, a contract by being deployed. */
function reachedByTests(): ReadonlySet<string> {
  const reached = new Set<string>()
  const waiting = [...READS.keys()].filter((path) => path.startsWith('test/') && !path.startsWith('test/structure/'))
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    waiting.push(...(READS.get(path) ?? []))
    if (!path.startsWith('test/')) continue
    waiting.push(...HARNESSES.filter((it) => textOf(path).includes(basename(it, '.sol'))))
    waiting.push(...CONTRACTS.filter((it) => textOf(path).includes(`"${basename(it)}:`)))
  }
  return reached
}

const HARNESSES = filesUnder(/^contracts\/harness\//, '.sol')
const CONTRACTS = filesUnder(/^contracts\//, '.sol')
const REACHED = reachedByTests()

/** One test may speak for a family: at least two files of the folder that it mirrors. */
function isOfAFamily(test: string): boolean {
  const folder = dirname(test.replace(/^test\//, ''))
  return (READS.get(test) ?? []).filter((path) => dirname(path) === folder).length > 1
}

describe('the structure', () => {
  for (const test of filesUnder(/^test\//, '').filter((path) => !ACROSS.test(path) && isTest(path))) {
    it(`${test} stands where its source does`, () => {
      expect(sourcesOf(test).some((it) => it !== test && isThere(it)) || isOfAFamily(test)).to.equal(true)
    })
  }

  for (const source of filesUnder(/^contracts\/.*Lib\.sol$|^(risk|keeper\/core)\/.*\.ts$/, '')) {
    it(`${source} is reached by a test`, () => {
      expect(REACHED.has(source)).to.equal(true)
    })
  }

  it('the first line of every TypeScript file says what it answers', () => {
    const sources = FILES.filter((path) => /\.(ts|js|mjs)$/.test(path) && !/^(test\/|hardhat\.config)/.test(path))
    expect(sources.filter((path) => !/^(#!.*\n)?\/\/ \S.{15,}/.test(textOf(path)))).to.deep.equal([])
  })

  it('every Solidity file says what it answers before its first declaration', () => {
    const silent = filesUnder(/^contracts\//, '.sol').filter((path) => {
      const [head = ''] = textOf(path).split(
        /^(?:abstract |contract |interface |library |struct |enum |type |error |function )/m,
      )
      return !/^\/\/(\/ @title|\/ @notice|) (?!SPDX)\S.{10,}/m.test(head)
    })
    expect(silent).to.deep.equal([])
  })
})
