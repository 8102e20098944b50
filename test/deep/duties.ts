// Five keeper processes on the protocol as deployed: do they find and do what only a barrier, an average, a debt, a lost portfolio or a
// silent market makes due, once each?
import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { openByHand, type ByHand } from '../../sim/driver/byHand.ts'
import { openChain, type Chain } from '../../sim/world/chain.ts'
import type { Owner } from '../../sim/world/people.ts'
import { isMarketOpen } from '../../sim/world/world.ts'
import { seriesIdOf } from '../../units/series.ts'
import type { OptionKind } from '../../units/series.ts'
import { LEVEL_INDEX, ONE } from '../../units/values.ts'
import type { Price, SeriesId } from '../../units/values.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
/** Wednesday, 11 March 2020, 08:00 UTC. */
const EXPIRY = 1_583_884_800 + 8 * HOUR
const NEXT_EXPIRY = EXPIRY + DAY
/** The deployment's own blocks lie before the first of the clock's. */
const DEPLOYED = EXPIRY - 4 * HOUR
const OPENED = EXPIRY - 75 * 60
const MINUTE = 60

const seriesAt = (strike: bigint, kind: OptionKind, field: number, expiry = EXPIRY): SeriesId =>
  seriesIdOf({ underlying: 1, expiry, strike: (strike * ONE) as Price, kind, field })

