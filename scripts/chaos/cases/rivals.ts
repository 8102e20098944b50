// What if somebody forges, copies, lies or plays against the fleet?
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { decodeFunctionData, encodeFunctionData, keccak256, toHex } from 'viem'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { auctionsAbi, marginCallsAbi, priceBookAbi } from '../../../sdk/protocol/abi.ts'
import { signerFor } from '../../../keeper/shell/signer.ts'
import { toWire } from '../../../keeper/shell/wire.ts'
import { ADDRESSES, CHAIN_ID } from '../universe.ts'
import type { Account } from '../universe.ts'
import { blocksOf, GWEI, unless, WAIT_MOST, work } from '../work.ts'
import type { Case } from '../work.ts'
import type { Keeper, World } from '../world.ts'

/** Whoever holds `key` sends as it likes, `tip` in gwei; what the node does not take is its loss. */
function sending(world: World, key: Hex): (to: Hex, data: Hex, tip: bigint) => Promise<void> {
  const account = privateKeyToAccount(key)
  const sender = account.address.toLowerCase()
  let next = world.chain.newest().nonces.get(sender) ?? 0
  return async (to, data, tip) => {
    next = Math.max(next, world.chain.newest().nonces.get(sender) ?? 0)
    const fees = { maxFeePerGas: tip * GWEI + 5n * GWEI, maxPriorityFeePerGas: tip * GWEI }
    const content = { chainId: CHAIN_ID, type: 'eip1559', nonce: next, to, data, gas: 3_000_000n } as const
    const raw = await account.signTransaction({ ...content, ...fees })
    await world.chain.request('eth_sendRawTransaction', [raw], world.chain.newest()).then(
      () => (next += 1),
      () => undefined,
    )
  }
}

function callsOn(accounts: readonly Account[]): Hex {
  const items = accounts.map(({ id }) => ({ account: id, witnesses: [] }))
  return encodeFunctionData({ abi: marginCallsAbi, functionName: 'openMarginCalls', args: [items] })
}

/** Answers at a keeper's port instead of it, until the answer is called. */
async function served(port: number, listener: RequestListener): Promise<() => void> {
  const server = createServer(listener).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return () => {
    server.close()
    server.closeAllConnections()
  }
}

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
  {
    name: 'a keeper tells its peers one price and the chain another: it is proven and punished, once and alone',
    faults: [34],
    isQuick: true,
    isApart: true,
    run: async (world) => {
      const liar = world.keepers.at(-1)!
      await world.kill(liar, 'SIGKILL')
      const { signer, sender } = world.keysOf(liar)
      const pen = signerFor({ chainId: CHAIN_ID, addresses: ADDRESSES }, signer)
      const says = (time: bigint, price: bigint) =>
        pen.signObservation(liar.id, { underlying: 1, time, price: price * 10n ** 8n, halfWidth: 0n })
      const close = await served(world.portOf(liar), (request, response) => {
        const time = new URL(request.url ?? '/', 'http://liar').searchParams.get('time')
        if (time === null) response.end('{}')
        else void says(BigInt(time), 200n).then((signed) => response.end(toWire(signed)))
      })
      const send = sending(world, sender)
      for (let block = 0; block < 16 && world.chain.newest().state.punished.length === 0; block++) {
        await world.step()
        const report = world.chain.pool().find(({ to }) => to === ADDRESSES.priceBook)
        if (report === undefined) continue
        const { args } = decodeFunctionData({ abi: priceBookAbi, data: report.data })
        const [items] = args as unknown as readonly [readonly { readonly observation: { readonly time: bigint } }[]]
        const observations = [await says(items[0]!.observation.time, 201n)]
        const data = encodeFunctionData({ abi: priceBookAbi, functionName: 'report', args: [observations] })
        await send(ADDRESSES.priceBook, data, 50n)
      }
      await blocksOf(world, 6)
      close()
      close()
      const { punished, price } = world.chain.newest().state
      return [
        ...unless(punished.map(({ reporter }) => reporter).join() === String(liar.id), `punished: ${punished.length}`),
        ...unless(price >= 199n * 10n ** 18n && price <= 201n * 10n ** 18n, `the price is ${price}`),
        ...(await work(world, 4, { within: 10, wait: 2 * 1 + 2 })),
      ]
    },
  },
  {
    name: 'a keeper withholds its turn and spams: it pays for that itself, and a slot later others act',
    faults: [37],
    run: async (world) => {
      const [hostile] = world.keepers as [Keeper]
      await world.kill(hostile, 'SIGKILL')
      const healthy = world.makeDue(5, 50)
      await world.step()
      const send = sending(world, world.keysOf(hostile).sender)
      const bad = await work(world, 8, {
        within: 12,
        wait: 2 * 1 + 2,
        hostile: [hostile.sender],
        during: async () => {
          await send(ADDRESSES.marginCalls, callsOn(healthy), 50n)
          for (const { id } of healthy) {
            const data = encodeFunctionData({ abi: auctionsAbi, functionName: 'start', args: [id, []] })
            await send(ADDRESSES.auctions, data, 30n)
          }
        },
      })
      const spent = 10n ** 20n - (world.chain.balances.get(hostile.sender) ?? 0n)
      world.heal()
      await world.start(hostile)
      return [...bad, ...unless(spent > 0n, 'its spam cost it nothing')]
    },
  },
  {
    name: 'a keeper acts early, in an order of its own, for more and for less than the others: each duty is done once',
    faults: [37],
    run: async (world) => {
      const [hostile] = world.keepers as [Keeper]
      await world.kill(hostile, 'SIGKILL')
      const send = sending(world, world.keysOf(hostile).sender)
      const bad = await work(world, 9, {
        within: 12,
        wait: WAIT_MOST + 2,
        hostile: [hostile.sender],
        // What it takes from under others is theirs to lose: they pay for an item that is not there any more.
        wasted: 0.5,
        during: async (block) => {
          const { state } = world.chain.newest()
          const due = [...state.accounts.values()].filter(({ status, isPoison }) => status === 'HEALTHY' && !isPoison)
          await send(ADDRESSES.marginCalls, callsOn(due.slice(-3).toReversed()), block % 2 === 0 ? 0n : 50n)
        },
      })
      await world.start(hostile)
      // What it left in the mempool is mined first.
      await blocksOf(world, 3)
      return [...bad, ...(await work(world, 4, { within: 8, wait: WAIT_MOST + 1, wasted: 0.1 }))]
    },
  },
]
