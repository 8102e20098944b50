import { expect } from 'chai'
import { windDownDuties } from '../../../../keeper/core/duties/windDown.ts'
import type { Silence } from '../../../../keeper/core/view.ts'
import type { MarketState } from '../../../../units/portfolio.ts'
import { head, market, NOW, view } from '../example.ts'

const DAY = 86_400
const NOTHING: Silence = {
  notedAt: 0,
  marketTime: 0n,
  declaredAt: 0,
  checkpoints: 0,
  sampledAt: 0,
  price: 0n,
}
const noted = { ...NOTHING, notedAt: NOW, marketTime: 1_000n }
const declared = { ...noted, declaredAt: NOW, checkpoints: 9 }
const due = (silence: Silence, time: number, state: MarketState = 'DEAD', changed = {}) =>
  windDownDuties(
    view({
      head: { ...head, time },
      silences: new Map([[1, silence]]),
      markets: new Map([[1, market({ newestRoundTime: NOW - 3_600, ...changed }, state)]]),
    }),
  ).map(({ kind }) => kind)

describe('a market that falls silent', () => {
  it('is noted once it has been silent for an hour, and not while anybody speaks', () => {
    expect(due(NOTHING, NOW)).to.deep.equal(['noteSilence'])
    expect(due(NOTHING, NOW - 1)).to.deep.equal([])
    expect(due(NOTHING, NOW, 'PRICED')).to.deep.equal([])
    expect(due(noted, NOW + DAY)).to.deep.equal([])
  })

  it('is noted anew where market time has run since', () => {
    expect(due(noted, NOW + DAY, 'DEAD', { marketTime: 1_001n })).to.deep.equal(['noteSilence'])
  })

  it('is wound down after fourteen days without a word', () => {
    expect(due(noted, NOW + 14 * DAY - 1)).to.deep.equal([])
    expect(due(noted, NOW + 14 * DAY)).to.deep.equal(['declareWindDown'])
    expect(due(noted, NOW + 14 * DAY, 'SINGLE')).to.deep.equal([])
  })

  it('is sampled twice an hour while a source speaks again, for ninety days', () => {
    expect(due(declared, NOW + DAY)).to.deep.equal([])
    expect(due(declared, NOW + DAY, 'SINGLE')).to.deep.equal(['sampleWindDown'])
    const sampled = { ...declared, sampledAt: NOW + DAY }
    expect(due(sampled, NOW + DAY + 1_799, 'SINGLE')).to.deep.equal([])
    expect(due(sampled, NOW + DAY + 1_800, 'SINGLE')).to.deep.equal(['sampleWindDown'])
    expect(due(sampled, NOW + 90 * DAY, 'SINGLE')).to.deep.equal(['fixWindDownPrice'])
  })

  it('ends at the last agreed price where there was one, and once', () => {
    expect(due({ ...declared, checkpoints: 0 }, NOW + 90 * DAY)).to.deep.equal([])
    expect(due({ ...declared, price: 1n }, NOW + 90 * DAY)).to.deep.equal([])
  })
})