describe('duties that few blocks have', function () {
  this.timeout(1_800_000)
  const touched = seriesAt(200n, 'UP_OUT_CALL', 10_100)
  const untouched = seriesAt(200n, 'DOWN_OUT_PUT', 9_000)
  const average = seriesAt(200n, 'ASIAN_CALL', 1)
  const plain = seriesAt(190n, 'CALL', 0)
  let directory: string
  let chain: Chain
  let rig: ByHand
  let owners: readonly Owner[]

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'plimsoll-duties-'))
    chain = await openChain({ startTime: DEPLOYED, forkUrl: undefined })
    rig = await openByHand(chain, { directory, start: OPENED, spot: 203, seed: 1 })
    owners = rig.world.owners
    for (let tries = 0; tries < 8 && !(await isMarketOpen(rig.world)); tries++) await rig.until(rig.now() + MINUTE)
    expect(await isMarketOpen(rig.world)).to.equal(true)
  })
  after(async () => {
    await rig?.world.close()
    await chain?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const account = (index: number): bigint => owners[index]!.account
  const read = { ledger: () => rig.world.universe.deployment.addresses.ledger }
  const sizeOf = (index: number, series: SeriesId): Promise<bigint> =>
    chain.client.readContract({
      address: read.ledger(),
      abi: ABIS.ledger,
      functionName: 'sizeOf',
      args: [account(index), series],
    })

  /** Transactions that settled a page, whether there was anything to settle or not. */
  async function settled(): Promise<number> {
    const did = await Promise.all(
      rig.world.identities.map(async ({ endpoint }) => {
        const status = (await (await fetch(`${endpoint}/status`)).json()) as { readonly did: Record<string, number> }
        return status.did['settle'] ?? 0
      }),
    )
    return did.reduce((sum, count) => sum + count, 0)
  }

  it('the hours that a barrier needs are observed, and the touch is recorded, once each', async () => {
    for (const series of [touched, untouched, average, plain]) {
      await rig.post('postPosition', [account(0), account(1), series, ONE])
    }
    await rig.until(EXPIRY - HOUR)
    rig.market.price = 200
    await rig.until(EXPIRY - HOUR + 10 * MINUTE)
    const hours = await rig.events('HourObserved')
    expect(hours.map(({ hour, price }) => [hour, price])).to.deep.equal([[EXPIRY - HOUR, 203n * ONE]])
    const touches = await rig.events('BarrierTouched')
    expect(touches.map(({ hour, barrier, isUp }) => [hour, barrier, isUp])).to.deep.equal([
      [EXPIRY - HOUR, 202n * ONE, true],
    ])
  })

  it('at expiry the average is fixed, and all is settled but the barrier that may still be touched', async () => {
    await rig.until(EXPIRY + 10 * MINUTE)
    expect((await rig.events('AverageFixed')).map(({ windowHours, rung }) => [windowHours, rung])).to.deep.equal([
      [1, 1],
    ])
    expect(await rig.events('HourObserved')).to.have.length(2)
    for (const series of [touched, average, plain]) expect(await sizeOf(1, series)).to.equal(0n)
    expect(await sizeOf(1, untouched)).to.equal(ONE)
    const settlements = await settled()
    await rig.until(EXPIRY + 20 * MINUTE)
    expect(await settled()).to.equal(settlements)
  })

  it('six hours later that one is settled too', async () => {
    await rig.until(EXPIRY + 6 * HOUR, HOUR)
    await rig.until(EXPIRY + 6 * HOUR + 10 * MINUTE)
    expect([await sizeOf(0, untouched), await sizeOf(1, untouched)]).to.deep.equal([0n, 0n])
  })

  it('a debtor below MAINTENANCE has his collateral put on sale at once', async () => {
    const { addresses } = rig.world.universe.deployment
    const debtor = owners.findIndex(({ member }) => member.collateral > 0)
    const { health } = await chain.client.readContract({
      address: addresses.margin,
      abi: ABIS.margin,
      functionName: 'assess',
      args: [account(debtor), 0],
    })
    const [closeout, maintenance] = [health[LEVEL_INDEX.CLOSEOUT], health[LEVEL_INDEX.MAINTENANCE]]
    // Between the two levels; being a debtor costs the keepers' reserve besides.
    const creditor = account(owners.length - 1)
    await rig.post('postCash', [account(debtor), creditor, (closeout + maintenance) / 2n - 20n * ONE])
    await rig.until(rig.now() + 6 * MINUTE)
    const sales = await rig.events('SaleOpened')
    expect(sales.map(({ account: of, underlying }) => [of, underlying])).to.deep.equal([[account(debtor), 1]])
    await rig.post('postCash', [creditor, account(debtor), closeout])
    await rig.until(rig.now() + 4 * MINUTE)
  })

  it('a portfolio that nobody takes and nobody pays for is torn up after an hour, and its debt written off', async () => {
    const { addresses } = rig.world.universe.deployment
    const ledger = { address: addresses.ledger, abi: ABIS.ledger } as const
    const cashOf = (of: bigint): Promise<bigint> =>
      chain.client.readContract({ ...ledger, functionName: 'cashOf', args: [of] })
    const fund = await chain.client.readContract({
      address: addresses.defaultFund,
      abi: ABIS.defaultFund,
      functionName: 'fundAccount',
    })
    const lost = owners.findIndex(({ member }) => member.collateral === 0)
    const series = seriesAt(150n, 'CALL', 0, NEXT_EXPIRY)
    const [first, second] = [owners.length - 1, owners.length - 2]
    await rig.post('postPosition', [account(lost), account(first), series, 6n * ONE])
    await rig.post('postPosition', [account(lost), account(second), series, 4n * ONE])
    await rig.post('postCash', [account(lost), account(first), await cashOf(account(lost))])
    await rig.post('postCash', [fund, account(first), await cashOf(fund)])
    await rig.until(rig.now() + 80 * MINUTE)
    expect((await rig.events('AuctionStarted')).map((it) => it.account)).to.deep.equal([account(lost)])
    const torn = await rig.events('TornUp')
    expect(torn.map(({ holder, size }) => [holder, size]).toSorted()).to.deep.equal(
      [
        [account(first), 6n * ONE],
        [account(second), 4n * ONE],
      ].toSorted(),
    )
    expect(await sizeOf(lost, series)).to.equal(0n)
    expect(await cashOf(account(lost))).to.equal(0n)
  })

  it('a market that falls silent for good is noted, wound down, and ends at the mean of a day of a source that came back', async () => {
    rig.market.price = undefined
    await rig.until(rig.now() + 2 * HOUR, 10 * MINUTE)
    expect(await rig.events('SilenceNoted')).to.have.length(1)
    await rig.until(rig.now() + 14 * DAY, DAY)
    await rig.until(rig.now() + 4 * MINUTE)
    expect(await rig.events('WindDownDeclared')).to.have.length(1)
    rig.market.price = 180
    // The anchor's word lasts for longer than a block of this length, the reporters' does not.
    await rig.until(rig.now() + 28 * HOUR, 10 * MINUTE)
    const fixed = await rig.events('WindDownPriceFixed')
    expect(fixed.map(({ price }) => price)).to.deep.equal([180n * ONE])
    const samples = await rig.events('SampleTaken')
    expect(samples.length).to.be.within(30, 50)
  })
})
