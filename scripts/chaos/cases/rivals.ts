// What if somebody forges, copies, lies or plays against the fleet?
import { encodeFunctionData, keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { priceBookAbi } from '../../../sdk/protocol/abi.ts'
import { ADDRESSES, CHAIN_ID } from '../universe.ts'
import { blocksOf, GWEI, unless, WAIT_MOST, work } from '../work.ts'
import type { Case } from '../work.ts'

export const RIVAL_CASES: readonly Case[] = [
  {
    name: 'a report of forged, foreign and repeated signatures changes nothing',
    faults: [35, 37],
    run: async (world) => {
      const stranger = privateKeyToAccount(keccak256(toHex('stranger')))
      world.chain.balances.set(stranger.address.toLowerCase(), 10n ** 20n)
      const { time, state } = world.chain.newest()
      const round = BigInt(Math.floor((time + 10) / 10) * 10)
      const observation = { underlying: 1, time: round, price: 100n * 10n ** 8n, halfWidth: 0n }
      const signature = await stranger.signMessage({ message: 'not an observation' })
      const observations = [1, 1, 2, 3, 4].map((reporter) => ({ reporter, observation, signature }))
      const data = encodeFunctionData({ abi: priceBookAbi, functionName: 'report', args: [observations] })
      const fees = { maxFeePerGas: 5n * GWEI, maxPriorityFeePerGas: 2n * GWEI }
      const nonce = world.chain.newest().nonces.get(stranger.address.toLowerCase()) ?? 0
      const raw = await stranger.signTransaction({
        chainId: CHAIN_ID,
        type: 'eip1559',
        nonce,
        to: ADDRESSES.priceBook,
        gas: 2_000_000n,
        data,
        ...fees,
      })
      await world.chain.request('eth_sendRawTransaction', [raw], world.chain.newest())
      await blocksOf(world, 2)
      const after = world.chain.newest().state.price
      return unless(after === state.price || after === 200n * 10n ** 18n, 'the price moved')
    },
  },
  {
    name: 'whatever a keeper sends is copied by somebody who pays more',
    faults: [38],
    run: async (world) => {
      const thief = privateKeyToAccount(keccak256(toHex('thief')))
      world.chain.balances.set(thief.address.toLowerCase(), 10n ** 21n)
      const copied = new Set<string>()
      let nonce = world.chain.newest().nonces.get(thief.address.toLowerCase()) ?? 0
      return work(world, 6, {
        within: 8,
        wait: WAIT_MOST + 1,
        wasted: 0.6,
        during: async () => {
          for (const { hash, to, data, gas } of world.chain.pool()) {
            if (copied.has(hash)) continue
            copied.add(hash)
            const fees = { maxFeePerGas: 50n * GWEI, maxPriorityFeePerGas: 20n * GWEI }
            const raw = await thief.signTransaction({
              chainId: CHAIN_ID,
              type: 'eip1559',
              nonce: nonce++,
              to,
              data,
              gas,
              ...fees,
            })
            copied.add(keccak256(raw))
            await world.chain.request('eth_sendRawTransaction', [raw], world.chain.newest())
          }
        },
      })
    },
  },
]
