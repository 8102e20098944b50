import { expect } from 'chai'
import { parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Call } from '../../../keeper/core/calls.ts'
import { sumOf } from '../../../keeper/core/spending.ts'
import type { Head } from '../../../keeper/core/view.ts'
import { chainAt } from '../../../keeper/shell/chain.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { purseOf } from '../../../keeper/shell/purse.ts'
import { spentBefore } from '../../../keeper/shell/recall.ts'
import { senderFor } from '../../../keeper/shell/sender.ts'
import { CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import type { Addresses } from '../../../sdk/protocol/addresses.ts'
import type { AccountId } from '../../../units/values.ts'
import { openChain } from '../../../sim/world/chain.ts'
import type { Chain as World } from '../../../sim/world/chain.ts'

const START = 1_584_000_000
const DAY = 86_400
const BLOCK = 12
const ADDRESS = `0x${'a5'.repeat(20)}` as const

/** A chain on which what the sender holds and has sent is told by block; state older than `keeps` blocks is gone. */
function told(heads: number, states: readonly (readonly [balance: bigint, nonce: number])[], keeps = Infinity) {
  let questions = 0
  const headOf = (number: number): Head => ({
    number: BigInt(number),
    hash: `0x${number}`,
    parentHash: `0x${number - 1}`,
    time: START + number * BLOCK,
    baseFee: 1n,
  })
  const stateAt = ({ blockNumber }: { readonly blockNumber: bigint }) => {
    questions += 1
    if (heads - Number(blockNumber) > keeps) throw new Error('missing trie node')
    return states[Math.min(states.length - 1, Number(blockNumber))]!
  }
  const client = {
    getBalance: async (at: { readonly blockNumber: bigint }) => stateAt(at)[0],
    getTransactionCount: async (at: { readonly blockNumber: bigint }) => stateAt(at)[1],
  }
  const headAt = async (number: bigint) => {
    questions += 1
    return headOf(Number(number))
  }
  return { chain: { client, headAt } as unknown as Chain, head: headOf(heads), questions: () => questions }
}

const warnings: string[] = []
const log = { info: () => undefined, warn: (_fields: object, text: string) => warnings.push(text) } as never
const CAP = 1_000_000n

describe('what was spent before a start', function () {
  this.timeout(60_000)
  beforeEach(() => {
    warnings.length = 0
  })

  it('is the fall of the balance over the last day, and nothing older', async () => {
    const blocks = (2 * DAY) / BLOCK
    // A wei a block, the whole time.
    const states = Array.from({ length: blocks + 1 }, (_, block) => [10n ** 18n - BigInt(block), block] as const)
    const { chain, head, questions } = told(blocks, states)
    expect(sumOf(await spentBefore(chain, [ADDRESS], head, CAP, log))).to.equal(BigInt(DAY / BLOCK))
    expect(questions()).to.be.below(90)
    expect(warnings).to.deep.equal([])
  })

  it('is forgotten as it grows old, part by part', async () => {
    const blocks = DAY / BLOCK
    const states = Array.from({ length: blocks + 1 }, (_, block) => [10n ** 18n - BigInt(block), block] as const)
    const { chain, head } = told(blocks, states)
    const purse = purseOf(CAP)
    purse.recall(await spentBefore(chain, [ADDRESS], head, CAP, log))
    expect(purse.spent()).to.equal(BigInt(blocks))
    purse.promise('a', 0n, head.time + DAY / 2)
    expect(Number(purse.spent())).to.be.within(blocks / 2, (blocks * 7) / 12)
  })

  it('what was paid in hides nothing: neither where nothing was sent, nor between two transactions', async () => {
    const states = Array.from({ length: 1_001 }, (_, block) => {
      const spent = block < 400 ? 0n : block < 600 ? 7n : 12n
      const paid = (block >= 100 ? 1_000n : 0n) + (block >= 500 ? 1_000n : 0n)
      return [1_000n + paid - spent, block < 400 ? 0 : block < 600 ? 1 : 2] as const
    })
    const { chain, head, questions } = told(1_000, states)
    expect(sumOf(await spentBefore(chain, [ADDRESS], head, CAP, log))).to.equal(12n)
    expect(questions()).to.be.below(120)
  })

  it('where nodes keep no old state, what they keep is known, and three quarters of the rest count as spent', async () => {
    const blocks = DAY / BLOCK
    const states = Array.from({ length: blocks + 1 }, (_, block) => [10n ** 18n - BigInt(block), block] as const)
    const { chain, head } = told(blocks, states, 128)
    const spent = Number(sumOf(await spentBefore(chain, [ADDRESS], head, CAP, log)))
    const unknown = 1 - 120 / blocks
    expect(spent).to.be.within(0.75 * unknown * Number(CAP) + 119 - 24, 0.75 * unknown * Number(CAP) + 121)
    expect(warnings[0]).to.contain('three quarters')
  })

  it('where nothing is known a quarter of the cap is left', async () => {
    const { chain, head } = told(10_000, [[1n, 0]], -1)
    const purse = purseOf(CAP)
    purse.recall(await spentBefore(chain, [ADDRESS], head, CAP, log))
    expect(Number(CAP - purse.spent())).to.be.within(250_000, 250_024)
    expect(warnings[0]).to.contain('not known')
    // And all of it a day later.
    expect(purse.promise('a', CAP, head.time + DAY)).to.equal(true)
  })

  describe('on a chain', () => {
    const KEY = `0x${'5'.repeat(64)}` as const
    const TAKES = `0x${'a1'.repeat(20)}` as const
    const GWEI = 10n ** 9n
    const addresses = Object.fromEntries(['accessManager', ...CONTRACT_NAMES].map((name) => [name, TAKES])) as Addresses
    let world: World
    let chain: Chain
    let time = START

    before(async () => {
      world = await openChain({ startTime: START, forkUrl: undefined })
      await world.connection.provider.request({ method: 'hardhat_setCode', params: [TAKES, '0x00'] })
      await world.takeClock()
      await world.giveEther(privateKeyToAccount(KEY).address, parseEther('100'))
      chain = chainAt([world.rpc.httpUrl], addresses, 10)
    })
    after(async () => {
      chain.close()
      await world.close()
    })

    const mine = async () => {
      await world.mine((time += BLOCK), GWEI)
      return chain.newest()
    }
    const lapse: Call = {
      duties: [{ kind: 'lapse', account: 1n as AccountId }],
      gas: 100_000n,
      contract: 'marginCalls',
      functionName: 'lapse',
      args: [1n as AccountId],
    }

    it('a keeper in a crash loop spends its cap once, and a day later once more', async () => {
      const most = 100_000n * 100n * GWEI
      const spendOnce = async (cap: bigint): Promise<boolean> => {
        const purse = purseOf(cap)
        const sender = senderFor(chain, KEY, 31337, { cap: 100n * GWEI, tip: GWEI, gas: 1_000_000n }, purse)
        const head = await mine()
        purse.recall(await spentBefore(chain, sender.addresses, head, cap, log))
        const failure = await sender.send(lapse, head, false)
        await mine()
        return failure === undefined
      }
      const lives: boolean[] = []
      const before = await chain.client.getBalance({ address: privateKeyToAccount(KEY).address })
      const cap = most / 20n
      for (let life = 0; life < 40; life++) lives.push(await spendOnce(cap))
      const after = await chain.client.getBalance({ address: privateKeyToAccount(KEY).address })
      expect(lives.filter(Boolean).length).to.be.within(2, 30)
      expect(lives.slice(-5)).to.deep.equal([false, false, false, false, false])
      expect(before - after <= cap).to.equal(true)
      expect(warnings).to.deep.equal([])
      time += DAY
      await mine()
      expect(await spendOnce(cap)).to.equal(true)
    })
  })
})
