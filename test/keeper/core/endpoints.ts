import { expect } from 'chai'
import {
  agreedHead,
  answered,
  disproven,
  failed,
  heard,
  inOrder,
  isBanned,
  openQuestions,
  outvoted,
  UNKNOWN,
  verdict,
  withVoice,
} from '../../../keeper/core/endpoints.ts'
import type { Reputation } from '../../../keeper/core/endpoints.ts'
import type { Head } from '../../../keeper/core/view.ts'

const head = (number: number, fork = ''): Head => ({
  number: BigInt(number),
  hash: `0x${number}${fork}`,
  parentHash: `0x${number - 1}`,
  time: number,
  baseFee: 1n,
})
const at = (...heads: Head[]): Reputation => heads.reduce(heard, UNKNOWN)
const numberOf = (...all: Reputation[]) => agreedHead(all, 0)?.hash

describe('several endpoints', () => {
  it('the head is the highest that two have told', () => {
    expect(numberOf(at(head(8), head(9)), at(head(8)), at(head(7)))).to.equal('0x8')
    expect(numberOf(at(head(9)), at(head(9)), at(head(7)))).to.equal('0x9')
    expect(numberOf(at(head(9)), at(head(8)), at(head(7)))).to.equal(undefined)
  })

  it('a head that one alone has forged is none, however high', () => {
    expect(numberOf(at(head(9), head(1_000_009)), at(head(9)), at(head(9)))).to.equal('0x9')
    expect(numberOf(at(head(1_000_009)), at(head(9)), at(head(9)))).to.equal('0x9')
    expect(numberOf(at(head(9, 'b')), at(head(9)), at(head(9)))).to.equal('0x9')
  })

  it('one that is alone is believed; of two, the one that goes on where the other has stopped', () => {
    expect(numberOf(at(head(9)))).to.equal('0x9')
    expect(numberOf(at(head(9)), at(head(8)))).to.equal(undefined)
    expect(numberOf(at(head(9)), at(head(2)))).to.equal('0x9')
    let dead = at(head(3))
    for (let i = 0; i < 6; i++) dead = failed(dead)
    expect(numberOf(dead, dead, at(head(9)))).to.equal('0x9')
  })

  it('after a reorganisation what was heard above it counts no longer', () => {
    const moved = heard(at(head(8), head(9)), head(9, 'b'))
    expect(moved.heads.map(({ hash }) => hash)).to.deep.equal(['0x8', '0x9b'])
  })

  it('a word of an older head that comes late takes nothing back', () => {
    const late = heard(at(head(7), head(9)), head(8))
    expect(late.heads.map(({ hash }) => hash)).to.deep.equal(['0x7', '0x9'])
    expect(numberOf(late, at(head(9)))).to.equal('0x9')
  })

  it('who has skipped a block that another tells is asked about it', () => {
    expect(openQuestions([at(head(8), head(9)), at(head(8), head(10))], 0)).to.deep.equal([{ place: 1, number: 9n }])
    expect(openQuestions([at(head(9)), at(head(9))], 0)).to.deep.equal([])
  })

  it('who is outvoted on one block’s state is left out for a while; on what may differ for a moment, after three times', () => {
    expect(isBanned(outvoted(UNKNOWN, true, 0), 1)).to.equal(true)
    expect(isBanned(outvoted(UNKNOWN, true, 0), 700_000)).to.equal(false)
    const twice = outvoted(outvoted(UNKNOWN, false, 0), false, 0)
    expect([isBanned(twice, 1), isBanned(outvoted(twice, false, 0), 1)]).to.deep.equal([false, true])
  })

  it('those that know the block are asked first, then those that answer, then the fast; the banned last', () => {
    const slow = answered(at(head(9)), 1_000)
    const all = [outvoted(at(head(9)), true, 0), failed(at(head(9))), slow, at(head(9)), at(head(8))]
    expect(inOrder(all, 1, 9n)).to.deep.equal([3, 2, 1, 4, 0])
  })

  it('who is disproven has no voice for a while, as long as anybody else is left', () => {
    const liar = disproven(at(head(9)), 0)
    expect(withVoice([liar, at(head(8)), liar], 1, 9n)).to.deep.equal([1])
    expect(withVoice([liar, at(head(8)), liar], 700_000, 9n)).to.deep.equal([0, 2, 1])
    expect(withVoice([liar, liar], 1, 9n)).to.deep.equal([0, 1])
    expect(numberOf(liar, at(head(8)), liar)).to.equal('0x8')
  })

  it('the verdict is what two say alike, and names who said otherwise', () => {
    const [a, b, c] = [
      { place: 0, text: 'x' },
      { place: 1, text: 'y' },
      { place: 2, text: 'y' },
    ]
    expect(verdict([a, b], 2)).to.equal(undefined)
    expect(verdict([a, b, c], 2)).to.deep.equal({ text: 'y', against: [0] })
    expect(verdict([a], 1)).to.deep.equal({ text: 'x', against: [] })
  })
})
