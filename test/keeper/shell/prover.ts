import { expect } from 'chai'
import { decodeFunctionResult, encodeErrorResult, encodeFunctionData } from 'viem'
import type { Hex } from 'viem'
import { chainAt } from '../../../keeper/shell/chain.ts'
import type { Witnesses } from '../../../keeper/shell/ground.ts'
import { proverOf } from '../../../keeper/shell/prover.ts'
import type { CallRequest } from '../../../keeper/shell/prover.ts'
import { ABIS } from '../../../sdk/protocol/addresses.ts'
import { errorsAbi } from '../../../sdk/protocol/abi.ts'
import { describeRefusal, refusalOf } from '../../../sdk/protocol/errors.ts'
import { openChain } from '../../../sim/world/chain.ts'
import type { Chain as World } from '../../../sim/world/chain.ts'
import { deployUniverse, type Universe } from '../../../sim/world/deploy.ts'
import { addressOf, keyOf } from '../../../sim/world/keys.ts'
import { openProxy } from './proxy.ts'

const START = 1_584_000_000
const GWEI = 10n ** 9n
const address = (digits: string): Hex => `0x${digits.repeat(20)}`
const [WORD, ASKS_WORD, BLOCK, WRITES, REFUSES, LOOPS] = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map(address) as [
  Hex,
  Hex,
  Hex,
  Hex,
  Hex,
  Hex,
]
const REFUSAL = encodeErrorResult({ abi: errorsAbi, errorName: 'AccountHealthy', args: [3n, 7n] } as never)

/** By address: what stands there. */
const CODES: Readonly<Record<Hex, Hex>> = {
  // Word 0.
  [WORD]: '0x5f545f5260205ff3',
  // What the contract above answers.
  [ASKS_WORD]: `0x60205f5f5f73${'a1'.repeat(20)}61fffffa5060205ff3`,
  // Number, time, base fee, chain, caller, a word each.
  [BLOCK]: '0x435f524260205248604052466060523360805260a05ff3',
  // Adds one to word 0 and answers with it.
  [WRITES]: '0x5f546001015f555f545f5260205ff3',
  // The refusal of a custom error, of 68 bytes.
  [REFUSES]: `0x60${((REFUSAL.length - 2) / 2).toString(16)}600b5f3960${((REFUSAL.length - 2) / 2).toString(16)}5ffd00${REFUSAL.slice(2)}`,
  // For ever.
  [LOOPS]: '0x5b5f56',
}

