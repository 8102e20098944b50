// Do the plots show the run on one axis, with gaps where nothing was known?
import { expect } from 'chai'
import { plotsOf } from '../../../sim/report/plots.ts'
import { emptyRun, remember } from '../../../sim/report/run.ts'
import { syntheticRun } from '../syntheticRun.ts'

describe('the plots', () => {
  const run = emptyRun()
  for (const event of syntheticRun()) remember(run, event)
  const plots = plotsOf(run)
  const lane = (name: string) => plots.lanes.find((it) => it.name === name)?.spans ?? []

  it('draw every venue, the median and the anchor as columns of one length', () => {
    expect(plots.prices.lines.map((line) => line.role)).to.deep.equal([
      ...Array.from({ length: 4 }, () => 'venue'),
      'anchor',
      'reporters',
    ])
    for (const line of plots.prices.lines) expect(line.values).to.have.length(plots.prices.time.length)
  })

  it('leave a gap where a venue has printed nothing, and do not carry an old price over it', () => {
    const silent = run.ticks.findIndex((tick) => tick.prices['bittrex'] === undefined)
    expect(plots.prices.lines[3]?.values[silent]).to.equal(null)
    expect(plots.prices.lines[0]?.values[silent]).to.not.equal(null)
  })

  it('carry the last word of each source to the seconds of the others', () => {
    const apart = emptyRun()
    remember(apart, { kind: 'tick', time: 10, prices: {} })
    remember(apart, { kind: 'market', time: 15, state: 'AGREED', price: 3, reporters: 3, anchor: 3 })
    remember(apart, { kind: 'tick', time: 20, prices: {} })
    expect(plotsOf(apart).prices.lines.at(-1)?.values).to.deep.equal([null, 3, 3])
  })

  it('show an auction from its start to its end, and the states of the market without holes', () => {
    expect(lane('auctions')).to.have.length(1)
    expect((lane('auctions')[0]?.to ?? 0) - (lane('auctions')[0]?.from ?? 0)).to.equal(11 * 300)
    const market = lane('market')
    market.slice(1).forEach((span, index) => expect(span.from).to.equal(market[index]?.to))
  })

  it('draw accounts in trouble before those that came nearest', () => {
    expect(plots.accounts.slice(0, 2).map((it) => it.name)).to.have.members(['short strangle 2', 'short strangle 6'])
    expect(plots.accounts[0]?.outcome).to.contain('1 auction')
  })

  it('show minutes without a cluster', () => {
    expect(lane('no cluster')).to.have.length(13)
  })
})
