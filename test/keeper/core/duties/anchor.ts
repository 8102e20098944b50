import { expect } from 'chai'
import { recordAgreementDuties } from '../../../../keeper/core/duties/anchor.ts'
import { head, market, view } from '../example.ts'

const HOUR = 3_600
const at = (recordedAt: number, roundAge: number) =>
  view({
    trials: new Map([[1, { recordedAt }]]),
    markets: new Map([[1, market({ newestRoundTime: head.time - roundAge })]]),
  })

describe('recording whether a candidate for the anchor agrees', () => {
  it('is due an hour after the last record, and at once where there is none', () => {
    expect(recordAgreementDuties(at(head.time - HOUR, 10))).to.deep.equal([{ kind: 'recordAgreement', underlying: 1 }])
    expect(recordAgreementDuties(at(0, 10))).to.have.length(1)
    expect(recordAgreementDuties(at(head.time - HOUR + 1, 10))).to.deep.equal([])
  })

  it('not without a candidate, and not beside a round that is too old to compare with', () => {
    expect(recordAgreementDuties(view({ trials: new Map() }))).to.deep.equal([])
    expect(recordAgreementDuties(at(0, 60))).to.have.length(1)
    expect(recordAgreementDuties(at(0, 61))).to.deep.equal([])
  })
})
