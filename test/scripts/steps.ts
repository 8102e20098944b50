import { expect } from 'chai'
import { countsIn } from '../../scripts/steps.ts'

describe('the closing line', () => {
  it('adds up what every runner said at its end', () => {
    const output = 'x\n  93 passing\n\n  12 passing (108ms)\n  2 failing\n'
    expect(countsIn(output)).to.deep.equal({ passed: 105, failed: 2 })
  })

  it('counts no number that a test merely mentions', () => {
    expect(countsIn('  ✔ a price of 3 passing 2 failing lines\n')).to.deep.equal({ passed: 0, failed: 0 })
  })
})
