import { expect } from 'chai'
import { callsOf } from '../../../../keeper/core/calls.ts'
import { keyOf } from '../../../../keeper/core/duties/duty.ts'
import { payWithdrawalsDuties } from '../../../../keeper/core/duties/withdrawals.ts'
import { ONE } from '../../../../units/values.ts'
import { view } from '../example.ts'

const at = (payout: bigint, tokens: bigint) => view({ waiting: { place: 3n, payout, tokens } })

describe('paying withdrawals that wait', () => {
  it('is due once there are tokens enough for who has waited longest, and a duty of its own for each who does', () => {
    const duties = payWithdrawalsDuties(at(ONE, ONE))
    expect(duties).to.deep.equal([{ kind: 'payWithdrawals', place: 3n }])
    expect(duties.map(keyOf)).to.deep.equal(['payWithdrawals:3'])
  })

  it('not while a digit is lacking, nor while nobody waits', () => {
    expect(payWithdrawalsDuties(at(ONE, ONE - 1n))).to.deep.equal([])
    expect(payWithdrawalsDuties(view())).to.deep.equal([])
  })

  it('brings gas for all whom it names, since the contract begins none with less than 400,000', () => {
    const [call] = callsOf(payWithdrawalsDuties(at(ONE, ONE)), 15_000_000n)
    expect(call).to.deep.include({ contract: 'withdrawalQueue', functionName: 'pay', args: [4n] })
    expect(call?.gas).to.equal(300_000n + 4n * 400_000n)
  })
})
