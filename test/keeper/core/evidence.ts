import { expect } from 'chai'
import type { SignedObservation } from '../../../keeper/core/calls.ts'
import { heard, isContradicted, proofsAt, toldBy, wordsAt } from '../../../keeper/core/evidence.ts'
import type { Words } from '../../../keeper/core/evidence.ts'

const ROUND = 1_584_000_000
const said = (reporter: number, price: bigint, time = ROUND, halfWidth = 0n): SignedObservation => ({
  reporter,
  observation: { underlying: 1, time: BigInt(time), price, halfWidth },
  signature: `0x${reporter}${price}`,
})
const NOTHING: Words = new Map()

describe('evidence', () => {
  it('two values of one reporter for one round are a proof, whichever comes first', () => {
    const { words, doubled } = heard(NOTHING, [said(1, 200n), said(2, 200n), said(1, 201n)])
    expect(doubled).to.deep.equal([{ first: said(1, 200n), second: said(1, 201n) }])
    expect(heard(words, [said(2, 199n)]).doubled).to.deep.equal([{ first: said(2, 200n), second: said(2, 199n) }])
  })

  it('another width is another value', () => {
    expect(heard(NOTHING, [said(1, 200n), said(1, 200n, ROUND, 5n)]).doubled).to.have.length(1)
  })

  it('the same value again, another reporter or another round is none', () => {
    const signed = [said(1, 200n), said(1, 200n), said(2, 201n), said(1, 202n, ROUND + 10)]
    expect(heard(NOTHING, signed).doubled).to.deep.equal([])
    expect(isContradicted(said(1, 200n), toldBy(said(2, 201n)))).to.equal(false)
    expect(isContradicted(said(1, 200n), toldBy(said(1, 201n)))).to.equal(true)
  })

  it('words are kept for a minute and proofs for ten', () => {
    const { words, doubled } = heard(NOTHING, [said(1, 200n), said(1, 201n), said(2, 200n, ROUND + 10)])
    expect([...wordsAt(words, ROUND + 61).keys()]).to.deep.equal([`2:1:${ROUND + 10}`])
    expect(proofsAt(doubled, ROUND + 600)).to.have.length(1)
    expect(proofsAt(doubled, ROUND + 601)).to.have.length(0)
  })
})
