import { expect } from 'chai'
import { pino } from 'pino'
import { encodeAbiParameters, encodeEventTopics, encodeFunctionData } from 'viem'
import type { Hex } from 'viem'
import type { SignedObservation, SignedSurface } from '../../../keeper/core/calls.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { evidenceOf } from '../../../keeper/shell/evidence.ts'
import type { Evidence } from '../../../keeper/shell/evidence.ts'
import type { Peers } from '../../../keeper/shell/peers.ts'
import { ABIS, CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import type { Addresses } from '../../../sdk/protocol/addresses.ts'
import { head } from '../core/example.ts'

const ROUND = head.time - (head.time % 10)
const said = (reporter: number, price: bigint): SignedObservation => ({
  reporter,
  observation: { underlying: 1, time: BigInt(ROUND), price, halfWidth: 0n },
  signature: `0x${String(price).padStart(130, '0')}`,
})

const drawn = (reporter: number, theta: bigint): SignedSurface => ({
  reporter,
  surface: {
    underlying: 1,
    time: BigInt(ROUND),
    slices: [{ expiry: ROUND + 86_400, theta, rho: -(10n ** 17n), phi: 10n ** 18n, basis: 0 }],
  },
  signature: '0x12',
})
const addresses = Object.fromEntries(
  ['accessManager', ...CONTRACT_NAMES].map((name, index) => [name, `0x${String(10 + index).repeat(20)}`]),
) as Addresses

const observedLog = ({ reporter, observation }: SignedObservation) => ({
  address: addresses.reporterOracle,
  topics: encodeEventTopics({ abi: ABIS.reporterOracle, eventName: 'Observed', args: { reporter, ...observation } }),
  data: encodeAbiParameters([{ type: 'uint64' }, { type: 'uint64' }], [observation.price, observation.halfWidth]),
  transactionHash: '0x1',
})
const surfaceLog = () => ({
  address: addresses.volatilityBook,
  topics: encodeEventTopics({
    abi: ABIS.volatilityBook,
    eventName: 'SurfaceChanged',
    args: { underlying: 1, time: BigInt(ROUND) },
  }),
  // No slice: what was agreed on does not matter here.
  data: encodeAbiParameters([{ type: 'uint256[]' }], [[]]),
  transactionHash: '0x2',
})

describe('watching for double words', () => {
  let evidence: Evidence
  let peers: Peers
  let given: readonly SignedObservation[]
  let submitted: readonly SignedObservation[]
  let input: Hex
  let asked: [bigint, bigint][]
  let isNodeAway: boolean
  let isSurfaceTaken: boolean

  beforeEach(() => {
    given = [said(1, 200n), said(2, 200n)]
    submitted = []
    asked = []
    isNodeAway = false
    isSurfaceTaken = false
    const client = {
      getLogs: async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
        asked.push([fromBlock, toBlock])
        if (isNodeAway) throw new Error('the node is away')
        return [...submitted.map(observedLog), ...(isSurfaceTaken ? [surfaceLog()] : [])]
      },
      getTransaction: async () => ({ input }),
    }
    const chain = { client, addresses } as unknown as Chain
    evidence = evidenceOf(chain, pino({ level: 'silent' }))
    peers = evidence.around({
      observations: async () => given,
      surfaces: async () => [drawn(2, 5n), drawn(3, 5n)],
    } as unknown as Peers)
  })

  const reported = (signed: readonly SignedObservation[]): Hex =>
    encodeFunctionData({ abi: ABIS.priceBook, functionName: 'report', args: [signed] })
  const gather = () => peers.observations(1, ROUND, 9)
  const look = (blocks: bigint) => evidence.look({ ...head, number: head.number + blocks })

  it('what a peer gave and another value of its on chain are a proof, both signed', async () => {
    expect(await gather()).to.equal(given)
    submitted = [said(1, 200n), said(2, 300n)]
    input = reported(submitted)
    await look(0n)
    expect(evidence.doubled()).to.deep.equal([{ first: said(2, 200n), second: said(2, 300n) }])
  })

  it('what was submitted past the book is found too, and what another contract carried is not', async () => {
    await gather()
    submitted = [said(2, 300n)]
    input = '0x12345678'
    await look(0n)
    expect(evidence.doubled()).to.deep.equal([])
    input = encodeFunctionData({ abi: ABIS.reporterOracle, functionName: 'submit', args: [submitted] })
    await look(1n)
    expect(evidence.doubled()).to.have.length(1)
  })

  it('a surface that a peer gave and another of its on chain are a proof', async () => {
    await peers.surfaces(1, ROUND, 9)
    isSurfaceTaken = true
    const carried = [drawn(2, 5n), drawn(3, 6n), drawn(4, 7n)]
    input = encodeFunctionData({ abi: ABIS.volatilityBook, functionName: 'submit', args: [carried] })
    await look(0n)
    expect(evidence.doubled()).to.deep.equal([{ first: drawn(3, 5n), second: drawn(3, 6n) }])
  })

  it('nothing is asked while nothing is remembered, and a block is looked at once', async () => {
    await look(0n)
    expect(asked).to.deep.equal([])
    await gather()
    await look(1n)
    await look(3n)
    await look(3n)
    expect(asked).to.deep.equal([
      [101n, 101n],
      [102n, 103n],
    ])
  })

  it('what a node could not answer is asked again with the next head', async () => {
    await gather()
    isNodeAway = true
    await look(0n)
    isNodeAway = false
    await look(1n)
    expect(asked).to.deep.equal([
      [100n, 100n],
      [100n, 101n],
    ])
  })
})
