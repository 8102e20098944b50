import { expect } from 'chai'
import { agreeing } from '../../../keeper/core/agreeing.ts'
import type { SignedSurface } from '../../../keeper/core/calls.ts'

const TIME = 1_600_000_000
const WAD = 10n ** 18n
const of = (value: number): bigint => (BigInt(Math.round(value * 1e6)) * WAD) / 1_000_000n
/** One expiry a month away. */
const said = (reporter: number, theta: number, rho: number, phi: number, expiry = TIME + 2_592_000): SignedSurface => ({
  reporter,
  surface: {
    underlying: 1,
    time: BigInt(TIME),
    slices: [{ expiry, theta: of(theta), rho: of(rho), phi: of(phi), basis: 0 }],
  },
  signature: '0x',
})
const reporters = (surfaces: readonly SignedSurface[] | undefined) => surfaces?.map(({ reporter }) => reporter)
/** Four who see nearly the same. */
const HONEST = [said(1, 0.04, -0.3, 4), said(2, 0.0402, -0.31, 4), said(3, 0.0398, -0.3, 4.02), said(4, 0.04, -0.29, 4)]

describe('who is carried in a surface', () => {
  it('all who speak of the same expiries, where they make one', () => {
    expect(reporters(agreeing(HONEST, 3))).to.deep.equal([1, 2, 3, 4])
    const another = said(5, 0.04, -0.3, 4, TIME + 86_400)
    expect(reporters(agreeing([...HONEST, another], 3))).to.deep.equal([1, 2, 3, 4])
  })

  it('too few who speak of the same make none', () => {
    const others = [said(3, 0.04, -0.3, 4, TIME + 86_400), said(4, 0.04, -0.3, 4, TIME + 86_400)]
    expect(agreeing([...HONEST.slice(0, 2), ...others], 3)).to.equal(undefined)
  })

  it('one number out of range is not carried: it would spoil the others', () => {
    const spoilers = [
      said(5, 0, -0.3, 4),
      said(5, 0.04, -0.995, 4),
      said(5, 0.04, -0.3, 0),
      said(5, 0.04, -0.3, 4, TIME),
    ]
    for (const spoiler of spoilers) expect(reporters(agreeing([...HONEST, spoiler], 3))).to.deep.equal([1, 2, 3, 4])
    const [first] = HONEST
    const [slice] = first?.surface.slices ?? []
    const forward = {
      ...said(5, 0.04, -0.3, 4),
      surface: { ...first!.surface, slices: [{ ...slice!, basis: 80_000_000 }] },
    }
    expect(reporters(agreeing([...HONEST, forward], 3))).to.deep.equal([1, 2, 3, 4])
  })

  it('whoever sets the others against each other is left out', () => {
    // The two differ in shape: with the liar the medians are the one's at the money and the other's at a side.
    const apart = [said(1, 0.04, -0.3, 5), said(2, 0.046, 0.3, 2), said(3, 0.0401, -0.3, 5), said(4, 0.0399, -0.31, 5)]
    const liar = said(5, 0.044, -0.9, 9)
    const all = [apart[0]!, apart[1]!, liar]
    expect(agreeing(all, 3), 'no other quorum: the chain says why').to.deep.equal(all)
    const chosen = reporters(agreeing([...all, apart[2]!, apart[3]!], 3)) ?? []
    expect(chosen.length).to.be.at.least(3)
    expect(chosen.filter((reporter) => [1, 3, 4].includes(reporter))).to.have.length.at.least(2)
  })

  it('where a great many make none it gives up', () => {
    const wild = Array.from({ length: 16 }, (_, i) => said(i + 1, 0.04, i % 2 === 0 ? -0.9 : 0.9, 9 - (i % 3) * 4))
    expect(agreeing(wild, 13)).to.deep.equal(wild)
  })
})
