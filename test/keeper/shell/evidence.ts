import { expect } from 'chai'
import { pino } from 'pino'
import { encodeFunctionData } from 'viem'
import type { Hex } from 'viem'
import type { SignedObservation } from '../../../keeper/core/calls.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { evidenceOf } from '../../../keeper/shell/evidence.ts'
import type { Evidence } from '../../../keeper/shell/evidence.ts'
import type { Peers } from '../../../keeper/shell/peers.ts'
import { ABIS } from '../../../sdk/protocol/addresses.ts'
import { head } from '../core/example.ts'

const ROUND = head.time - (head.time % 10)
const said = (reporter: number, price: bigint): SignedObservation => ({
  reporter,
  observation: { underlying: 1, time: BigInt(ROUND), price, halfWidth: 0n },
  signature: `0x${String(price).padStart(130, '0')}`,
})

describe('watching for double words', () => {
  let evidence: Evidence
  let peers: Peers
  let given: readonly SignedObservation[]
  let submitted: readonly SignedObservation[]
  let input: Hex
  let asked: [bigint, bigint][]
  let isNodeAway: boolean

  beforeEach(() => {
    given = [said(1, 200n), said(2, 200n)]
    submitted = []
    asked = []
    isNodeAway = false
    const client = {
      getLogs: async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
        asked.push([fromBlock, toBlock])
        if (isNodeAway) throw new Error('the node is away')
        return submitted.map(({ reporter, observation }) => ({
          args: { reporter, ...observation },
          transactionHash: '0x1',
        }))
      },
      getTransaction: async () => ({ input }),
    }
    const chain = { client, addresses: { reporterOracle: '0x2' } } as unknown as Chain
    evidence = evidenceOf(chain, pino({ level: 'silent' }))
    peers = evidence.around({ observations: async () => given } as unknown as Peers)
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
