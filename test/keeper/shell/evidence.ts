import { expect } from 'chai'
import { pino } from 'pino'
import {
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  parseAbi,
  parseSignature,
  signatureToCompactSignature,
} from 'viem'
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
  // What a real one looks like: s below half the order, v 27 or 28.
  signature: `0x${'11'.repeat(31)}${String(reporter).padStart(2, '0')}${String(price).padStart(64, '0')}1${price % 2n === 0n ? 'b' : 'c'}`,
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

const observedLog = ({ reporter, observation, signature }: SignedObservation) => {
  const { r, yParityAndS } = signatureToCompactSignature(parseSignature(signature))
  return {
    address: addresses.reporterOracle,
    topics: encodeEventTopics({ abi: ABIS.reporterOracle, eventName: 'Observed', args: { reporter, ...observation } }),
    data: encodeAbiParameters(
      [{ type: 'uint64' }, { type: 'uint64' }, { type: 'bytes32' }, { type: 'bytes32' }],
      [observation.price, observation.halfWidth, r, yParityAndS],
    ),
    transactionHash: '0x1',
  }
}
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
  let read: number
  let asked: [bigint, bigint][]
  let isNodeAway: boolean
  let isSurfaceTaken: boolean

  beforeEach(() => {
    given = [said(1, 200n), said(2, 200n)]
    submitted = []
    asked = []
    read = 0
    isNodeAway = false
    isSurfaceTaken = false
    const client = {
      getLogs: async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
        asked.push([fromBlock, toBlock])
        if (isNodeAway) throw new Error('the node is away')
        return [...submitted.map(observedLog), ...(isSurfaceTaken ? [surfaceLog()] : [])]
      },
      getTransaction: async () => {
        read += 1
        return { input }
      },
    }
    const chain = { client, addresses } as unknown as Chain
    // Key 3 signs for reporter 3, and whatever is signed with 0xee is nobody's.
    const signer = {
      signerOfSurface: async ({ reporter, signature }: SignedSurface): Promise<Hex> =>
        signature === '0xee' ? '0xee' : `0x0${reporter}`,
    }
    evidence = evidenceOf(chain, signer, pino({ level: 'silent' }))
    peers = evidence.around({
      observations: async () => given,
      surfaces: async () => [drawn(2, 5n), drawn(3, 5n)],
      idOf: (address: Hex) => (address === '0xee' ? 0 : Number(address)),
    } as unknown as Peers)
  })

  const gather = () => peers.observations(1, ROUND, 9)
  const look = (blocks: bigint) => evidence.look({ ...head, number: head.number + blocks })

  it('what a peer gave and another value of its on chain are a proof, both signed', async () => {
    expect(await gather()).to.equal(given)
    submitted = [said(1, 200n), said(2, 301n)]
    await look(0n)
    expect(evidence.doubled()).to.deep.equal([{ first: said(2, 200n), second: said(2, 301n) }])
    expect(read, 'the event says it all, whoever carried it').to.equal(0)
  })

  it('what the chain took first and a peer gives later are a proof too, once', async () => {
    given = [said(1, 200n)]
    await gather()
    submitted = [said(2, 300n)]
    await look(0n)
    given = [said(2, 200n)]
    await gather()
    await gather()
    expect(evidence.doubled()).to.deep.equal([{ first: said(2, 300n), second: said(2, 200n) }])
  })

  const carried = [drawn(2, 5n), drawn(3, 6n), drawn(4, 7n)]
  const submission = encodeFunctionData({ abi: ABIS.volatilityBook, functionName: 'submit', args: [carried] })

  it('a surface that a peer gave and another of its on chain are a proof', async () => {
    await peers.surfaces(1, ROUND, 9)
    isSurfaceTaken = true
    input = submission
    await look(0n)
    expect(evidence.doubled()).to.deep.equal([{ first: drawn(3, 5n), second: drawn(3, 6n) }])
  })

  it('also where another contract carried it', async () => {
    await peers.surfaces(1, ROUND, 9)
    isSurfaceTaken = true
    const abi = parseAbi(['function aggregate((address target, bytes callData)[] calls)'])
    const calls = [
      { target: addresses.ledger, callData: '0x1234' as Hex },
      { target: addresses.volatilityBook, callData: submission },
    ]
    input = encodeFunctionData({ abi, args: [calls] })
    await look(0n)
    expect(evidence.doubled()).to.deep.equal([{ first: drawn(3, 5n), second: drawn(3, 6n) }])
  })

  it('what stands beside it and its reporter did not sign is no proof', async () => {
    await peers.surfaces(1, ROUND, 9)
    isSurfaceTaken = true
    const forged = { ...drawn(2, 9n), signature: '0xee' as const }
    input = encodeFunctionData({ abi: ABIS.volatilityBook, functionName: 'submit', args: [[forged, drawn(3, 5n)]] })
    await look(0n)
    expect(evidence.doubled()).to.deep.equal([])
  })

  it('nothing is asked while nothing is remembered, and a block is looked at once', async () => {
    await look(0n)
    expect(asked).to.deep.equal([])
    await gather()
    await look(1n)
    await look(3n)
    await look(3n)
    await look(40n)
    expect(asked, 'sixteen blocks back at most').to.deep.equal([
      [86n, 101n],
      [102n, 103n],
      [125n, 140n],
    ])
  })

  it('what a node could not answer is asked again with the next head', async () => {
    await gather()
    isNodeAway = true
    await look(0n)
    isNodeAway = false
    await look(1n)
    expect(asked).to.deep.equal([
      [85n, 100n],
      [86n, 101n],
    ])
  })
})
