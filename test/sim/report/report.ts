// Does the report say what happened, and nothing else?
import { expect } from 'chai'
import { createReport } from '../../../sim/report/report.ts'
import type { Summary } from '../../../sim/report/summary.ts'
import { ACCOUNTS, KEEPERS, syntheticRun } from '../syntheticRun.ts'

function reportOf(events = syntheticRun()) {
  const report = createReport()
  for (const event of events) report.take(event)
  return report
}

describe('the report', () => {
  const summary = JSON.parse(reportOf().json()) as Summary

  it('counts calls, cures, auctions, bids and settlements at its top level', () => {
    expect(summary).to.include({ marginCalls: 2, cures: 1, lapses: 0, auctions: 1, bids: 2, settlements: 1 })
    expect(summary).to.include({ badDebt: 0, defaultFundUsed: 42, falseCalls: 0, blocks: 288, seconds: 42 })
    expect(summary.violations).to.deep.equal([])
  })

  it('credits each keeper by address with what it did, and lists those that did nothing', () => {
    expect(Object.keys(summary.byKeeper)).to.deep.equal(KEEPERS.map((keeper) => keeper.address))
    expect(summary.byKeeper[KEEPERS[2]?.address ?? '']).to.include({ keeper: 3, marginCalls: 1, auctions: 0 })
    expect(summary.byKeeper[KEEPERS[4]?.address ?? '']).to.include({ killed: true, auctions: 1 })

    const idle = createReport()
    for (const event of syntheticRun(0)) idle.take(event)
    const { byKeeper } = JSON.parse(idle.json()) as Summary
    expect(Object.values(byKeeper).map((deeds) => deeds.reports)).to.deep.equal([0, 0, 0, 0, 0])
  })

  it('keeps what traders did apart from what keepers did', () => {
    expect(Object.values(summary.byOthers)).to.have.length(1)
    expect(Object.values(summary.byOthers)[0]).to.include({ cures: 1, bids: 2, marginCalls: 0 })
  })

  it('counts a keeper under one address however its letters are written', () => {
    const report = reportOf()
    report.take({ kind: 'marginCall', time: 1, account: 'x', by: `0x${'A'.repeat(40)}` })
    report.take({ kind: 'marginCall', time: 2, account: 'x', by: `0x${'a'.repeat(40)}` })
    const { byOthers } = JSON.parse(report.json()) as Summary
    expect(byOthers[`0x${'a'.repeat(40)}`]?.marginCalls).to.equal(2)
  })

  it('counts an account as closed whose auction ended and of which nothing more is told', () => {
    const account = ACCOUNTS[1]?.account ?? ''
    const report = createReport()
    const figures = { equity: 1, maintenance: 2, initial: 3 }
    report.take({ kind: 'account', time: 1, account, status: 'auction', ...figures })
    report.take({ kind: 'auctionEnd', time: 2, account, deficit: 0 })
    expect((JSON.parse(report.json()) as Summary).accounts).to.include({ auction: 0, closed: 1 })
    report.take({ kind: 'account', time: 3, account, status: 'healthy', ...figures })
    expect((JSON.parse(report.json()) as Summary).accounts).to.include({ healthy: 1, closed: 0 })
  })

  it('lists violations and false calls as they were told', () => {
    const report = reportOf()
    report.take({ kind: 'violation', time: 5, guarantee: 'G2', detail: 'sizes sum to 1' })
    report.take({ kind: 'falseCall', time: 5, account: ACCOUNTS[0]?.account ?? '', detail: 'equity 5 over 4' })
    const told = JSON.parse(report.json()) as Summary
    expect(told.violations).to.deep.equal([{ time: 5, guarantee: 'G2', detail: 'sizes sum to 1' }])
    expect(told.falseCalls).to.equal(1)
    expect(report.html()).to.contain('1 guarantee violation').and.not.contain('every checked guarantee held')
    expect(report.text()).to.contain('VIOLATION of G2')
  })

  it('is one page that needs nothing beside itself', () => {
    const page = reportOf().html()
    expect(page).to.not.match(/<(script|link|img)[^>]+(src|href)=/)
    expect(page).to.contain('every checked guarantee held').and.contain('synthetic').and.contain('short strangle 2')
  })

  it('cannot be broken by a name that is markup', () => {
    const report = createReport()
    for (const event of syntheticRun(2)) {
      report.take(event.kind === 'started' ? { ...event, scenario: '</script><b>', venues: ['</script>'] } : event)
    }
    expect(report.html()).to.not.contain('</script><b>')
    expect(report.html().match(/<\/script>/g)).to.have.length(3)
  })
})
