// What if nodes are away, slow, behind, or lie?
import { keccak256, toHex } from 'viem'
import type { Hex } from 'viem'
import type { Fault, Rule } from '../endpoint.ts'
import { blocksOf, said, unless, WAIT_MOST, work } from '../work.ts'
import type { Case } from '../work.ts'
import type { Keeper } from '../world.ts'

const only =
  (fault: Fault): Rule =>
  async () =>
    fault
export const on = (
  names: readonly string[],
  fault: (truly: () => Promise<unknown>) => Promise<Fault | undefined>,
): Rule => {
  return async (method, _params, truly) => (names.includes(method) ? fault(truly) : undefined)
}

/** Endpoint 0 of every keeper follows `rule`; work is done as if nothing were, and all heals. */
function withOneBad(name: string, faults: readonly number[], rule: Rule, isQuick = false): Case {
  return {
    name,
    faults,
    isQuick,
    run: async (world) => {
      world.everywhere(rule, [0])
      const bad = await work(world, 6, { within: 12, wait: WAIT_MOST + 1 })
      world.heal()
      return [...bad, ...(await work(world, 3, { within: 10 }))]
    },
  }
}

export const ENDPOINT_CASES: readonly Case[] = [
  withOneBad('an endpoint closes every connection', [6], only({ kind: 'close' }), true),
  {
    name: 'an endpoint is slow',
    faults: [7],
    run: async (world) => {
      for (const { endpoints } of world.keepers) endpoints[0]!.delayMs = 2_000
      const bad = await work(world, 6, { within: 12, wait: WAIT_MOST + 1 })
      world.heal()
      return bad
    },
  },
  withOneBad('an endpoint takes connections and never answers', [8], only({ kind: 'hang' })),
  withOneBad('an endpoint is overloaded', [9], only({ kind: 'body', status: 429, body: 'slow down' })),
  withOneBad(
    'an endpoint answers with a page of HTML',
    [10],
    only({ kind: 'body', status: 200, body: '<html>502</html>' }),
  ),
  withOneBad(
    'an endpoint answers with half an object',
    [10],
    only({ kind: 'body', status: 200, body: '{"jsonrpc":"2.0","id":1,"resu' }),
  ),
  {
    name: 'an endpoint stands twenty blocks behind',
    faults: [11],
    isQuick: true,
    run: async (world) => {
      await blocksOf(world, 3)
      for (const { endpoints } of world.keepers) endpoints[0]!.lag = 20
      const bad = await work(world, 6, { within: 10, wait: WAIT_MOST + 1 })
      world.heal()
      return bad
    },
  },
  withOneBad(
    'an endpoint forges heads a million blocks ahead',
    [12],
    on(['eth_getBlockByNumber'], async (truly) => {
      const block = (await truly()) as Record<string, unknown> | null
      if (block === null) return undefined
      return {
        kind: 'result',
        result: {
          ...block,
          number: toHex(Number(block['number']) + 1_000_000),
          hash: keccak256(toHex(Number(block['number']))),
        },
      }
    }),
  ),
  {
    name: 'an endpoint lies about what it reads, is outvoted, named and dropped',
    faults: [13],
    isQuick: true,
    isApart: true,
    run: async (world) => {
      const lie: Rule = on(['eth_call'], async (truly) => {
        const result = (await truly()) as Hex
        return { kind: 'result', result: `${result.slice(0, -20)}${'7'.repeat(20)}` }
      })
      world.everywhere(lie, [0])
      const bad = await work(world, 6, { within: 12, wait: WAIT_MOST + 1 })
      const named = world.keepers.filter((keeper) => said(keeper, 'endpoint outvoted'))
      world.heal()
      return [...bad, ...unless(named.length > 0, 'nobody has named it')]
    },
  },
  withOneBad(
    'an endpoint invents nonces',
    [14],
    on(['eth_getTransactionCount'], async (truly) => ({ kind: 'result', result: toHex(Number(await truly()) + 5) })),
  ),
  withOneBad(
    'an endpoint invents receipts',
    [14],
    on(['eth_getTransactionReceipt'], async (truly) => {
      const receipt = (await truly()) as object | null
      return { kind: 'result', result: receipt === null ? null : { ...receipt, status: '0x0' } }
    }),
  ),
  withOneBad(
    'an endpoint takes transactions and keeps them to itself',
    [15],
    on(['eth_sendRawTransaction'], async () => ({ kind: 'result', result: keccak256('0x01') })),
    true,
  ),
  {
    name: 'transactions arrive, and every endpoint says that they did not',
    faults: [16],
    run: async (world) => {
      const rule: Rule = on(['eth_sendRawTransaction'], async (truly) => {
        await truly().catch(() => undefined)
        return { kind: 'body', status: 500, body: 'internal error' }
      })
      world.everywhere(rule)
      const bad = await work(world, 6, { within: 10, wait: WAIT_MOST + 1 })
      world.heal()
      return bad
    },
  },
  {
    name: 'an endpoint is pointed at another chain: nothing is signed for it',
    faults: [18],
    run: async (world) => {
      const [victim] = world.keepers as [Keeper]
      victim.endpoints[1]!.rule = on(['eth_chainId'], async () => ({ kind: 'result', result: '0x1' }))
      await world.kill(victim, 'SIGKILL')
      const started = await world.start(victim).then(
        () => true,
        () => false,
      )
      world.heal()
      victim.process = undefined
      await world.start(victim)
      return unless(!started && said(victim, 'another chain'), 'it started against a node of another chain')
    },
  },
  {
    name: 'a keeper is cut off from the chain, and comes back without a burst',
    faults: [19],
    isQuick: true,
    run: async (world) => {
      const [cut] = world.keepers as [Keeper]
      for (const endpoint of cut.endpoints) endpoint.rule = only({ kind: 'hang' })
      const bad = await work(world, 6, { within: 10, wait: 2 * 1 + 2 })
      const { status } = await world.ask(cut, '/ready')
      world.heal()
      await blocksOf(world, 3)
      return [...bad, ...unless(status === 503, 'it said that it was ready'), ...(await work(world, 4, { within: 10 }))]
    },
  },
]
