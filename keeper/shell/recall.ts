// What have this keeper's senders spent today? Read off the chain at its start, since it keeps nothing on disk.
import type { Hex } from 'viem'
import type { Logger } from 'pino'
import { assumedSpent, DAY, spentBetween } from '../core/spending.ts'
import type { Sample, Spent } from '../core/spending.ts'
import type { Head } from '../core/view.ts'
import type { Chain } from './chain.ts'

/** Parts of the day that are looked at apart: what was paid in hides what was spent within one part only. */
const PARTS = 12n
/** Further looks at parts in which more was paid in than spent. */
const LOOKS_MOST = 64
/** Questions to find the block that a day began with. */
const SEARCH_MOST = 40
/** Nodes that keep no old state keep that of the last 128 blocks. */
const KEPT_BLOCKS = 120n

type Asked = Pick<Chain, 'client' | 'headAt'>

/** What `addresses` spent in the day before `head`, and what counts as spent where no endpoint knows. Never rejects. */
export async function spentBefore(
  chain: Asked,
  addresses: readonly Hex[],
  head: Head,
  cap: bigint,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<readonly Spent[]> {
  const begin = head.time - DAY
  try {
    const first = await firstSince(chain, begin, head)
    const from = (await isKept(chain, addresses, first)) ? first : await recentOf(chain, addresses, first, head)
    if (from === undefined) throw new Error('no endpoint knows an earlier balance')
    const spent = (await Promise.all(addresses.map((address) => spentBy(chain, address, from, head, cap)))).flat()
    const wei = spent.reduce((sum, one) => sum + one.wei, 0n)
    if (from.number === first.number) {
      log.info({ fromBlock: from.number, wei }, 'what was spent in the last day is known')
      return spent
    }
    log.warn({ fromBlock: from.number, wei }, `what was spent before is not kept by the nodes: ${CAREFUL}`)
    return [...assumedSpent(begin, from.time, cap), ...spent]
  } catch (cause) {
    log.warn({ cause: String(cause) }, `what was spent in the last day is not known: ${CAREFUL}`)
    return assumedSpent(begin, head.time, cap)
  }
}

const CAREFUL = 'three quarters of the daily cap count as spent, spread over the time that is not known'

/** The first block whose time is not before `time`. */
async function firstSince(chain: Asked, time: number, head: Head): Promise<Head> {
  let low = await chain.headAt(0n)
  if (low.time >= time) return low
  let high = head
  for (let asked = 0; high.number - low.number > 1n && asked < SEARCH_MOST; asked++) {
    const between = high.number - low.number - 1n
    // By turns as if blocks came evenly, and halfway.
    const share = asked % 2 === 0 ? (time - low.time) / (high.time - low.time) : 0.5
    const at = await chain.headAt(
      low.number + 1n + BigInt(Math.min(Number(between) - 1, Math.floor(Number(between) * share))),
    )
    if (at.time >= time) high = at
    else low = at
  }
  return high
}

async function isKept(chain: Asked, addresses: readonly Hex[], { number }: Head): Promise<boolean> {
  const asked = addresses.map((address) => chain.client.getBalance({ address, blockNumber: number }))
  return Promise.all(asked).then(
    () => true,
    () => false,
  )
}

async function recentOf(chain: Asked, addresses: readonly Hex[], first: Head, head: Head): Promise<Head | undefined> {
  if (head.number - first.number <= KEPT_BLOCKS) return undefined
  const recent = await chain.headAt(head.number - KEPT_BLOCKS)
  return (await isKept(chain, addresses, recent)) ? recent : undefined
}

/** Part by part; a part in which more was paid in than spent is halved, so that the one is told from the other. */
async function spentBy(chain: Asked, address: Hex, from: Head, head: Head, cap: bigint): Promise<readonly Spent[]> {
  const span = head.number - from.number
  const numbers = [...new Set(Array.from({ length: Number(PARTS) + 1 }, (_, part) => (span * BigInt(part)) / PARTS))]
  const samples = await Promise.all(numbers.map((after) => sampleAt(chain, address, from.number + after)))
  let open = samples.slice(1).map((to, index) => [samples[index]!, to] as const)
  const spent: Spent[] = []
  for (let looks = 0; open.length > 0;) {
    const halved: (typeof open)[number][] = []
    for (const [a, b] of open) {
      const wei = spentBetween(a, b)
      if (wei !== undefined) spent.push({ time: b.time, wei })
      else if (b.number - a.number === 1n || looks >= LOOKS_MOST) spent.push(...assumedSpent(a.time, b.time, cap))
      else {
        looks += 1
        const middle = await sampleAt(chain, address, (a.number + b.number) / 2n)
        halved.push([a, middle], [middle, b])
      }
    }
    open = halved
  }
  return spent.filter(({ wei }) => wei > 0n)
}

async function sampleAt(chain: Asked, address: Hex, number: bigint): Promise<Sample> {
  const [{ time }, balance, nonce] = await Promise.all([
    chain.headAt(number),
    chain.client.getBalance({ address, blockNumber: number }),
    chain.client.getTransactionCount({ address, blockNumber: number }),
  ])
  return { number, time, balance, nonce }
}
