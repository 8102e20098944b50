// What do prices cost? Rounds, reads, surfaces, settlement prices and the fleet's own duties, on the contracts as deployed.
import type { Row } from '../bench.ts'
import { EXPIRY, START, WINDOW, sceneOf } from './prices/scene.ts'
import type { Scene } from './prices/scene.ts'

const QUORUM = [1, 2, 3] as const
const ALL = [1, 2, 3, 4, 5] as const

export async function rows(): Promise<readonly Row[]> {
  const scene = await sceneOf()
  const clock = clockFrom(START)
  const measured: Row[] = []
  // In this order: each goes on where the one before it left the chain.
  for (const part of [rounds, surfaces, reads, settlement, fleet]) measured.push(...(await part(scene, clock)))
  await scene.close()
  return measured
}

const row = (id: string, gas: bigint, note?: string): Row => ({
  id,
  value: Number(gas),
  unit: 'gas',
  ...(note === undefined ? {} : { note }),
})

type Clock = { readonly now: () => number; readonly next: (seconds: number) => number }

function clockFrom(start: number): Clock {
  let time = start
  return { now: () => time, next: (seconds) => (time += seconds) }
}

/** The ring of rounds is warm after its first turn: ten rounds go before. */
async function rounds(scene: Scene, clock: Clock): Promise<Row[]> {
  for (let i = 0; i < 10; i++) await scene.submit(clock.next(10), ALL)
  const three = await scene.submit(clock.next(10), QUORUM)
  const five = await scene.submit(clock.next(10), ALL)
  const apart: bigint[] = []
  clock.next(10)
  for (const reporter of QUORUM) apart.push(await scene.submit(clock.now(), [reporter]))
  await scene.report(clock.next(10), QUORUM)
  const report = await scene.report(clock.next(10), QUORUM)
  const late = await scene.report(clock.now(), [4])
  const known = await scene.report(clock.now(), [4])
  const chainlink = await scene.chainlink(clock.next(10))
  const peer = { name: 'Chainlink: forwarder and cache, 2 of 4 nodes', value: Number(chainlink) }
  return [
    { ...row('submit 3', three, 'the reporter oracle: a quorum makes a round'), peer },
    row('submit 5', five),
    row('submit, each further', (five - three) / 2n, 'in the same call'),
    row(
      'submit 3, one by one',
      apart.reduce((sum, gas) => sum + gas, 0n),
      'the alternative: a transaction for each reporter',
    ),
    row('report 3', report, 'the price book: the round, its checkpoint and the state of the market'),
    row('report 1, late', late, 'added to the newest round'),
    row('report 1, known', known, 'changes nothing'),
  ]
}

async function surfaces(scene: Scene, clock: Clock): Promise<Row[]> {
  await scene.surface(clock.now(), 6)
  await scene.report(clock.next(600), QUORUM)
  const surface = await scene.surface(clock.now(), 6)
  return [
    row('surface, 6 slices by 3', surface, 'signatures, medians, arbitrage and move checked'),
    row('surface, each slice', surface / 6n),
  ]
}

/** Cold, in an agreed market. */
async function reads(scene: Scene): Promise<Row[]> {
  return [
    row('index', await scene.gasOfRead('priceBook', 'index', []), 'an agreed price'),
    row('marks, below, no expiry', await scene.gasOfRead('priceBook', 'marks', [0, []])),
    row('marks, below, 1 expiry', await scene.gasOfRead('priceBook', 'marks', [0, [EXPIRY]])),
    row('marks, taking, 1 expiry', await scene.gasOfRead('priceBook', 'marks', [2, [EXPIRY]]), 'no pool listed'),
    row('rounds', await scene.gasOfRead('reporterOracle', 'rounds', []), 'what the reporters say'),
    row('anchor', await scene.gasOfRead('anchor', 'read', []), 'what Chainlink says, through its proxy'),
  ]
}

async function fleet(scene: Scene): Promise<Row[]> {
  return [
    row('check in', await scene.checkIn(1), 'every 150 blocks'),
    row('prove equivocation', await scene.proveEquivocation(5), 'bond and reward moved'),
    row('put to sleep', await scene.putToSleep(4)),
  ]
}

async function settlement(scene: Scene): Promise<Row[]> {
  for (let time = EXPIRY - WINDOW - 60; time <= EXPIRY + 60; time += 60) await scene.report(time, QUORUM)
  return [row('fixSettlementPrice', await scene.fix(), 'the average over the window')]
}
