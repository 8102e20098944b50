// Has every test its source, every source file its question, and every library and core its test?
import { expect } from 'chai'
import { dirname } from 'node:path'
import { FILES, filesUnder, isThere, ownImportsOf, textOf } from './tree.ts'

/** Tests of more than one file: they mirror nothing. */
const ACROSS = /^test\/(?:contracts\/)?(structure|journeys|invariants|differential|chaos|deep|browser)\//

function isTest(path: string): boolean {
  return path.endsWith('.t.sol') || (path.endsWith('.ts') && /^\s*describe\(/m.test(textOf(path)))
}

function sourcesOf(test: string): string[] {
  const mirrored = test.replace(/^test\//, '')
  const helper = test.replace(/\.t\.sol$/, '.sol')
  return [mirrored, mirrored.replace(/\.t\.sol$/, '.sol'), mirrored.replace(/\.ts$/, '.sol'), helper]
}

function testsOf(source: string): string[] {
  const stem = source.replace(/\.(sol|ts)$/, '')
  return [`test/${stem}.t.sol`, `test/${stem}.ts`]
}

const READS = new Map(FILES.filter((path) => /\.(ts|sol)$/.test(path)).map((path) => [path, ownImportsOf(path)]))

/** By a test of its own, or by one that reads it, itself or through one file (a harness, a neighbour). Types alone need none. */
function isTested(source: string): boolean {
  if (testsOf(source).some(isThere) || !/\bfunction\b|=>/.test(textOf(source))) return true
  const tests = [...READS].filter(([path]) => path.startsWith('test/'))
  return tests.some(([, reads]) => reads.includes(source) || reads.some((path) => READS.get(path)?.includes(source)))
}

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
    it(`${source} is tested`, () => {
      expect(isTested(source)).to.equal(true)
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
