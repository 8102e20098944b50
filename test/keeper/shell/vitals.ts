import { expect } from 'chai'
import { keeperMetrics } from '../../../keeper/shell/metrics.ts'
import { purseOf } from '../../../keeper/shell/purse.ts'
import type { EndpointState } from '../../../keeper/shell/endpoints.ts'
import { vitalsOf } from '../../../keeper/shell/vitals.ts'
import { ONE } from '../../../units/values.ts'

const endpoint = (changed: Partial<EndpointState> = {}): EndpointState => ({
  name: '0 node',
  newest: 9,
  penalty: 0,
  latencyMs: 1,
  isBanned: false,
  ...changed,
})

function at(balance: bigint, ...endpoints: EndpointState[]) {
  const asked: string[] = []
  const client = {
    getBalance: async ({ address }: { address: string }) => {
      asked.push(address)
      return balance
    },
  }
  const chain = { client: client as never, endpoints: () => endpoints }
  const metrics = keeperMetrics()
  const purse = purseOf(100n * ONE)
  return {
    asked,
    metrics,
    purse,
    vitals: vitalsOf({ chain, sender: { addresses: ['0xaa'] }, purse, minBalance: ONE, metrics }),
  }
}

describe('the vitals', () => {
  it('a sender without money stands against acting, one with just enough does not', async () => {
    const poor = at(ONE - 1n, endpoint())
    await poor.vitals.look()
    expect(poor.vitals.reasons().join()).to.contain('0xaa holds')
    const rich = at(ONE, endpoint())
    await rich.vitals.look()
    expect(rich.vitals.reasons()).to.deep.equal([])
  })

  it('of several endpoints two must answer and be believed; of one nothing is asked', () => {
    expect(at(ONE, endpoint(), endpoint({ isBanned: true })).vitals.reasons()).to.deep.equal([
      '1 of 2 endpoints answer',
    ])
    expect(at(ONE, endpoint(), endpoint(), endpoint({ penalty: 63 })).vitals.reasons()).to.deep.equal([])
    expect(at(ONE, endpoint({ penalty: 63 })).vitals.reasons()).to.deep.equal([])
  })

  it('asks for balances every sixteen heads', async () => {
    const { asked, vitals } = at(ONE, endpoint())
    for (let head = 0; head < 17; head++) await vitals.look()
    expect(asked).to.have.length(2)
  })

  it('tells for how long the money lasts at what was spent today', async () => {
    const { metrics, purse, vitals } = at(6n * ONE, endpoint())
    await vitals.look()
    purse.pay('a', 12n * ONE, 0)
    expect(await metrics.text()).to.contain('plimsoll_keeper_runway_hours 12')
  })
})
