import { expect } from 'chai'
import { closeAuctionDuties, startAuctionDuties, writeOffDuties } from '../../../../keeper/core/duties/auctions.ts'
import { ONE } from '../../../../units/values.ts'
import type { Cash } from '../../../../units/values.ts'
import { account, ACCOUNT, assessment, market, standing, view } from '../example.ts'

const doomed = assessment(30, -10, -50, -90)
const below = assessment(100, 50, -20, -60)
const above = assessment(100, 50, 20, 5)
const grace = (left: bigint) => ({ left, since: new Map([[1, 500n]]) })

describe('auctions', () => {
  it('an account below CLOSEOUT is auctioned at once, called or not', () => {
    const expected = [{ kind: 'startAuction', account: ACCOUNT, witnesses: doomed.witnesses, shortfall: 50n * ONE }]
    expect(startAuctionDuties(view(), [standing(account(), doomed)])).to.deep.equal(expected)
    const called = account({ status: 'CALLED', grace: grace(900n) })
    expect(startAuctionDuties(view(), [standing(called, doomed)])).to.deep.equal(expected)
  })

  it('one below MAINTENANCE is auctioned from its deadline on, not before, and never uncalled', () => {
    const of = (left: bigint): number => {
      return startAuctionDuties(view(), [standing(account({ status: 'CALLED', grace: grace(left) }), below)]).length
    }
    expect([of(501n), of(500n)]).to.deep.equal([0, 1])
    expect(startAuctionDuties(view(), [standing(account(), below)])).to.deep.equal([])
  })

  it('with one source live only accounts below CLOSEOUT, with none nobody', () => {
    const single = view({ markets: new Map([[1, market({}, 'SINGLE')]]) })
    const dead = view({ markets: new Map([[1, market({}, 'DEAD')]]) })
    const overdue = account({ status: 'CALLED', grace: grace(0n) })
    expect(startAuctionDuties(single, [standing(overdue, below)])).to.deep.equal([])
    expect(startAuctionDuties(single, [standing(overdue, doomed)])).to.have.length(1)
    expect(startAuctionDuties(dead, [standing(overdue, doomed)])).to.deep.equal([])
  })

  it('an auction is closed above INITIAL or with nothing left, and stands otherwise', () => {
    const sold = account({ status: 'AUCTION', positions: [] })
    expect(closeAuctionDuties([standing(account({ status: 'AUCTION' }), below)])).to.deep.equal([])
    expect(closeAuctionDuties([standing(account({ status: 'AUCTION' }), above)])).to.have.length(1)
    expect(closeAuctionDuties([standing(sold, doomed)])).to.have.length(1)
    expect(closeAuctionDuties([standing(account(), above)])).to.deep.equal([])
  })

  it('a debtor that holds nothing is written off; one that holds collateral is not', () => {
    const debtor = account({ positions: [], cash: (-5n * ONE) as Cash })
    const covered = { ...debtor, collateral: [{ underlying: 1, amount: ONE }] }
    expect(writeOffDuties([standing(debtor, doomed)])).to.deep.equal([{ kind: 'writeOff', account: ACCOUNT }])
    expect(writeOffDuties([standing(covered, doomed)])).to.deep.equal([])
    expect(startAuctionDuties(view(), [standing(debtor, doomed)])).to.deep.equal([])
  })
})
