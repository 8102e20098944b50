import { expect } from 'chai'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { scan, scannerOf } from '../../../keeper/core/scan.ts'
import { watchOf } from '../../../keeper/core/watch.ts'
import type { View } from '../../../keeper/core/view.ts'
import { assess } from '../../../risk/exact/margin.ts'
import { LEVEL_INDEX } from '../../../units/values.ts'
import { accountAt, viewAt } from '../../../scripts/bench/keeper/scene.ts'
import type { Draw, Scene } from '../../../scripts/bench/keeper/scene.ts'
import { randomFrom } from '../../../scripts/bench/keeper/random.ts'
import { market } from './example.ts'

const nobody = new Set<string>()
const DAY = 86_400
const START = 1_584_000_003
const SCENE: Scene = {
  time: START,
  spots: [200, 4_000],
  expiries: [1, 2.5, 9, 40, 100].map((days) => START + Math.round(days * DAY)),
  level: 1,
  tilt: -0.2,
  carry: 0.02,
}

const between = (random: Draw, low: number, high: number): number => low + ((high - low) * random(1e6)) / 1e6

/** A quiet tick, a jump, an hour, a surface, a tilt, or a carry: whatever a market may do between two heads. */
function moved(scene: Scene, random: Draw): Scene {
  const jump = random(8) === 0 ? 0.06 : 0.002
  return {
    ...scene,
    time: scene.time + (random(10) === 0 ? 3_600 : 12),
    spots: scene.spots.map((spot) => spot * Math.exp(between(random, -jump, jump))),
    level: random(6) === 0 ? scene.level * Math.exp(between(random, -0.06, 0.06)) : scene.level,
    tilt: random(12) === 0 ? between(random, -0.4, 0.1) : scene.tilt,
    carry: random(12) === 0 ? between(random, -0.05, 0.1) : scene.carry,
  }
}

const namesOf = (found: ReturnType<typeof scan>): bigint[] =>
  found.standings.map(({ state }) => state.account).toSorted((a, b) => (a < b ? -1 : 1))

function foundBy(watch: ReturnType<typeof watchOf>, view: View): bigint[] {
  watch.begin(view)
  while (watch.look(64) > 0);
  const look = scannerOf(view, nobody)
  const scans = watch.suspects(1e6).map((slot) => look(view.accounts.stateAt(slot)))
  return scans.flatMap(namesOf).toSorted((a, b) => (a < b ? -1 : 1))
}