describe('a call run on proven state', function () {
  this.timeout(300_000)
  let world: World
  let hash: Hex
  let asked: string[]

  before(async () => {
    world = await openChain({ startTime: START, forkUrl: undefined })
    const { provider } = world.connection
    for (const [at, code] of Object.entries(CODES))
      await provider.request({ method: 'hardhat_setCode', params: [at, code] })
    await provider.request({ method: 'hardhat_setStorageAt', params: [WORD, '0x0', `0x${'cd'.repeat(32)}`] })
    ;({ hash } = await world.mine(START + 12, GWEI))
  })
  after(() => world.close())
  beforeEach(() => {
    asked = []
  })

  const witnesses = (at: () => World): Witnesses => ({
    order: () => [0],
    ask: (_place, method, params) => {
      asked.push(method)
      return at().client.request({ method, params } as never)
    },
    onDisproven: () => expect.fail('an honest node'),
  })
  const nodes = (call: CallRequest, at: Hex, on = world): Promise<Hex> =>
    on.client.request({ method: 'eth_call', params: [call, { blockHash: at }] } as never)

  it('answers as the chain does: words, calls in calls, the block, what it wrote itself', async () => {
    const prove = proverOf(
      31337,
      witnesses(() => world),
    )
    for (const to of [WORD, ASKS_WORD, WRITES]) {
      const call = { to, data: '0x' as Hex }
      expect(await prove(call, hash)).to.equal(await nodes(call, hash))
    }
    const word = (index: number, of: Hex): bigint => BigInt(`0x${of.slice(2 + index * 64, 66 + index * 64)}`)
    const block = await prove({ to: BLOCK, data: '0x', from: address('c1') }, hash)
    const { number, timestamp, baseFeePerGas } = await world.client.getBlock({ blockHash: hash })
    const seen = [0, 1, 2, 3, 4].map((index) => word(index, block))
    expect(seen).to.deep.equal([number, timestamp, baseFeePerGas, 31337n, BigInt(address('c1'))])
  })

  it('what a call wrote is gone with it', async () => {
    const prove = proverOf(
      31337,
      witnesses(() => world),
    )
    const first = await prove({ to: WRITES, data: '0x' }, hash)
    expect(BigInt(first)).to.equal(1n)
    expect(await prove({ to: WRITES, data: '0x' }, hash)).to.equal(first)
  })

  it('a refusal is told as a node tells it, and what runs out of gas as that', async () => {
    const prove = proverOf(
      31337,
      witnesses(() => world),
    )
    const failureOf = (call: CallRequest): Promise<unknown> =>
      prove(call, hash).then(
        () => 'none',
        (cause: unknown) => cause,
      )
    const refusal = refusalOf(await failureOf({ to: REFUSES, data: '0x' }))
    expect(refusal && describeRefusal(refusal)).to.equal('AccountHealthy(3, 7)')
    expect(String(await failureOf({ to: LOOPS, data: '0x', gas: '0x186a0' }))).to.contain('out of gas')
  })

  it('the second time its words are asked for in one question a contract', async () => {
    const prove = proverOf(
      31337,
      witnesses(() => world),
    )
    await prove({ to: ASKS_WORD, data: '0x' }, hash)
    const { hash: next } = await world.mine(START + 24, GWEI)
    asked = []
    await prove({ to: ASKS_WORD, data: '0x' }, next)
    const proofs = asked.filter((method) => method === 'eth_getProof')
    // Both contracts, and who asks.
    expect(proofs.length).to.equal(3)
    expect(asked).to.not.include('eth_getCode')
  })

  it('a node that lists the words saves questions, and one that lists others changes nothing', async () => {
    const call = { to: ASKS_WORD, data: '0x' as Hex }
    const answersWith = async (accessList: readonly object[]): Promise<number> => {
      asked = []
      const honest = witnesses(() => world)
      const prove = proverOf(31337, {
        ...honest,
        ask: async (place, method, params) =>
          method === 'eth_createAccessList' ? { accessList } : honest.ask(place, method, params),
      })
      expect(await prove(call, hash)).to.equal(await nodes(call, hash))
      return asked.filter((method) => method === 'eth_getProof').length
    }
    const word = (index: number): Hex => `0x${index.toString(16).padStart(64, '0')}`
    const without = await answersWith([])
    const listed = await answersWith([
      { address: ASKS_WORD, storageKeys: [] },
      { address: WORD, storageKeys: [word(0)] },
    ])
    expect(listed).to.be.below(without)
    expect(await answersWith([{ address: BLOCK, storageKeys: [word(3), word(4)] }])).to.equal(without + 1)
  })

  describe('on the real contracts', () => {
    let real: World
    let universe: Universe
    const key = keyOf(1, 'somebody')

    before(async () => {
      real = await openChain({ startTime: START, forkUrl: undefined })
      universe = await deployUniverse(real, { seed: 1, symbol: 'ETH', spot: 200, operators: [addressOf(key)] })
    })
    after(() => real.close())

    it('the lens answers what the node says, and the same refusals', async () => {
      const prove = proverOf(
        31337,
        witnesses(() => real),
      )
      const { lens, marginCalls } = universe.deployment.addresses
      const { hash: at } = await real.client.getBlock()
      for (const [functionName, args] of [
        ['universe', []],
        ['market', [1, []]],
        ['parameters', [1]],
        ['accounts', [0n, 64n]],
      ] as const) {
        const call = { to: lens, data: encodeFunctionData({ abi: ABIS.lens, functionName, args } as never) }
        const proven = await prove(call, at)
        expect(proven, functionName).to.equal(await nodes(call, at, real))
        decodeFunctionResult({ abi: ABIS.lens, functionName, data: proven } as never)
      }
      const data = encodeFunctionData({ abi: ABIS.marginCalls, functionName: 'recordCure', args: [5n] })
      const refused = await prove({ to: marginCalls, data }, at).then(
        () => 'none',
        (cause: unknown) => refusalOf(cause),
      )
      const said = await nodes({ to: marginCalls, data }, at, real).then(
        () => 'none',
        (cause: unknown) => refusalOf(cause),
      )
      expect(refused).to.deep.equal(said)
    })

    it('of two endpoints that differ the one whose word the state proves is believed, and the liar is named', async () => {
      const liar = await openProxy(real.rpc.httpUrl)
      // It lies in what it reads and in the words of its proofs.
      liar.bend = (method, _params, result) => {
        if (method === 'eth_call') return `${(result as string).slice(0, -20)}${'7'.repeat(20)}`
        return method === 'eth_getProof' ? { ...(result as object), storageProof: [] } : result
      }
      const faults: string[] = []
      const chain = chainAt([liar.url, real.rpc.httpUrl], universe.deployment.addresses, 10, {
        onFault: ({ endpoint, fault }) => faults.push(`${endpoint[0]} ${fault}`),
        proverOf: (of) => proverOf(31337, of),
      })
      try {
        const head = await chain.newest()
        const market = await chain.read('lens', 'market', [1, []], head.hash)
        liar.bend = (_method, _params, result) => result
        const honest = chainAt([real.rpc.httpUrl], universe.deployment.addresses, 10)
        expect(market).to.deep.equal(await honest.read('lens', 'market', [1, []], head.hash))
        honest.close()
        expect(new Set(faults)).to.deep.equal(new Set(['0 disproven']))
        expect(chain.endpoints().map(({ isBanned }) => isBanned)).to.deep.equal([true, false])
      } finally {
        chain.close()
        liar.close()
      }
    })
  })
})
