import { expect } from 'chai'
import { gasLearnt, paidCallsOf, rewardOf } from '../../../keeper/core/rewards.ts'
import type { Duty } from '../../../keeper/core/duties/duty.ts'
import type { View } from '../../../keeper/core/view.ts'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash } from '../../../units/values.ts'
import { ACCOUNT, account, head, view } from './example.ts'

const PAYEE = 77n as AccountId
const GWEI = 10n ** 9n
const GAS = 15_000_000n
const rules = { payee: PAYEE, native: 1, tip: GWEI }
const cure: Duty = { kind: 'recordCure', account: ACCOUNT }
const start: Duty = { kind: 'startAuction', account: ACCOUNT, witnesses: [], shortfall: 1n }
const callOn = (index: number): Duty => {
  return { kind: 'openMarginCall', account: BigInt(index) as AccountId, witnesses: [], shortfall: 1n }
}

/** An account short of calls, whose requirement holds 25 units for keepers; ether at 200. */
const at = (cash: bigint, baseFee = 20n * GWEI): View =>
  view({
    head: { ...head, baseFee },
    accounts: accountsOf([account({ cash: cash as Cash })]),
    rules: new Map([[1, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE), version: 1 }]]),
  })

describe('what a duty is paid', () => {
  it('is gas at the base fee and a fifth, and two units on turn', () => {
    const reward = rewardOf(at(1_000n * ONE), cure, rules, 300_000n)
    // 360,000 gas at 24 gwei and 200 are 1.728 units; the way through costs 120,000 gas at 21 gwei, 0.504.
    expect(reward).to.deep.equal({
      gas: 300_000n,
      forGas: 1_728_000_000_000_000_000n,
      bonus: 2n * ONE,
      profit: 3_224_000_000_000_000_000n,
    })
  })

  it('ends with a quarter of the reserve, with the cash, and with the cap of the gas price', () => {
    const quarter = rewardOf(at(1_000n * ONE, 1_000n * GWEI), cure, rules, 1_000_000n)
    expect([quarter?.forGas, quarter?.bonus]).to.deep.equal([(25n * ONE) / 4n, 0n])
    const poor = rewardOf(at(ONE), cure, rules, 300_000n)
    expect([poor?.forGas, poor?.bonus]).to.deep.equal([ONE, 0n])
    const debtor = rewardOf(at(-ONE), cure, rules, 300_000n)
    expect(debtor?.profit).to.equal(-504_000_000_000_000_000n)
    const capped = rewardOf(at(1_000n * ONE, 2_000n * GWEI), cure, rules, 1n)
    expect(capped?.forGas).to.equal((60_001n * 500n * GWEI * 200n * ONE) / ONE)
  })

  it('is nothing where a duty has no entry, or nobody knows what gas is worth', () => {
    expect(rewardOf(at(ONE), { kind: 'writeOff', account: ACCOUNT }, rules, undefined)).to.equal(undefined)
    expect(rewardOf(at(ONE), cure, { ...rules, native: 0 }, undefined)).to.equal(undefined)
  })

  const paying = () => ({ gas: 1n, forGas: 1n, bonus: 0n, profit: 1n })

  it('what pays goes through Rewards to the payee, and directly where the chain refuses that', () => {
    const [alternatives] = paidCallsOf([start], GAS, paying, PAYEE)
    expect(alternatives?.map(({ contract, functionName }) => `${contract}.${functionName}`)).to.deep.equal([
      'rewards.startAuction',
      'auctions.start',
    ])
    expect(alternatives?.[0].args).to.deep.equal([ACCOUNT, [], PAYEE])
    expect(alternatives?.[0].reward?.profit).to.equal(1n)
  })

  it('what does not pay, or is not paid, goes directly', () => {
    const costs = () => ({ ...paying(), profit: 0n })
    const contracts = paidCallsOf([start, cure], GAS, costs, PAYEE).flatMap((calls) =>
      calls.map(({ contract }) => contract),
    )
    expect(contracts).to.deep.equal(['auctions', 'marginCalls'])
  })

  it('keeps the order of the duties, and opens many margin calls in batches', () => {
    const few = paidCallsOf([start, callOn(1), cure], GAS, paying, PAYEE).map(([{ functionName }]) => functionName)
    expect(few).to.deep.equal(['startAuction', 'openMarginCall', 'recordCure'])
    const many = [start, ...[1, 2, 3, 4, 5].map(callOn)]
    const calls = paidCallsOf(many, GAS, paying, PAYEE).map(([call]) => `${call.contract} ${call.duties.length}`)
    expect(calls).to.deep.equal(['rewards 1', 'marginCalls 5'])
  })

  it('no call asks for more gas than a transaction may have', () => {
    for (const [call] of paidCallsOf([cure, start], GAS, paying, PAYEE)) expect(call.gas <= GAS).to.equal(true)
  })

  it('learns what a kind uses from what was mined, the detour left out', () => {
    const [[paid, direct] = []] = paidCallsOf([cure], GAS, paying, PAYEE)
    expect(gasLearnt(paid!, 420_000n)).to.deep.equal(['recordCure', 300_000n])
    expect(gasLearnt(direct!, 300_000n)).to.deep.equal(['recordCure', 300_000n])
  })
})
