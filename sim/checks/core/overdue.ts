// Who has been below close-out for longer than the fleet may take? A fold over blocks.
import type { Finding } from './seen.ts'

/** Blocks that each account has been seen below close-out, with a price live and no auction. */
export type Watch = ReadonlyMap<bigint, number>

export type Sight = { readonly account: bigint; readonly isBelow: boolean; readonly isAuctionable: boolean }

/** Watches on; accounts above, in auction, or without a live price leave the watch. */
export function watched(watch: Watch, sights: readonly Sight[]): Watch {
  const next = new Map(watch)
  for (const { account, isBelow, isAuctionable } of sights) {
    if (isBelow && isAuctionable) next.set(account, (watch.get(account) ?? -1) + 1)
    else next.delete(account)
  }
  return next
}

/** Told once an account, in the block in which its time is over. */
export function judgeOverdue(watch: Watch, mostBlocks: number): Finding[] {
  return [...watch]
    .filter(([, blocks]) => blocks === mostBlocks + 1)
    .map(([account, blocks]) => ({
      guarantee: 'R4',
      detail: `account ${account} is below close-out for ${blocks} blocks without an auction`,
    }))
}
