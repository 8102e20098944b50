// What can go wrong, and what must hold all the same? Each case breaks something in a running fleet and says what it found amiss.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFunctionData, keccak256, toHex } from 'viem'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { priceBookAbi } from '../../sdk/protocol/abi.ts'
import type { Fault, Rule } from './endpoint.ts'
import { verdictOf } from './judge.ts'
import { ADDRESSES, CHAIN_ID } from './universe.ts'
import type { Account } from './universe.ts'
import type { Keeper, World } from './world.ts'

/** What was found amiss; empty when the case is passed. */
export type Findings = readonly string[]
export type Case = {
  readonly name: string
  /** Numbers as docs/RUNBOOK.md, What it survives, has them. */
  readonly faults: readonly number[]
  readonly isQuick?: boolean
  /** On a fleet of its own: it starts from nothing, or leaves something behind. */
  readonly isApart?: boolean
  readonly run: (world: World) => Promise<Findings>
}

const GWEI = 10n ** 9n
/** Of all gas while something is broken, and the wait [blocks] that a slot and a guard allow with nothing dead. */
const WASTED_MOST = 0.02
const WAIT_MOST = 2

type Bounds = {
  readonly within: number
  readonly wait?: number
  readonly wasted?: number
  readonly during?: (block: number) => Promise<void> | void
}

/** Makes `count` accounts due, lets blocks pass until all are called, and judges by the chain. */
async function work(
  world: World,
  count: number,
  { within, wait, wasted = WASTED_MOST, during }: Bounds,
): Promise<string[]> {
  const first = world.chain.newest().number
  const due = world.makeDue(count)
  for (let block = 0; block < within; block++) {
    await world.step()
    await during?.(block)
    if (
      block > 0 &&
      due.every(({ id }) => (world.chain.newest().state.accounts.get(id)?.status ?? 'HEALTHY') !== 'HEALTHY')
    )
      break
  }
  return judged(world, first, due, wait, wasted)
}

function judged(world: World, first: number, due: readonly Account[], wait = Infinity, wasted = WASTED_MOST): string[] {
  const blocks = world.chain.blocks().filter(({ number }) => number >= first)
  const verdict = verdictOf(blocks, due)
  const worst = verdict.waits.at(-1) ?? 0
  return [
    ...(verdict.missing.length > 0
      ? [`${verdict.missing.length} of ${due.length} duties not done in ${blocks.length - 1} blocks`]
      : []),
    ...(worst > wait ? [`one waited ${worst} blocks, ${wait} are allowed`] : []),
    ...(verdict.healthyTouched > 0 ? [`${verdict.healthyTouched} healthy accounts touched`] : []),
    // Of so few duties one done twice is more than the share allows, and no more than chance.
    ...(verdict.wastedShare > wasted && verdict.idleItems + verdict.failed > 1
      ? [`${(100 * verdict.wastedShare).toFixed(1)} % of gas wasted`]
      : []),
  ]
}

const unless = (isTrue: boolean, finding: string): string[] => (isTrue ? [] : [finding])
const said = ({ log }: Keeper, text: string): boolean => log.some((line) => JSON.stringify(line).includes(text))
const only =
  (fault: Fault): Rule =>
  async () =>
    fault
