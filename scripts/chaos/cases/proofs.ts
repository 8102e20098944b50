// What if most of a keeper's nodes lie alike? Where it has the state proven, the one that does not is enough.
import { decodeFunctionResult, encodeFunctionResult, parseEventLogs } from 'viem'
import type { Hex } from 'viem'
import { ABIS } from '../../../sdk/protocol/addresses.ts'
import type { Node, Rule } from '../endpoint.ts'
import type { NodeWorld } from '../node.ts'
import { unless } from '../work.ts'
import type { Findings, NodeCase } from '../work.ts'

/** [s] */
const BLOCK = 12
/** Of blocks: a round of prices, a slot, a guard and the block itself, and one for a keeper that was late. */
const WITHIN = 8
/** [1e18 units of account] Above MAINTENANCE while nothing moves; below it by the fall. */
const ABOVE = 15n
/** [dollars] The market falls by 4 %. */
const FALLEN = 195
/** Which parameter of a question about the state names the block. */
const BLOCK_PARAMETER: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getProof: 2,
  eth_getStorageAt: 2,
}

/** Whatever is asked of the state is answered, proofs and all, from that of an older block. */
function ofOlderState(node: Node, block: number): Rule {
  return async (method, params) => {
    const at = BLOCK_PARAMETER[method]
    if (at === undefined) return undefined
    const older = params.map((one, index) => (index === at ? `0x${block.toString(16)}` : one))
    return { kind: 'result', result: await node.answer(method, older, 0) }
  }
}

/** The market is told 30 % lower, and calls on whoever would be due by that as done. */
function ofFall({ world }: NodeWorld): Rule {
  const { addresses } = world.universe.deployment
  const lower = (price: bigint): bigint => (price * 7n) / 10n
  return async (method, params, truly) => {
    if (method !== 'eth_call') return undefined
    const [{ to, data }] = params as readonly [{ readonly to: Hex; readonly data: Hex }]
    const asked = { to: to.toLowerCase(), selector: data.slice(0, 10) }
    if (asked.to === addresses.auctions.toLowerCase()) return { kind: 'result', result: '0x' }
    if (asked.to === addresses.marginCalls.toLowerCase())
      return { kind: 'result', result: `0x${'1'.padStart(64, '0')}` }
    if (asked.to !== addresses.lens.toLowerCase()) return undefined
    const answer = (await truly()) as Hex
    const market = { abi: ABIS.lens, functionName: 'market' } as const
    try {
      const told = decodeFunctionResult({ ...market, data: answer })
      if (encodeFunctionResult({ ...market, result: told }) !== answer) return undefined
      const bent = [told.below, told.above].map((marks) => ({ ...marks, candidates: marks.candidates.map(lower) }))
      const index = { ...told.index, price: lower(told.index.price) }
      const result = { ...told, index, below: bent[0]!, above: bent[1]! }
      return { kind: 'result', result: encodeFunctionResult({ ...market, result }) }
    } catch {
      return undefined // another question to the lens
    }
  }
}

/** Accounts called or auctioned from block `first` on. */
async function touchedSince({ world }: NodeWorld, first: number): Promise<ReadonlySet<bigint>> {
  const { marginCalls, auctions } = world.universe.deployment.addresses
  const logs = await world.chain.client.getLogs({ address: [marginCalls, auctions], fromBlock: BigInt(first) })
  const called = parseEventLogs({ abi: ABIS.marginCalls, eventName: 'MarginCallOpened', logs })
  const begun = parseEventLogs({ abi: ABIS.auctions, eventName: 'AuctionStarted', logs })
  return new Set([...called, ...begun].map(({ args }) => args.account))
}

