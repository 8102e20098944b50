import { expect } from 'chai'
import { parseChain } from '../../../sim/market/quotes.ts'

const CHAIN = `plimsoll quotes 1
underlying ETH
time 2024-01-08T11:19:41Z
index 2222.19
step 0.000001
columns expiry forward quote

2024-01-09T08:00:00Z 2000;1900P 98 - 500;2100C 1000 900 1200
`

describe('a recorded chain of quotes', () => {
  it('tells strikes, sides and prices in units of account', () => {
    const chain = parseChain(CHAIN)
    expect(chain).to.deep.include({ underlying: 'ETH', time: 1_704_712_781, index: 2_222.19 })
    expect(chain.expiries[0]?.quotes).to.deep.equal([
      { strike: 1_900, isCall: false, mark: 98 * 0.000001 * 2_000, bid: undefined, ask: 500 * 0.000001 * 2_000 },
      {
        strike: 2_100,
        isCall: true,
        mark: 1_000 * 0.000001 * 2_000,
        bid: 900 * 0.000001 * 2_000,
        ask: 1_200 * 0.000001 * 2_000,
      },
    ])
  })

  it('a figure that is none is named', () => {
    expect(() => parseChain(CHAIN.replace('1900P 98', '1900P x'))).to.throw(SyntaxError, 'no number')
  })
})
