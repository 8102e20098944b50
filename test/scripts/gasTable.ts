import { expect } from 'chai'
import { dearer, parseMeasured } from '../../scripts/gasTable.ts'

describe('the gas table', () => {
  const gas = (median: number, bytecode = 20_000) => ({ Ledger: { bytecode, postCash: median } })

  it('tells what became dearer beyond the tolerance, and nothing that became cheaper', () => {
    expect(dearer(gas(50_000), gas(51_000))).to.deep.equal([])
    expect(dearer(gas(50_000), gas(40_000))).to.deep.equal([])
    expect(dearer(gas(50_000), gas(52_000))).to.deep.equal(['Ledger.postCash: 50000 → 52000 (+4.0 %)'])
    expect(dearer(gas(50_000), gas(50_000, 22_000))).to.deep.equal(['Ledger.bytecode: 20000 → 22000 (+10.0 %)'])
  })

  it('has no opinion on what is new', () => {
    expect(dearer({}, gas(50_000))).to.deep.equal([])
  })

  it('measures the product, not what the tests bring along', () => {
    const functions = { postCash: { median: 50_000.5 } }
    const measured = parseMeasured({
      contracts: {
        'test/contracts/Double.sol:Double': { deployment: null, functions },
        'contracts/harness/Faucet.sol:Faucet': { deployment: null, functions },
        'contracts/ledger/Ledger.sol:Ledger': { deployment: { runtimeSize: 9 }, functions },
      },
    })
    expect(measured).to.deep.equal({ Ledger: { bytecode: 9, postCash: 50_001 } })
  })
})
