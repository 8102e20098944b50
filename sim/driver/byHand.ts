// What if price, blocks and postings are told by hand? The protocol as deployed with its fleet, where every keeper has decided on a
// block before the next is mined: for tests and drills of what few blocks have.
import { createWalletClient, custom } from 'viem'
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'
import { eventDecoder, loggingAddresses } from '../../sdk/protocol/events.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { ONE } from '../../units/values.ts'
import { loadScenario, loadShape } from '../market/load.ts'
import type { MarketPath } from '../market/path.ts'
import type { Chain, MinedBlock } from '../world/chain.ts'
import { deployUniverse, viemChainOf } from '../world/deploy.ts'
import { operatorsOf, type Nodes } from '../world/fleet.ts'
import { openWorld, type World } from '../world/world.ts'
import { createAnchor } from './anchor.ts'

export type ByHand = {
  readonly world: World
  /** [dollars] Undefined: nobody trades and nobody speaks for the anchor. */
  readonly market: { price: number | undefined }
  readonly now: () => number
  /** Blocks of `seconds` each up to `time`; every keeper has decided on each before the next. */
  readonly until: (time: number, seconds?: number) => Promise<void>
  readonly events: <Name extends ProtocolEvent['eventName']>(
    name: Name,
  ) => Promise<Extract<ProtocolEvent, { readonly eventName: Name }>['args'][]>
  /** As a contract that may post. */
  readonly post: (functionName: 'postCash' | 'postPosition', args: readonly unknown[]) => Promise<void>
}

export type ByHandOptions = {
  readonly directory: string
  /** [unix s] Of the first block by hand. */
  readonly start: number
  /** [dollars] */
  readonly spot: number
  readonly seed: number
  readonly nodes?: Nodes
  /** Hears of each block as soon as it is mined. */
  readonly onBlock?: (block: MinedBlock) => Promise<void>
}

const KEEPERS = 5
const HOUR = 3_600
const MINUTE = 60
const BASE_FEE = 1_000_000_000n
/** Answers of two seconds each that a keeper may hold back before it counts as stuck. */
const TRIES_MOST = 30

export async function openByHand(chain: Chain, options: ByHandOptions): Promise<ByHand> {
  const { directory, start, spot, seed, nodes, onBlock } = options
  const market: ByHand['market'] = { price: spot }
  const universe = await deployUniverse(chain, { seed, symbol: 'ETH', spot, operators: operatorsOf(seed, KEEPERS) })
  const path = pathOf(market, start)
  const terms = { seed, keepers: KEEPERS, directory, logDirectory: directory, onProgress: () => undefined }
  const asked = nodes === undefined ? {} : { nodes }
  const world = await openWorld({ ...terms, ...asked, chain, universe, path, shape: loadShape() })
  // Nobody bids, nobody cures.
  for (const trader of world.traders) trader.kill()
  const transmit = createAnchor(universe.chainlink, universe.chainlinkTerms, path.trueMedianAt)
  const { addresses, blockNumber } = universe.deployment
  const decode = eventDecoder(addresses)
  const request = chain.client.request as (call: { method: string; params: unknown[] }) => Promise<unknown>
  await request({ method: 'hardhat_impersonateAccount', params: [addresses.clearinghouse] })
  await chain.giveEther(addresses.clearinghouse, 100n * ONE)
  const transport = custom({ request: chain.client.request as never })
  const door = createWalletClient({ account: addresses.clearinghouse, chain: await viemChainOf(chain), transport })
  let last = start
  await chain.mine(last, BASE_FEE)

  async function step(time: number): Promise<void> {
    await world.venues.advance(last, time, true)
    await transmit(time)
    last = time
    const block = await chain.mine(time, BASE_FEE)
    await onBlock?.(block)
    for (const { endpoint } of world.identities) await decided(endpoint, block.number)
  }

  return {
    world,
    market,
    now: () => last,
    until: async (time, seconds = MINUTE) => {
      while (last < time) await step(Math.min(time, last + seconds))
    },
    events: async (name) => {
      const logs = await chain.client.getLogs({
        address: loggingAddresses(addresses),
        fromBlock: BigInt(blockNumber),
        toBlock: 'latest',
      })
      const all = logs.flatMap((log) => decode(log) ?? [])
      return all.filter(({ eventName }) => eventName === name).map(({ args }) => args) as never
    },
    post: async (functionName, args) => {
      const call = { address: addresses.ledger, abi: ABIS.ledger, functionName, args, gas: 2_000_000n }
      await door.writeContract(call as never)
    },
  }
}

/** Every venue trades at `market.price` at every moment. */
function pathOf(market: ByHand['market'], start: number): MarketPath {
  const { underlying, venues } = loadScenario('black-thursday', undefined)
  const silent = venues.map(({ venue }) => ({ venue, bars: [] }))
  const price = (): number | undefined => market.price
  return {
    scenario: { name: 'by hand', underlying, start, shift: 0, barSeconds: HOUR, barCount: 24, venues: silent },
    priceAt: price,
    trueMedianAt: price,
    tradesBetween: (venue, _from, to) =>
      market.price === undefined ? [] : [{ venue, price: market.price, timeMs: to * 1_000 }],
  }
}

/** It holds the answer back for two seconds. */
async function decided(endpoint: string, block: number): Promise<void> {
  for (let tries = 0; tries < TRIES_MOST; tries++) {
    const answer = await fetch(`${endpoint}/status?after=${block}`)
    const { decidedBlock } = (await answer.json()) as { readonly decidedBlock: number }
    if (decidedBlock >= block) return
  }
  throw new Error(`${endpoint} has not decided on block ${block}`)
}
