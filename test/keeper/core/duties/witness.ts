import { expect } from 'chai'
import { replaceWitnessDuties } from '../../../../keeper/core/duties/witness.ts'
import { ONE } from '../../../../units/values.ts'
import { account, ACCOUNT, assessment, standing } from '../example.ts'

// 100 less -20: 120 must be held, of which a twentieth is 6.
const worst = assessment(100, 50, -20, -60)
const dutiesFor = (status: 'HEALTHY' | 'CALLED' | 'AUCTION', recorded: bigint | undefined) =>
  replaceWitnessDuties([standing(account({ status }), worst, worst, recorded)])

describe('worse witnesses', () => {
  it('are named where they leave a called account lower by a twentieth of its margin, not for less', () => {
    expect(dutiesFor('CALLED', -14n * ONE)).to.deep.equal([
      { kind: 'replaceWitness', account: ACCOUNT, of: 'marginCalls', witnesses: worst.witnesses },
    ])
    expect(dutiesFor('CALLED', -15n * ONE)).to.deep.equal([])
  })

  it('are named to the auction of one in auction', () => {
    expect(dutiesFor('AUCTION', 0n)[0]).to.deep.include({ of: 'auctions' })
  })

  it('are named for nobody without a call or an auction, and never where the recorded ones are as bad', () => {
    expect(dutiesFor('HEALTHY', undefined)).to.deep.equal([])
    expect(dutiesFor('AUCTION', -20n * ONE)).to.deep.equal([])
  })
})
