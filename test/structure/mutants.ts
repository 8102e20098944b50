// Can every fault still be planted? What it replaces stands where it says, once, and its tests are there.
import { expect } from 'chai'
import { MUTANTS } from '../../scripts/mutants/cases.ts'
import { isThere, textOf } from './tree.ts'

const LEAST = 40

describe('the planted faults', () => {
  it(`are at least ${LEAST}, each with an id of its own`, () => {
    expect(MUTANTS.length).to.be.at.least(LEAST)
    expect(new Set(MUTANTS.map(({ id }) => id)).size).to.equal(MUTANTS.length)
  })

  for (const { id, file, search, replace, tests, build = [] } of MUTANTS) {
    it(`${id} still applies to ${file}`, () => {
      expect(textOf(file).split(search).length - 1, 'places').to.equal(1)
      expect(replace).to.not.equal(search)
      for (const path of [...tests, ...build]) expect(isThere(path), path).to.equal(true)
    })
  }
})
