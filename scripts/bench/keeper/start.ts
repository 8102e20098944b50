// How long does a keeper take to know everybody? Run by scripts/bench/keeper.ts in a process of its own.
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeFunctionData, encodeFunctionResult } from 'viem'
import type { Hex } from 'viem'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { watchOf } from '../../../keeper/core/watch.ts'
import { STATUSES } from '../../../keeper/core/view.ts'
import { chainAt } from '../../../keeper/shell/chain.ts'
import { loadView } from '../../../keeper/shell/load.ts'
import { ABIS, CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import type { Addresses, ContractName } from '../../../sdk/protocol/addresses.ts'
import { MARKET_STATES } from '../../../units/portfolio.ts'
import { accountsIn, SCENE, viewAt } from './population.ts'

const addresses = Object.fromEntries(
  ['accessManager', ...CONTRACT_NAMES].map((name, index) => [name, `0x${String(index + 1).padStart(40, '0')}`]),
) as Addresses

/** A node that holds `count` accounts and answers the lens from memory. */
async function serve(count: number): Promise<void> {
  const accounts = accountsIn(count)
  const view = viewAt(SCENE, accounts, 1)
  const answers = new Map<string, Hex>()
  const page = (offset: number, size: number) =>
    Array.from({ length: Math.max(0, Math.min(size, count - offset)) }, (_, index) => {
      const { account, version, cash, positions, collateral, status } = accounts.stateAt(offset + index)
      const portfolio = { cash, positions, collateral }
      return { account, version, portfolio, status: STATUSES.indexOf(status), graceLeft: 0n, witnesses: [] }
    })
  const resultOf = (name: ContractName, data: Hex): unknown => {
    const { functionName, args } = decodeFunctionData({ abi: ABIS[name], data })
    const [first, second] = (args ?? []) as readonly [unknown, unknown]
    switch (functionName) {
      case 'universe':
        return {
          ...view.universe,
          epoch: 1n,
          assetCount: SCENE.spots.length + 1,
          activeAccounts: BigInt(count),
          openAuctions: 0n,
        }
      case 'accounts':
        return page(Number(first), Number(second))
      case 'market': {
        const { below, above, price } = view.markets.get(Number(first))!
        const index = {
          state: MARKET_STATES.indexOf('AGREED'),
          price,
          updatedAt: 0n,
          reporters: price,
          reportersAt: 0n,
          anchor: price,
          anchorAt: 0n,
        }
        const times = {
          marketTime: 0n,
          lastStop: 0n,
          openRoundTime: 0n,
          openRoundReporters: 0n,
          newestRoundTime: 0n,
          surfaceTime: 0n,
        }
        return { index, below, above, ...times, parametersVersion: 1, checkpointCount: 0n }
      }
      case 'parameters': {
        const { parameters, grid } = view.rules.get(Number(first))!
        return [parameters, grid]
      }
      case 'surface':
        return [0n, []]
      case 'places':
        return [0n, 0n]
      case 'silenceOf':
        return { notedAt: 0n, marketTime: 0n, declaredAt: 0n, checkpoints: 0n }
      case 'samplesOf':
        return { cumulative: 0n, covered: 0n, takenAt: 0n, last: 0n }
      case 'price':
        return 0n
      case 'trialOf':
        return { aggregator: `0x${'0'.repeat(40)}`, since: 0n, last: 0n, apartSince: 0n }
      default:
        return 1
    }
  }
  const answerTo = ({ to, data }: { to: string; data: Hex }): Hex => {
    const known = answers.get(to + data)
    if (known !== undefined) return known
    const name = CONTRACT_NAMES.find((one) => addresses[one] === to)!
    const { functionName } = decodeFunctionData({ abi: ABIS[name], data })
    const result = encodeFunctionResult({ abi: ABIS[name], functionName, result: resultOf(name, data) } as never)
    answers.set(to + data, result)
    return result
  }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { id, params } = JSON.parse(body) as { id: number; params: [{ to: string; data: Hex }] }
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answerTo(params[0]) }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  parentPort?.postMessage((server.address() as AddressInfo).port)
}

async function measure(): Promise<void> {
  const worker = new Worker(import.meta.filename, { workerData: Number(process.argv[2]) })
  const [port] = (await once(worker, 'message')) as [number]
  let seconds = 0
  let requests = 0
  // The first time the node makes up its answers; the second is measured.
  for (let time = 0; time < 2; time++) {
    const chain = chainAt([`http://127.0.0.1:${port}`], addresses, 1_000)
    const begun = performance.now()
    const view = await loadView(chain, viewAt(SCENE, accountsOf(), 1).head)
    const watch = watchOf(view.accounts, new Set())
    watch.begin(view)
    while (watch.look(1_024) > 0);
    seconds = (performance.now() - begun) / 1_000
    requests = chain.requests()
  }
  process.stdout.write(JSON.stringify({ start: seconds, requests }))
  await worker.terminate()
}

if (isMainThread) await measure()
else await serve(workerData as number)
