import { expect } from 'chai'
import { callsOf } from '../../../keeper/core/calls.ts'
import type { Duty } from '../../../keeper/core/duties/duty.ts'
import type { AccountId } from '../../../units/values.ts'

const GAS = 15_000_000n
const lows = (count: number): Duty[] =>
  Array.from({ length: count }, (_, index) => {
    return { kind: 'openMarginCall', account: BigInt(index + 1) as AccountId, witnesses: [], shortfall: 1n } as const
  })
const sizes = (duties: readonly Duty[], maxGas = GAS): number[] =>
  callsOf(duties, maxGas).map((call) => call.duties.length)

describe('calls for duties', () => {
  it('margin calls go together, all of them while four transactions hold them', () => {
    expect(sizes(lows(3))).to.deep.equal([3])
    expect(sizes(lows(20))).to.deep.equal([7, 7, 6])
    expect(sizes(lows(28))).to.deep.equal([7, 7, 7, 7])
  })

  it('of a backlog two transactions go at one head', () => {
    expect(sizes(lows(29))).to.deep.equal([7, 7])
    expect(sizes(lows(600))).to.deep.equal([7, 7])
  })

  it('no batch is larger than the gas of a transaction holds', () => {
    for (const { gas } of callsOf(lows(20), 5_000_000n)) expect(gas <= 5_000_000n).to.equal(true)
    expect(sizes(lows(2), 1n)).to.deep.equal([1, 1])
  })
})
