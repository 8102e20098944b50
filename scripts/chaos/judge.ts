// Was every duty done once, nobody healthy touched, and little gas wasted? Reads the chain, and nothing that a keeper says of itself.
import type { AccountId } from '../../units/values.ts'
import type { Block } from './chain.ts'
import { healthOf } from './universe.ts'
import type { Account } from './universe.ts'

export type Verdict = {
  /** Blocks from being due to being done, of those that are done. */
  readonly waits: readonly number[]
  readonly missing: readonly AccountId[]
  readonly healthyTouched: number
  /** Of all gas: of transactions that failed, and of items that changed nothing. */
  readonly wastedShare: number
  readonly failed: number
  readonly idleItems: number
  readonly workedItems: number
}

/**
 * `blocks` from the one before the first that counts; `due`: accounts that had to be called or auctioned. What `hostile` senders
 * spend is their own.
 */
export function verdictOf(blocks: readonly Block[], due: readonly Account[], hostile: readonly string[] = []): Verdict {
  const receipts = blocks
    .slice(1)
    .flatMap((block) => block.receipts)
    .filter(({ tx }) => !hostile.includes(tx.from))
  const all = receipts.reduce((sum, { gasUsed }) => sum + Number(gasUsed), 0)
  const wasted = receipts.reduce((sum, { isDone, gasUsed, worked, idle }) => {
    return sum + Number(gasUsed) * (!isDone ? 1 : worked + idle === 0 ? 0 : idle / (worked + idle))
  }, 0)
  const waits: number[] = []
  const missing: AccountId[] = []
  for (const { id } of due) {
    const since = blocks.findIndex((block) => isDue(block, id))
    const until = blocks.findIndex((block) => (block.state.accounts.get(id)?.status ?? 'HEALTHY') !== 'HEALTHY')
    if (until < 0) missing.push(id)
    else waits.push(until - Math.max(0, since))
  }
  return {
    waits: waits.toSorted((a, b) => a - b),
    missing,
    healthyTouched: blocks.slice(1).reduce((sum, block, at) => sum + touchedIn(blocks[at]!, block), 0),
    wastedShare: all === 0 ? 0 : wasted / all,
    failed: receipts.filter(({ isDone }) => !isDone).length,
    idleItems: receipts.reduce((sum, { idle }) => sum + idle, 0),
    workedItems: receipts.reduce((sum, { worked }) => sum + worked, 0),
  }
}

function isDue({ state, time }: Block, id: AccountId): boolean {
  const account = state.accounts.get(id)
  return account !== undefined && healthOf(state, account, time, 'BELOW', 'MAINTENANCE') < 0n
}

/** Accounts that left HEALTHY in `block` while above MAINTENANCE by every price of it and of the block before. */
function touchedIn(before: Block, block: Block): number {
  return [...block.state.accounts.values()].filter((account) => {
    const last = before.state.accounts.get(account.id)
    if (last === undefined || last.status !== 'HEALTHY' || account.status === 'HEALTHY') return false
    return [before, block].every(({ state, time }) => healthOf(state, account, time, 'BELOW', 'MAINTENANCE') >= 0n)
  }).length
}
