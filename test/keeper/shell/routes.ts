import { expect } from 'chai'
import type { Keeper } from '../../../keeper/shell/keeper.ts'
import type { Lookout } from '../../../keeper/shell/lookout.ts'
import { keeperMetrics } from '../../../keeper/shell/metrics.ts'
import { routesOf } from '../../../keeper/shell/routes.ts'

const observation = { underlying: 1, time: 1_584_000_000n, price: 5n, halfWidth: 0n }
const signature = `0x${'ab'.repeat(65)}` as const

describe('what a keeper answers', () => {
  let quiet = 0
  let reasons: string[] = []
  const keeper = { quietMs: () => quiet, unready: () => reasons, status: () => ({ decidedBlock: 7 }) }
  const lookout = {
    untilRound: async () => undefined,
    observation: async (_underlying: number, round: number) =>
      round === 1_584_000_000 ? { reporter: 3, observation, signature } : undefined,
    surface: async () => undefined,
  }
  const routes = routesOf(keeper as unknown as Keeper, lookout as unknown as Lookout, keeperMetrics())
  const ask = async (route: string, query = '') => routes[route]!(new URLSearchParams(query))

  it('its signed observation of a round; 404 where it has none, 400 where the question is not one', async () => {
    const found = await ask('/observation', 'underlying=1&time=1584000000')
    expect([found.status, JSON.parse(found.body).observation.price]).to.deep.equal([200, '5'])
    expect((await ask('/observation', 'underlying=1&time=1584000010')).status).to.equal(404)
    expect((await ask('/observation', 'underlying=one')).status).to.equal(400)
    expect((await ask('/surface', 'underlying=1&time=1584000000')).status).to.equal(404)
  })

  it('alive while a turn has ended within the last minute, and not after', async () => {
    quiet = 60_000
    expect((await ask('/live')).status).to.equal(200)
    quiet = 60_001
    expect((await ask('/live')).status).to.equal(503)
  })

  it('ready when nothing stands against it, else with the reasons', async () => {
    expect((await ask('/ready')).status).to.equal(200)
    reasons = ['behind', 'deaf']
    expect(await ask('/ready')).to.deep.include({ status: 503, body: 'behind\ndeaf\n' })
  })

  it('metrics of which those that have not happened stand at zero', async () => {
    const { body } = await ask('/metrics')
    expect(body).to.contain('plimsoll_keeper_duties_done_total{duty="startAuction"} 0')
    expect(JSON.parse((await ask('/status')).body)).to.deep.equal({ decidedBlock: 7 })
  })
})
