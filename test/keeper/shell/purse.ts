import { expect } from 'chai'
import { purseOf } from '../../../keeper/shell/purse.ts'

describe('the purse', () => {
  it('a promise takes the place of the one before it for the same nonce, and is freed when it is paid', () => {
    const purse = purseOf(10n)
    expect(purse.promise('a', 6n, 0)).to.equal(true)
    expect(purse.promise('a', 9n, 0)).to.equal(true)
    expect(purse.promise('b', 2n, 0)).to.equal(false)
    purse.pay('a', 4n, 0)
    expect(purse.promise('b', 6n, 0)).to.equal(true)
    expect(purse.spent()).to.equal(4n)
  })

  it('what was spent before it began counts, and is forgotten like what it spent itself', () => {
    const purse = purseOf(10n)
    purse.recall([{ time: 0, wei: 8n }])
    expect(purse.promise('a', 3n, 10)).to.equal(false)
    expect(purse.promise('a', 3n, 86_400)).to.equal(true)
  })
})
