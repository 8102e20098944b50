import { expect } from 'chai'
import type { SignedObservation, SignedSurface } from '../../../keeper/core/calls.ts'
import { heard, proofsAt, wordsAt } from '../../../keeper/core/evidence.ts'
import type { Words } from '../../../keeper/core/evidence.ts'

const ROUND = 1_584_000_000
const said = (reporter: number, price: bigint, time = ROUND, halfWidth = 0n): SignedObservation => ({
  reporter,
  observation: { underlying: 1, time: BigInt(time), price, halfWidth },
  signature: `0x${reporter}${price}`,
})
const drawn = (reporter: number, theta: bigint, time = ROUND): SignedSurface => ({
  reporter,
  surface: {
    underlying: 1,
    time: BigInt(time),
    slices: [{ expiry: time + 86_400, theta, rho: -1n, phi: 2n, basis: 0 }],
  },
  signature: `0x${theta}`,
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
  })

  it('two surfaces of one reporter for one round are a proof, and a price beside a surface is none', () => {
    const { doubled } = heard(NOTHING, [said(1, 5n), drawn(1, 5n), drawn(1, 5n), drawn(1, 6n), drawn(2, 7n)])
    expect(doubled).to.deep.equal([{ first: drawn(1, 5n), second: drawn(1, 6n) }])
  })

  it('another forward is another surface', () => {
    const { reporter, signature, surface } = drawn(1, 5n)
    const slices = surface.slices.map((slice) => ({ ...slice, basis: 1 }))
    const moved = { reporter, signature, surface: { ...surface, slices } }
    expect(heard(NOTHING, [drawn(1, 5n), moved]).doubled).to.deep.equal([{ first: drawn(1, 5n), second: moved }])
  })

  it('words are kept for a minute and proofs for ten', () => {
    const { words, doubled } = heard(NOTHING, [said(1, 200n), said(1, 201n), said(2, 200n, ROUND + 10)])
    expect([...wordsAt(words, ROUND + 61).keys()]).to.deep.equal([`price:2:1:${ROUND + 10}`])
    expect(proofsAt(doubled, ROUND + 600)).to.have.length(1)
    expect(proofsAt(doubled, ROUND + 601)).to.have.length(0)
  })
})
