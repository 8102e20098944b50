import { expect } from 'chai'
import { lanesOf } from '../../../keeper/shell/lanes.ts'
import type { Sender } from '../../../keeper/shell/sender.ts'
import type { Call } from '../../../keeper/core/calls.ts'
import { head } from '../core/example.ts'

function laneOf(name: string, sent: string[]): Sender {
  return {
    address: `0x${name}`,
    addresses: [`0x${name}`],
    inFlight: () => new Set([name]),
    backlog: () => 1,
    raises: () => 2,
    settle: async () => [],
    send: async () => void sent.push(name),
  }
}
const callOf = (kind: string) => ({ duties: [{ kind }] }) as unknown as Call

describe('the lanes', () => {
  it('auctions and margin calls go by the urgent one, everything else by the main one', async () => {
    const sent: string[] = []
    const both = lanesOf(laneOf('main', sent), laneOf('urgent', sent))
    for (const kind of ['startAuction', 'settle', 'openMarginCall', 'reportPrices'])
      await both.send(callOf(kind), head, false)
    expect(sent).to.deep.equal(['urgent', 'main', 'urgent', 'main'])
    expect([...both.inFlight()].toSorted()).to.deep.equal(['main', 'urgent'])
    expect(both.addresses).to.deep.equal(['0xmain', '0xurgent'])
    expect([both.backlog(), both.raises(), both.address]).to.deep.equal([2, 4, '0xmain'])
  })

  it('with one key there is one lane', () => {
    const main = laneOf('main', [])
    expect(lanesOf(main, undefined)).to.equal(main)
  })
})
