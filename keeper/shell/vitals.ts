// Is this keeper fit to act? Its money, its endpoints, its heads and its feeds; each reason against it in words.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Chain } from './chain.ts'
import type { Metrics } from './metrics.ts'
import type { Purse } from './purse.ts'
import type { Sender } from './sender.ts'

export type Vitals = {
  /** Asks for the balances, every so many heads. */
  readonly look: () => Promise<void>
  /** Of money and endpoints; empty when nothing stands against acting. */
  readonly reasons: () => readonly string[]
}

export type VitalsParts = {
  readonly chain: Pick<Chain, 'client' | 'endpoints'>
  readonly sender: Pick<Sender, 'addresses'>
  readonly purse: Purse
  readonly minBalance: bigint
  readonly metrics: Metrics
}

/** Heads from one look at the balances to the next. */
const LOOK_EVERY = 16
const WEI = 1e18
const NANO = 1e9
const HOURS = 24
/** From here on an endpoint counts as away: five failures without an answer between. */
const AWAY = 31

export function vitalsOf({ chain, sender, purse, minBalance, metrics }: VitalsParts): Vitals {
  const balances = new Map<string, bigint>()
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  let heads = 0

  metrics.onScrape(() => {
    const spent = purse.spent()
    const poorest = [...balances.values()].reduce((least, one) => (one < least ? one : least), 10n ** 30n)
    metrics.spent.set(Number(spent) / WEI)
    metrics.spendCap.set(Number(purse.cap) / WEI)
    // Who has spent nothing lasts for ever: a year says so well enough.
    metrics.runway.set(spent === 0n ? 365 * HOURS : (HOURS * Number(poorest)) / Number(spent))
    metrics.loopDelay.set(delay.percentile(99) / NANO)
    metrics.resident.set(process.memoryUsage.rss())
    delay.reset()
  })

  return {
    look: async () => {
      if (heads++ % LOOK_EVERY !== 0) return
      for (const address of sender.addresses) {
        const balance = await chain.client.getBalance({ address })
        balances.set(address, balance)
        metrics.balance.set({ sender: address }, Number(balance) / WEI)
      }
    },
    reasons: () => {
      const endpoints = chain.endpoints()
      const usable = endpoints.filter(({ isBanned, penalty }) => !isBanned && penalty < AWAY)
      const poor = [...balances].filter(([, balance]) => balance < minBalance)
      return [
        ...poor.map(([address, balance]) => `${address} holds ${Number(balance) / WEI} ether`),
        ...(endpoints.length > 1 && usable.length < 2
          ? [`${usable.length} of ${endpoints.length} endpoints answer`]
          : []),
      ]
    },
  }
}
