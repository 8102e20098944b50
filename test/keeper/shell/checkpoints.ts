import { expect } from 'chai'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { fixCalls } from '../../../keeper/shell/checkpoints.ts'
import { EXPIRY, head } from '../core/example.ts'

const WINDOW = 1_800
const duty = { kind: 'fixSettlementPrice', underlying: 1, expiry: EXPIRY } as const

/** Checkpoints at these seconds from expiry, a minute covered after each; anchor rounds likewise. */
function chainWith(checkpoints: readonly number[], rounds: readonly number[] = []): Chain {
  return {
    read: async (contract: string, functionName: string, args: readonly (number | bigint)[]) => {
      const index = Number(args[1] ?? 0)
      if (functionName === 'checkpointCount') return BigInt(checkpoints.length)
      if (functionName === 'checkpoint') return [BigInt(EXPIRY + (checkpoints[index] ?? 0)), 0n, BigInt(60 * index)]
      if (contract === 'anchor' && functionName === 'newestRound') return BigInt(rounds.length)
      const updatedAt = rounds[Number(args[2]) - 1]
      return { updatedAt: updatedAt === undefined ? 0n : BigInt(EXPIRY + updatedAt) }
    },
  } as unknown as Chain
}

const callsAt = async (age: number, chain: Chain) =>
  (await fixCalls(chain, duty, WINDOW, { ...head, time: EXPIRY + age })).map(({ functionName, args }) => [
    functionName,
    args[2],
    args[3],
  ])

describe('proving a settlement price', () => {
  it('names the last checkpoint at or before the window and the first at or after expiry', async () => {
    const chain = chainWith([-2_000, -1_801, -1_800, -1_700, -60, 0, 60])
    expect(await callsAt(70, chain)).to.deep.equal([['fixSettlementPrice', 2n, 5n]])
    expect(await callsAt(70, chainWith([-1_900, -5, 5]))).to.deep.equal([['fixSettlementPrice', 0n, 2n]])
  })

  it('waits for a checkpoint after expiry, for an hour', async () => {
    const chain = chainWith([-2_000, -60])
    expect(await callsAt(3_599, chain)).to.deep.equal([])
    expect(await callsAt(3_600, chain)).to.deep.equal([['fixSettlementPrice', 0n, 2n]])
  })

  it('after an hour names the anchor’s rounds over the window', async () => {
    const chain = chainWith([-2_000, 60], [-9_000, -5_400, -1_800, -900, 100])
    expect(await callsAt(3_600, chain)).to.deep.equal([
      ['fixSettlementPrice', 0n, 1n],
      ['fixFromAnchor', 3n, 2n],
    ])
  })

  it('an average has its own window and its own three ways, with more rounds for a longer one', async () => {
    const average = { kind: 'fixAverage', underlying: 1, expiry: EXPIRY, windowHours: 24 } as const
    const at = async (age: number, chain: Chain) =>
      (await fixCalls(chain, average, WINDOW, { ...head, time: EXPIRY + age })).map(({ functionName, args }) => [
        functionName,
        ...args,
      ])
    const of = [1, EXPIRY, 24]
    const points = [-90_000, -86_401, -86_300, -1_700, 60]
    const rounds = Array.from({ length: 101 }, (_, index) => -87_000 + 900 * index)
    expect(await at(70, chainWith(points))).to.deep.equal([['fixAverage', ...of, 1n, 4n]])
    expect(await at(3_600, chainWith(points, rounds))).to.deep.equal([
      ['fixAverage', ...of, 1n, 4n],
      ['fixAverageFromAnchor', ...of, 1n, 97n],
    ])
    expect(await callsAt(3_600, chainWith(points, rounds))).to.deep.equal([
      ['fixSettlementPrice', 2n, 4n],
      ['fixFromAnchor', 95n, 3n],
    ])
    const last = (await at(86_400, chainWith(points))).map(([name]) => name)
    expect(last).to.include('fixAverageFromLastAgreed')
  })

  it('names no rounds where the anchor’s first is inside the window', async () => {
    expect(await callsAt(3_600, chainWith([-2_000, 60], [-900, 100]))).to.have.length(1)
  })

  it('after a day names the last thirty agreed minutes, whether or not the last price still covered', async () => {
    const points = Array.from({ length: 61 }, (_, index) => -3_660 + 60 * index)
    expect(await callsAt(86_400, chainWith(points))).to.deep.equal([
      ['fixSettlementPrice', 31n, 61n],
      ['fixFromLastAgreed', 31n, 61n],
      ['fixFromLastAgreed', 30n, 61n],
    ])
  })
})