describe('the watch', function () {
  this.timeout(120_000)

  it('over random markets it finds the very accounts that a look at every one finds, and looks at few', () => {
    let looks = 0
    let heads = 0
    for (const seed of [1, 2, 3, 4]) {
      const random = randomFrom(seed)
      const states = Array.from({ length: 150 }, (_, at) =>
        accountAt(at, 1 + random(9), between(random, 0, 1.5) ** 2, SCENE, random),
      )
      const accounts = accountsOf(states)
      const watch = watchOf(accounts, nobody)
      let scene = SCENE
      for (let head = 1; head <= 80; head++, heads++) {
        const view = viewAt(scene, accounts, head)
        expect(foundBy(watch, view), `seed ${seed}, head ${head}`).to.deep.equal(namesOf(scan(view, nobody)))
        if (random(4) === 0) {
          const slot = random(150)
          accounts.put({
            ...accountAt(slot, 1 + random(9), between(random, 0, 0.4), scene, random),
            version: BigInt(head),
          })
        }
        scene = moved(scene, random)
      }
      looks += watch.figures().looks
    }
    expect(looks).to.be.below(heads * 150 * 0.6)
  })

  it('nobody changes sign inside a certificate: not at its very edge, by the exact twin', () => {
    const random = randomFrom(21)
    let edges = 0
    for (let at = 0; at < 250; at++) {
      const state = accountAt(at, 1 + random(9), between(random, -0.15, 0.6), SCENE, random)
      const to: Scene = {
        time: START + random(4) * 1_500,
        spots: SCENE.spots.map((spot) => spot * Math.exp(between(random, -0.25, 0.25))),
        expiries: SCENE.expiries,
        level: Math.exp(between(random, -0.06, 0.06)),
        tilt: SCENE.tilt + between(random, -0.04, 0.04),
        carry: SCENE.carry + between(random, -0.01, 0.01),
      }
      const along = (share: number): Scene => {
        const mix = (a: number, b: number): number => a + share * (b - a)
        const spots = SCENE.spots.map((spot, one) => mix(spot, to.spots[one]!))
        const time = Math.round(mix(SCENE.time, to.time))
        return {
          ...SCENE,
          time,
          spots,
          level: mix(1, to.level),
          tilt: mix(SCENE.tilt, to.tilt),
          carry: mix(SCENE.carry, to.carry),
        }
      }
      const accounts = accountsOf([state])
      const stands = (share: number): boolean => {
        const watch = watchOf(accountsOf([state]), nobody)
        foundBy(watch, viewAt(SCENE, accounts, 1))
        watch.begin(viewAt(along(share), accounts, 2))
        return watch.figures().left === 0 && watch.suspects(1).length === 0
      }
      if (!stands(0)) continue
      let [inside, outside] = [0, 1]
      for (let step = 0; step < 12; step++) {
        const middle = (inside + outside) / 2
        if (stands(middle)) inside = middle
        else outside = middle
      }
      edges += 1
      for (const share of [inside, inside * 0.999, inside / 2]) {
        const view = viewAt(along(share), accounts, 2)
        const marks = [...view.markets.values()].map(({ below }) => below)
        const health = assess(state, marks, view.rules, 'BELOW').health[LEVEL_INDEX.MAINTENANCE]
        expect(health > 0n, `account ${at} at ${share}`).to.equal(true)
      }
    }
    expect(edges).to.be.above(100)
  })

  it('through quiet minutes nobody is looked at twice', () => {
    const random = randomFrom(11)
    const states = Array.from({ length: 400 }, (_, at) => accountAt(at, 8, between(random, 0, 1.5), SCENE, random))
    const accounts = accountsOf(states)
    const watch = watchOf(accounts, nobody)
    foundBy(watch, viewAt(SCENE, accounts, 1))
    const { looks } = watch.figures()
    let scene = SCENE
    for (let head = 2; head <= 60; head++) {
      scene = {
        ...scene,
        time: scene.time + 10,
        spots: scene.spots.map((it) => it * Math.exp(between(random, -1e-4, 1e-4))),
      }
      foundBy(watch, viewAt(scene, accounts, head))
    }
    expect(watch.figures().looks - looks).to.be.below(0.02 * 59 * 400)
  })

  it('in a crash the worst off is looked at first, and what is left over keeps its place', () => {
    const random = randomFrom(5)
    const states = Array.from({ length: 300 }, (_, at) => accountAt(at, 6, between(random, 0, 0.5), SCENE, random))
    const accounts = accountsOf(states)
    const watch = watchOf(accounts, nobody)
    foundBy(watch, viewAt(SCENE, accounts, 1))
    const crash = viewAt({ ...SCENE, time: START + 12, spots: [130, 2_600] }, accounts, 2)
    const due = namesOf(scan(crash, nobody))
    watch.begin(crash)
    watch.look(10)
    const look = scannerOf(crash, nobody)
    const first = watch.suspects(10).flatMap((slot) => namesOf(look(accounts.stateAt(slot))))
    expect(first.length).to.be.above(5)
    expect(due).to.include.members(first)
    expect(foundBy(watch, { ...crash, head: { ...crash.head, hash: '0x2b' } })).to.deep.equal(due)
  })

  it('whoever is called, in auction or in debt is looked at every time; the house never', () => {
    const random = randomFrom(3)
    const base = accountAt(1, 4, 2, SCENE, random)
    const called = { ...base, status: 'CALLED' as const }
    const accounts = accountsOf([called, { ...accountAt(2, 4, 2, SCENE, random), status: 'AUCTION' as const }])
    accounts.put({ ...accountAt(3, 1, 0, SCENE, random), positions: [], collateral: [], cash: -1n as never })
    accounts.put(accountAt(4, 4, 3, SCENE, random))
    const watch = watchOf(accounts, nobody)
    watch.begin(viewAt(SCENE, accounts, 1))
    watch.look(100)
    expect(watch.suspects(9)).to.have.members([0, 1, 2])
    const owner = accounts.ownerAt(0)
    const housed = watchOf(accountsOf([{ ...called, cash: -1n as never }]), new Set([owner]))
    housed.begin(viewAt(SCENE, accountsOf([called]), 1))
    expect(housed.suspects(9)).to.deep.equal([])
  })

  it('with no source live nobody has to be looked at again for it', () => {
    const accounts = accountsOf([accountAt(1, 4, 2, SCENE, randomFrom(3))])
    const watch = watchOf(accounts, nobody)
    const view = viewAt(SCENE, accounts, 1)
    const dead = new Map([...view.markets].map(([it, { below }]) => [it, market({ below: { ...below, state: 0 } })]))
    expect(foundBy(watch, { ...view, markets: dead })).to.deep.equal([])
  })
})
