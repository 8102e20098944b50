// What if transactions are dear, forgotten, outrun or too many?
import { decodeFunctionData } from 'viem'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { marginCallsAbi } from '../../../sdk/protocol/abi.ts'
import { CHAIN_ID } from '../universe.ts'
import type { Account } from '../universe.ts'
import { blocksOf, GWEI, judged, unless, work } from '../work.ts'
import type { Case } from '../work.ts'
import type { Keeper } from '../world.ts'

/** Accounts that a batch of margin calls names; none where it is something else. */
function itemsIn(data: Hex): number {
  try {
    const { args } = decodeFunctionData({ abi: marginCallsAbi, data })
    return Array.isArray(args?.[0]) ? args[0].length : 0
  } catch {
    return 0
  }
}

export const TRANSACTION_CASES: readonly Case[] = [
  {
    name: 'the base fee rises fiftyfold in twenty blocks, and everything lands below the cap',
    faults: [25, 26],
    isQuick: true,
    run: async (world) => {
      const first = world.chain.newest().number
      const due: Account[] = []
      for (let block = 0; block < 20; block++) {
        world.chain.baseFee = (world.chain.baseFee * 122n) / 100n
        if (block % 2 === 0) due.push(...world.makeDue(2))
        await world.step()
      }
      await blocksOf(world, 8)
      world.chain.baseFee = GWEI
      return judged(world, first, due)
    },
  },
  {
    name: 'the fee overtakes what is on its way: it is replaced by geth’s rule, at its own nonce',
    faults: [26],
    run: async (world) => {
      const bad = await work(world, 6, {
        within: 12,
        during: (block) => {
          if (block === 0) world.chain.baseFee = 8n * GWEI
        },
      })
      world.heal()
      return bad
    },
  },
  {
    name: 'the mempool forgets everything',
    faults: [27],
    isQuick: true,
    run: async (world) =>
      work(world, 6, { within: 12, during: (block) => (block === 0 ? world.chain.evict() : undefined) }),
  },
  {
    name: 'somebody else uses a nonce, and one that lies ahead',
    faults: [28, 29],
    run: async (world) => {
      const [keeper] = world.keepers as [Keeper]
      const { sender } = keeper
      const key = world.keysOf(keeper).sender
      const nonce = world.chain.newest().nonces.get(sender) ?? 0
      for (const at of [nonce, nonce + 3]) {
        const raw = await privateKeyToAccount(key).signTransaction({
          chainId: CHAIN_ID,
          type: 'eip1559',
          nonce: at,
          to: sender,
          gas: 21_000n,
          maxFeePerGas: 5n * GWEI,
          maxPriorityFeePerGas: 2n * GWEI,
        })
        await world.chain.request('eth_sendRawTransaction', [raw], world.chain.newest())
      }
      const bad = await work(world, 12, { within: 14, wasted: 0.05 })
      const more = await work(world, 12, { within: 14 })
      return [...bad, ...more]
    },
  },
  {
    name: 'a wallet is empty: it says so, and the others do its work',
    faults: [30],
    isQuick: true,
    run: async (world) => {
      const [poor] = world.keepers as [Keeper]
      world.chain.balances.set(poor.sender, 0n)
      await blocksOf(world, 17)
      const { status, text } = await world.ask(poor, '/ready')
      const bad = await work(world, 8, { within: 10, wait: 2 * 1 + 2 })
      world.heal()
      await blocksOf(world, 17)
      return [...bad, ...unless(status === 503 && text.includes('holds'), `/ready says ${status} ${text}`)]
    },
  },
  {
    name: 'a third of all accounts is due at once: the largest shortfall first',
    faults: [39],
    isQuick: true,
    run: async (world) => {
      const first = world.chain.newest().number
      const due = Array.from({ length: 40 }, (_, at) => world.makeDue(1, -(1 + at))).flat()
      await blocksOf(world, 1)
      for (let block = 0; block < 14; block++) {
        await world.step()
        if (due.every(({ id }) => world.chain.newest().state.accounts.get(id)?.status !== 'HEALTHY')) break
      }
      const doneAt = (account: Account): number =>
        world.chain
          .blocks()
          .findIndex(({ state }) => (state.accounts.get(account.id)?.status ?? 'HEALTHY') !== 'HEALTHY')
      const mean = (accounts: readonly Account[]): number =>
        accounts.reduce((sum, it) => sum + doneAt(it), 0) / accounts.length
      return [
        ...judged(world, first, due, { wait: 14, wasted: 0.05 }),
        ...unless(mean(due.slice(-10)) <= mean(due.slice(0, 10)), 'the smallest shortfalls were done first'),
      ]
    },
  },
  ...[90, 70, 50, 30].map((share): Case => ({
    name: `a batch gets ${share} % of the gas that it needs: what was left out is done after it`,
    faults: [40],
    isQuick: share === 30,
    run: async (world) => {
      // What a batch reckons with for each account, and the share that this is of what one takes now.
      world.chain.itemGas = (1_800_000n * 100n) / BigInt(share)
      const first = world.chain.newest().number
      const bad = await work(world, 30, { within: 40, wasted: 0.05 })
      const receipts = world.chain
        .blocks()
        .filter(({ number }) => number > first)
        .flatMap((block) => block.receipts)
      const isCut = receipts.some(({ tx, worked, idle }) => worked + idle < itemsIn(tx.data))
      world.heal()
      return [...bad, ...unless(isCut, 'no batch was cut short')]
    },
  })),
]
