import { expect } from 'chai'
import { firstFees, raisedFees } from '../../../keeper/core/fees.ts'

const limits = { cap: 1_000n, tip: 10n }

describe('fees', () => {
  it('leave room for the base fee to double, and for three raises under the cap, as far as the base fee lets them', () => {
    expect(firstFees(100n, limits)).to.deep.equal({ maxFeePerGas: 210n, maxPriorityFeePerGas: 10n })
    expect(firstFees(400n, limits)).to.deep.equal({ maxFeePerGas: 699n, maxPriorityFeePerGas: 10n })
    expect(firstFees(900n, limits)).to.deep.equal({ maxFeePerGas: 910n, maxPriorityFeePerGas: 10n })
    let fees = firstFees(400n, limits)
    for (let raise = 0; raise < 3 && fees !== undefined; raise++) fees = raisedFees(fees, 300n, limits)
    expect(Number(fees?.maxFeePerGas)).to.be.within(990, 1_000)
    expect(firstFees(1_001n, limits)).to.equal(undefined)
  })

  it('a raise lifts both fields by an eighth at least, follows the base fee, and stops at the cap', () => {
    const last = { maxFeePerGas: 210n, maxPriorityFeePerGas: 10n }
    const raised = raisedFees(last, 100n, limits)
    expect(raised).to.deep.equal({ maxFeePerGas: 237n, maxPriorityFeePerGas: 12n })
    expect(raisedFees(last, 400n, limits)?.maxFeePerGas).to.equal(810n)
    expect(raisedFees({ maxFeePerGas: 900n, maxPriorityFeePerGas: 10n }, 100n, limits)).to.equal(undefined)
  })
})
