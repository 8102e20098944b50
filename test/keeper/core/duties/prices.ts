import { expect } from 'chai'
import { priceDuties, roundAt } from '../../../../keeper/core/duties/prices.ts'
import { head, market, NOW, view } from '../example.ts'

const ROUND = roundAt(NOW)
const at = (changed: Parameters<typeof market>[0]) => view({ markets: new Map([[1, market(changed)]]) })
const own = (dollars: number) => () => BigInt(Math.round(dollars * 1e8))
const nothing = () => undefined

describe('reporting prices', () => {
  it('a round is the ten seconds that the head lies in', () => {
    expect(roundAt(1_584_000_009)).to.equal(1_584_000_000)
    expect(ROUND).to.equal(1_584_000_000)
  })

  it('is due 30 s after the newest round, not before', () => {
    expect(priceDuties(at({ newestRoundTime: ROUND - 20 }), own(200), 1)).to.deep.equal([])
    expect(priceDuties(at({ newestRoundTime: ROUND - 30 }), own(200), 1)).to.deep.equal([
      { kind: 'reportPrices', underlying: 1, round: ROUND },
    ])
  })

  it('is due at once where it would move the index by 0.25 %, either way', () => {
    const recent = at({ newestRoundTime: ROUND - 10 })
    expect(priceDuties(recent, own(200.49), 1)).to.deep.equal([])
    expect(priceDuties(recent, own(200.5), 1)).to.have.length(1)
    expect(priceDuties(recent, own(199.5), 1)).to.have.length(1)
    expect(priceDuties(recent, nothing, 1)).to.deep.equal([])
  })

  it('is not due twice in one round', () => {
    expect(priceDuties(at({ newestRoundTime: ROUND }), own(300), 1)).to.deep.equal([])
  })

  it('an open round that lacks this keeper’s value is completed first, with the value it has for that round', () => {
    const open = at({ newestRoundTime: ROUND - 40, openRoundTime: ROUND - 10, openRoundReporters: 0b0100n })
    expect(priceDuties(open, own(200), 1)).to.deep.equal([{ kind: 'addObservation', underlying: 1, round: ROUND - 10 }])
  })

  it('an open round in which it has spoken is waited for, and left behind when it is 30 s old', () => {
    const spoken = (age: number) =>
      at({ newestRoundTime: ROUND - 90, openRoundTime: ROUND - age, openRoundReporters: 0b0010n })
    expect(priceDuties(spoken(20), own(200), 1)).to.deep.equal([])
    expect(priceDuties(spoken(30), own(200), 1)).to.deep.equal([{ kind: 'reportPrices', underlying: 1, round: ROUND }])
  })

  it('a round that it saw no head of holds nothing up: a liar may open those at will', () => {
    const strange = at({ newestRoundTime: ROUND - 40, openRoundTime: ROUND - 10, openRoundReporters: 0b0100n })
    const blind = (_underlying: number, round: number) => (round === ROUND - 10 ? undefined : 200_00000000n)
    expect(priceDuties(strange, blind, 1)).to.deep.equal([{ kind: 'reportPrices', underlying: 1, round: ROUND }])
  })

  it('is due without a view of its own: what others saw can be carried', () => {
    expect(priceDuties(at({ newestRoundTime: 0 }), nothing, 1)).to.have.length(1)
    expect(head.time).to.equal(NOW)
  })
})
