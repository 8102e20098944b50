import { expect } from 'chai'
import { judgeOverdue, watched, type Sight, type Watch } from '../../../../sim/checks/core/overdue.ts'

const below: Sight = { account: 7n, isBelow: true, isAuctionable: true }

function after(sights: readonly (readonly Sight[])[]): Watch {
  return sights.reduce<Watch>((watch, seen) => watched(watch, seen), new Map())
}

const blocks = (count: number) => Array.from({ length: count }, () => [below])

describe('the watch on accounts below close-out', () => {
  it('tells of an account once, in the block after its last', () => {
    expect(judgeOverdue(after(blocks(4)), 3)).to.deep.equal([])
    expect(judgeOverdue(after(blocks(5)), 3).map((it) => it.guarantee)).to.deep.equal(['R4'])
    expect(judgeOverdue(after(blocks(6)), 3)).to.deep.equal([])
  })

  it('begins anew when the account was above, in auction, or without a live price in between', () => {
    for (const relief of [{ isBelow: false }, { isAuctionable: false }]) {
      expect(judgeOverdue(after([...blocks(4), [{ ...below, ...relief }], ...blocks(4)]), 3)).to.deep.equal([])
      // Were the relief counted, this would be the block in which it is told.
      expect(judgeOverdue(after([...blocks(3), [{ ...below, ...relief }], ...blocks(1)]), 3)).to.deep.equal([])
    }
  })

  it('does not forget an account that it did not look at', () => {
    expect(judgeOverdue(after([...blocks(4), [], ...blocks(1)]), 3)).to.have.length(1)
  })
})