/** Transactions of keepers from block `first` on that failed, or that called or auctioned nobody though they were to. */
async function wrongSince({ world }: NodeWorld, first: number): Promise<number> {
  const { client } = world.chain
  const { marginCalls, auctions } = world.universe.deployment.addresses
  const senders = new Set(world.identities.map(({ sender }) => sender.toLowerCase()))
  const meant = new Set([marginCalls, auctions].map((address) => address.toLowerCase()))
  let wrong = 0
  for (let number = BigInt(first); number <= (await client.getBlockNumber()); number++) {
    const { transactions } = await client.getBlock({ blockNumber: number })
    for (const hash of transactions) {
      const { from, to, status, logs } = await client.getTransactionReceipt({ hash })
      if (!senders.has(from.toLowerCase())) continue
      if (status !== 'success' || (logs.length === 0 && meant.has(to?.toLowerCase() ?? ''))) wrong += 1
    }
  }
  return wrong
}

/** Endpoints that the keeper has found to lie, by their places. */
function namedIn(log: string): string {
  const lines = log.split('\n').filter((line) => line.includes('endpoint disproven'))
  return [...new Set(lines.map((line) => (JSON.parse(line) as { endpoint: string }).endpoint[0]!))].toSorted().join()
}

/** Two endpoints of three follow `lie`; `befall` makes accounts due, and answers with which. */
export async function liedAlike(
  world: NodeWorld,
  lie: (world: NodeWorld, calm: number) => Rule,
  befall: (world: NodeWorld, sellers: readonly bigint[]) => Promise<readonly bigint[]>,
): Promise<Findings> {
  const sellers = await world.sellersAbove(ABOVE)
  const first = Number(await world.world.chain.client.getBlockNumber()) + 1
  let lies = 0
  const rule = lie(world, first - 1)
  for (const endpoint of world.endpoints.slice(0, 2)) {
    endpoint.rule = async (...question) => {
      const fault = await rule(...question)
      if (fault !== undefined) lies += 1
      return fault
    }
  }
  const due = await befall(world, sellers)
  await world.until(world.now() + WITHIN * BLOCK, BLOCK)
  const touched = await touchedSince(world, first)
  const missed = due.filter((account) => !touched.has(account))
  const wrong = await wrongSince(world, first)
  const named = world.logs().map(namedIn)
  return [
    ...unless(lies > 0, 'nobody was lied to'),
    ...unless(missed.length === 0, `${missed.length} of ${due.length} duties not done in ${WITHIN} blocks`),
    ...unless(touched.size === due.length - missed.length, `${touched.size} accounts touched, ${due.length} were due`),
    ...unless(wrong === 0, `${wrong} wrong transactions`),
    ...unless(
      named.every((places) => places === '0,1'),
      `disproven by each: ${named.join(' | ')}`,
    ),
  ]
}

/** All sellers are due by the fall, which the liars do not tell. */
export const hidden = (world: NodeWorld): Promise<Findings> =>
  liedAlike(
    world,
    ({ node }, calm) => ofOlderState(node, calm),
    async ({ market }, sellers) => {
      market.price = FALLEN
      return sellers
    },
  )

/** One seller is due, and by what the liars tell all are. */
export const feigned = (world: NodeWorld): Promise<Findings> =>
  liedAlike(world, ofFall, async ({ post }, [poor, rich]) => {
    await post('postCash', [poor, rich, 2n * ABOVE * 10n ** 18n])
    return [poor!]
  })

function onNode(name: string, run: (world: NodeWorld) => Promise<Findings>): NodeCase {
  return {
    name,
    faults: [13],
    runOnNode: async (seed) => {
      const { openNodeWorld } = await import('../node.ts')
      const world = await openNodeWorld(seed, true)
      try {
        return await run(world)
      } finally {
        await world.close()
      }
    },
  }
}

export const PROOF_CASES: readonly NodeCase[] = [
  onNode(
    'two endpoints of three tell alike of an older state: with proofs no duty is missed, and both are named',
    hidden,
  ),
  onNode(
    'two endpoints of three tell alike of a fall: with proofs nobody healthy is called, and both are named',
    feigned,
  ),
]