const on = (names: readonly string[], fault: (truly: () => Promise<unknown>) => Promise<Fault | undefined>): Rule => {
  return async (method, _params, truly) => (names.includes(method) ? fault(truly) : undefined)
}
const blocksOf = async (world: World, count: number): Promise<void> => {
  for (let block = 0; block < count; block++) await world.step()
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

export const CASES: readonly Case[] = [
  {
    name: 'nothing is broken',
    faults: [],
    isQuick: true,
    run: async (world) => work(world, 20, { within: 8, wait: WAIT_MOST, wasted: 0.005 }),
  },
  {
    name: 'a keeper is killed at any point, and starts again with nothing',
    faults: [1],
    isQuick: true,
    run: async (world) => {
      const [victim] = world.keepers as [Keeper]
      const bad = await work(world, 10, {
        within: 14,
        during: async (block) => {
          if (block === 0) await world.kill(victim, 'SIGKILL')
        },
      })
      await world.start(victim)
      const { number } = world.chain.newest()
      await blocksOf(world, 2)
      const { decidedBlock } = JSON.parse((await world.ask(victim, '/status')).text) as { decidedBlock: number }
      return [...bad, ...unless(decidedBlock > number, `decided only ${decidedBlock} two blocks after ${number}`)]
    },
  },
  {
    name: 'two keepers stand still and go on: they look again and send no old bytes',
    faults: [2],
    run: async (world) => {
      const frozen = world.keepers.slice(0, 2)
      for (const keeper of frozen) await world.kill(keeper, 'SIGSTOP')
      const bad = await work(world, 8, { within: 12, wait: 2 * 2 + 2 })
      for (const keeper of frozen) await world.kill(keeper, 'SIGCONT')
      return [...bad, ...(await work(world, 6, { within: 8 }))]
    },
  },
  {
    name: 'all but one are dead: the survivor does everything',
    faults: [3],
    isQuick: true,
    run: async (world) => {
      const dead = world.keepers.slice(1)
      for (const keeper of dead) await world.kill(keeper, 'SIGKILL')
      const bad = await work(world, 8, { within: 16, wait: 2 * 4 + 2 })
      for (const keeper of dead) await world.start(keeper)
      return bad
    },
  },
  {
    name: 'one after the other is stopped in order and started again',
    faults: [4],
    run: async (world) => {
      const findings: string[] = []
      const first = world.chain.newest().number
      const due: Account[] = []
      for (const keeper of world.keepers) {
        due.push(...world.makeDue(2))
        await world.step()
        const begun = performance.now()
        const stopping = world.kill(keeper, 'SIGTERM')
        await world.step()
        const code = await stopping
        findings.push(...unless(code === 0, `ended with ${code}`))
        findings.push(...unless(performance.now() - begun < 9_000, 'took longer than nine seconds to end'))
        await world.start(keeper)
      }
      await blocksOf(world, 8)
      return [...findings, ...judged(world, first, due)]
    },
  },
  {
    name: 'an account on which every call fails stays alone',
    faults: [5, 41],
    isQuick: true,
    run: async (world) => {
      world.makeDue(1, -50, { isPoison: true })
      const bad = await work(world, 8, { within: 8, wait: WAIT_MOST + 1, wasted: 0.25 })
      const { number } = world.chain.newest()
      await blocksOf(world, 4)
      const later = verdictOf(
        world.chain.blocks().filter((block) => block.number >= number),
        [],
      )
      return [...bad, ...unless(later.idleItems <= 1, `${later.idleItems} more attempts on it in four blocks`)]
    },
  },
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
  ...[1, 2, 5, 10].map((depth): Case => ({
    name: `a reorganisation of ${depth} ${depth === 1 ? 'block' : 'blocks'} undoes what was done, and it is done again`,
    faults: [21],
    isQuick: depth === 2,
    run: async (world) => {
      await blocksOf(world, depth)
      const first = world.chain.newest().number
      const due = world.makeDue(5)
      await blocksOf(world, depth < 3 ? depth + 1 : depth)
      await world.chain.reorganise(depth, false)
      const { state } = world.chain.newest()
      const lost = due.filter(({ id }) => !state.accounts.has(id))
      // What was never there again cannot be due: it is put there anew.
      const again = lost.length > 0 ? world.makeDue(5) : due
      await blocksOf(world, 8)
      return judged(world, first, again, Infinity, 0.05)
    },
  })),
  {
    name: 'the registry changes, and the change is undone by a reorganisation',
    faults: [22, 42],
    run: async (world) => {
      const { state } = world.chain.newest()
      const seed = keccak256(toHex('another seed'))
      const ids = state.keepers.map(({ id }) => id)
      world.chain.change((before) => ({
        state: { ...before, epoch: before.epoch + 1, seed },
        logs: [
          { contract: 'keeperRegistry', event: 'EpochStarted', args: { epoch: BigInt(before.epoch + 1), seed, ids } },
        ],
      }))
      const bad = await work(world, 5, { within: 8, wait: WAIT_MOST + 1 })
      await world.chain.reorganise(2, false)
      return [...bad, ...(await work(world, 5, { within: 10, wait: WAIT_MOST + 1, wasted: 0.05 }))]
    },
  },
  {
    name: 'the head stands still: nobody is ready, nothing is sent, and it goes on',
    faults: [23],
    isQuick: true,
    run: async (world) => {
      await world.step()
      const before = world.chain.pool().length
      await new Promise((resolve) => setTimeout(resolve, 2_200))
      const ready = await Promise.all(world.keepers.map((keeper) => world.ask(keeper, '/ready')))
      const { length } = world.chain.pool()
      return [
        ...unless(
          ready.every(({ status }) => status === 503),
          'a keeper says that it is ready',
        ),
        ...unless(length === before, `${length - before} transactions sent without a head`),
        ...(await work(world, 5, { within: 8, wait: WAIT_MOST + 1 })),
      ]
    },
  },
  {
    name: 'blocks come late, early and in bursts',
    faults: [24],
    run: async (world) => {
      const first = world.chain.newest().number
      const due = world.makeDue(8)
      for (const seconds of [36, 12, 1, 1, 1, 24, 48, 12, 12, 12, 12]) await world.step(seconds)
      return judged(world, first, due, 9)
    },
  },
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
      const [{ sender }] = world.keepers as [Keeper]
      const key = world.keyOf(sender)
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
  ...['300.00', '100.00', '0', '-5', 'NaN', '1e30'].map((price): Case => ({
    name: `a venue says ${price}`,
    faults: [32],
    isQuick: price === '300.00',
    run: async (world) => {
      world.venues.prices[0] = price
      await blocksOf(world, 4)
      const own = Number(world.chain.newest().state.price) / 1e18
      const bad = await work(world, 3, { within: 8, wait: WAIT_MOST + 1 })
      world.heal()
      return [...bad, ...unless(Math.abs(own - 200) < 0.2, `the price is ${own}`)]
    },
  })),
  {
    name: 'a venue has stopped, another is a minute and a half late',
    faults: [33],
    run: async (world) => {
      world.venues.prices[0] = undefined
      world.venues.skews[1] = -90
      await blocksOf(world, 8)
      const { newest, price } = world.chain.newest().state
      const age = world.chain.newest().time - newest
      world.heal()
      return [
        ...unless(age <= 60, `the newest round is ${age} s old`),
        ...unless(price === 200n * 10n ** 18n, 'the price moved'),
      ]
    },
  },
  {
    name: 'the market falls in one step: the price follows, and whoever it makes due is called',
    faults: [32, 39],
    isQuick: true,
    run: async (world) => {
      const first = world.chain.newest().number
      const rich = world.makeDue(10, 25)
      await blocksOf(world, 2)
      // Short calls are hurt by a rise.
      world.venues.prices.fill('240.00')
      await blocksOf(world, 8)
      const price = Number(world.chain.newest().state.price) / 1e18
      const bad = judged(world, first, rich)
      world.heal()
      await blocksOf(world, 5)
      return [...bad, ...unless(price === 240, `the price is ${price}`)]
    },
  },
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
        ...judged(world, first, due, 14, 0.05),
        ...unless(mean(due.slice(-10)) <= mean(due.slice(0, 10)), 'the smallest shortfalls were done first'),
      ]
    },
  },
  {
    name: 'wrong settings are refused by their field, and no secret is told',
    faults: [45],
    isQuick: true,
    run: async (world) => {
      const directory = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
      const key = `0x${'5'.repeat(64)}`
      writeFileSync(join(directory, 'key'), key, { mode: 0o600 })
      writeFileSync(join(directory, 'open'), key, { mode: 0o644 })
      const whole = {
        rpcUrls: [world.keepers[0]!.endpoints[0]!.url],
        chainId: CHAIN_ID,
        deployment: { blockNumber: 0, addresses: ADDRESSES },
        senderKey: { file: 'key' },
        signingKey: { file: 'key' },
        underlyings: [
          { underlying: 1, symbol: 'ETH', feeds: [{ venue: 'a', url: world.venues.urls[0], pair: 'ETHUSD' }] },
        ],
      }
      const wrong: readonly (readonly [object, string])[] = [
        [{ colour: 'red' }, 'colour'],
        [{ rpcUrls: [] }, 'rpcUrls'],
        [{ senderKey: key }, 'senderKey'],
        [{ senderKey: { file: 'open' } }, 'senderKey'],
        [{ limits: { maxFeePerGasGwei: -1 } }, 'limits.maxFeePerGasGwei'],
        [{ chainId: 'one' }, 'chainId'],
      ]
      const findings = wrong.flatMap(([changed, field]) => {
        const file = join(directory, 'keeper.json')
        writeFileSync(file, JSON.stringify({ ...whole, ...changed }))
        const parameters = [join(import.meta.dirname, '../../keeper/main.ts'), '--config', file, '--check']
        const { status, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' })
        return [
          ...unless(status === 2 && stderr.includes(field), `${field}: ${status} ${stderr}`),
          ...unless(!stderr.includes('5'.repeat(64)), `${field}: a secret was told`),
        ]
      })
      rmSync(directory, { recursive: true })
      return findings
    },
  },
]
