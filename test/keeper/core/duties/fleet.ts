import { expect } from 'chai'
import { fleetDuties } from '../../../../keeper/core/duties/fleet.ts'
import { callsOf } from '../../../../keeper/core/calls.ts'
import { decide } from '../../../../keeper/core/decide.ts'
import { head, NOW, universe, view } from '../example.ts'

const SELF = 2
const fleet = (changed: Partial<typeof universe>) => fleetDuties(view({ universe: { ...universe, ...changed } }), SELF)
const seen = (blocksAgo: readonly number[]) => blocksAgo.map((blocks) => Number(head.number) - blocks)

describe('what the fleet owes itself', () => {
  it('is nothing while all were seen lately and the epoch runs', () => {
    expect(fleet({})).to.deep.equal([])
  })

  it('a keeper gives a sign of life after half of what makes it count as unseen, and only its own', () => {
    expect(fleet({ seenAt: seen([0, 150, 151, 0, 0]) })).to.deep.equal([])
    expect(fleet({ seenAt: seen([151, 151, 0, 0, 0]) })).to.deep.equal([{ kind: 'checkIn', keeper: SELF }])
  })

  it('a keeper that was put to sleep wakes at once', () => {
    expect(fleet({ idle: 0b00010n })).to.deep.equal([{ kind: 'checkIn', keeper: SELF }])
  })

  it('a keeper unseen for longer is put to sleep, once', () => {
    const seenAt = seen([0, 0, 0, 301, 300])
    expect(fleet({ seenAt })).to.deep.equal([{ kind: 'putToSleep', keeper: 4 }])
    expect(fleet({ seenAt, idle: 0b01000n })).to.deep.equal([])
  })

  it('an epoch is started when it is due, not before', () => {
    expect(fleet({ nextEpochAt: NOW + 1 })).to.deep.equal([])
    expect(fleet({ nextEpochAt: NOW })).to.deep.equal([{ kind: 'startEpoch', epoch: 2 }])
  })

  it('one keeper starts the epoch, and every keeper gives its own sign of life', () => {
    const asked = { ...universe, nextEpochAt: NOW, seenAt: seen([200, 200, 200, 200, 200]) }
    const nothing = { standings: [], unassessable: [], clearing: [] }
    const mine = universe.keepers.flatMap((id) => {
      const self = { id, price: () => undefined, surface: () => undefined }
      const decision = decide(view({ universe: asked, markets: new Map() }), nothing, self, undefined, new Set())
      return decision.mine.map(({ kind }) => kind)
    })
    expect(mine.filter((kind) => kind === 'startEpoch')).to.have.length(1)
    expect(mine.filter((kind) => kind === 'checkIn')).to.have.length(5)
  })

  it('a keeper proves at once what it can prove, once for each liar', () => {
    const word = (price: bigint) => ({
      reporter: 4,
      observation: { underlying: 1, time: BigInt(NOW), price, halfWidth: 0n },
      signature: '0x' as const,
    })
    const [first, second, third] = [word(200n), word(201n), word(202n)]
    const doubled = [
      { first, second },
      { first, second: third },
    ]
    const self = { id: SELF, price: () => undefined, surface: () => undefined, doubled }
    const nothing = { standings: [], unassessable: [], clearing: [] }
    const { mine } = decide(view({ markets: new Map() }), nothing, self, undefined, new Set())
    expect(mine).to.deep.equal([{ kind: 'proveEquivocation', keeper: 4, first, second }])
    const surface = { underlying: 1, time: BigInt(NOW), slices: [] }
    const drawn = { reporter: 4, surface, signature: '0x' as const }
    const proof = { kind: 'proveEquivocation', keeper: 4, first: drawn, second: drawn } as const
    expect(callsOf([proof], 15_000_000n)[0]?.contract).to.equal('volatilityBook')
    const [call] = callsOf(mine, 15_000_000n)
    expect(call).to.deep.include({
      contract: 'reporterOracle',
      functionName: 'proveEquivocation',
      args: [first, second],
    })
  })
})
