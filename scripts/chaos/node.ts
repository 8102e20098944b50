// In which world do keepers stand whose nodes have an EVM and a state trie? The protocol as deployed, and the proxies in front of it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { openByHand, type ByHand } from '../../sim/driver/byHand.ts'
import { openChain, type Chain } from '../../sim/world/chain.ts'
import { isMarketOpen } from '../../sim/world/world.ts'
import { ONE, LEVEL_INDEX } from '../../units/values.ts'
import type { Price } from '../../units/values.ts'
import { seriesIdOf } from '../../units/series.ts'
import { openEndpoint } from './endpoint.ts'
import type { Endpoint, Node } from './endpoint.ts'
import { RpcError } from './rpcError.ts'

const MINUTE = 60
const HOUR = 3_600
/** 8 March 2020, 06:00 UTC: the market opens a day and two hours before the expiry that everybody holds. */
const OPENED = 1_583_647_200
const EXPIRY = OPENED + 26 * HOUR
/** The deployment's own blocks lie before the first of the clock's. */
const DEPLOYED = OPENED - 3 * HOUR
/** [dollars] */
const SPOT = 203
const ENDPOINTS = 3
const OPEN_MOST = 8
const SELLERS = 5
/** Of a put as dear as the price: a fall by a dollar costs its seller about half a dollar a contract. */
const SIZE = 10n
const STRIKE = 200n

export type NodeWorld = ByHand & {
  readonly node: Node
  /** Three, which all keepers ask. */
  readonly endpoints: readonly Endpoint[]
  /** Sellers of puts, each `units` above MAINTENANCE. */
  readonly sellersAbove: (units: bigint) => Promise<readonly bigint[]>
  /** What each keeper has logged. */
  readonly logs: () => readonly string[]
  readonly close: () => Promise<void>
}

/** Once reporters and anchor agree and a surface stands. */
export async function openNodeWorld(seed: number, proveState: boolean): Promise<NodeWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
  const chain = await openChain({ startTime: DEPLOYED, forkUrl: undefined })
  const { node, tell } = nodeAt(chain)
  const endpoints = await Promise.all(Array.from({ length: ENDPOINTS }, () => openEndpoint(node)))
  const nodes = { rpcUrls: endpoints.map(({ socketUrl }) => socketUrl), proveState }
  let hand: ByHand | undefined
  const close = async (): Promise<void> => {
    await hand?.world.close()
    for (const endpoint of endpoints) endpoint.close()
    await chain.close()
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    const by = await openByHand(chain, { directory, start: OPENED, spot: SPOT, seed, nodes, onBlock: tell })
    hand = by
    for (let minute = 0; minute < OPEN_MOST && !(await isMarketOpen(by.world)); minute++)
      await by.until(by.now() + MINUTE, MINUTE)
    if (!(await isMarketOpen(by.world))) throw new Error(`no open market after ${OPEN_MOST} minutes`)
    return {
      ...by,
      node,
      endpoints,
      sellersAbove: (units) => sellersOf(by, units),
      logs: () => by.world.identities.map((_, at) => readFileSync(join(directory, `keeper-${at + 1}.log`), 'utf8')),
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** The embedded chain as a node that proxies stand in front of, and what tells it of a new block. */
function nodeAt({ rpc: { httpUrl } }: Chain): { readonly node: Node; readonly tell: () => Promise<void> } {
  const listeners: ((header: unknown) => void)[] = []
  const answer: Node['answer'] = async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const response = await fetch(httpUrl, { method: 'POST', body })
    const { result, error } = (await response.json()) as { result?: unknown; error?: RpcError }
    if (error !== undefined) throw new RpcError(error.code, error.message, error.data)
    return result
  }
  const tell = async (): Promise<void> => {
    const header = await answer('eth_getBlockByNumber', ['latest', false], 0)
    for (const listener of listeners) listener(header)
  }
  return { node: { answer, onHeader: (listener) => void listeners.push(listener) }, tell }
}

async function sellersOf({ world, post, until, now }: ByHand, units: bigint): Promise<readonly bigint[]> {
  const { addresses } = world.universe.deployment
  const poor = world.owners.filter(({ member }) => member.collateral === 0)
  const [buyer, ...sellers] = poor.slice(0, SELLERS + 1).map(({ account }) => account)
  const series = seriesIdOf({
    underlying: 1,
    expiry: EXPIRY,
    strike: (STRIKE * ONE) as Price,
    kind: 'PUT',
    field: 0,
  })
  for (const seller of sellers) await post('postPosition', [seller, buyer, series, SIZE * ONE])
  await until(now() + MINUTE)
  for (const seller of sellers) {
    const { health } = await world.chain.client.readContract({
      address: addresses.margin,
      abi: ABIS.margin,
      functionName: 'assess',
      args: [seller, 0],
    })
    await post('postCash', [seller, buyer, health[LEVEL_INDEX.MAINTENANCE]! - units * ONE])
  }
  await until(now() + MINUTE)
  return sellers
}
