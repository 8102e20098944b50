// When is an owner asked for more, and what does it add? Watches its own accounts' calls and deposits as its persona says.
import { LEVEL_INDEX, type AccountId } from '../../units/values.ts'
import { ownerOf } from '../../units/account.ts'
import { depositFor, type CalledAccount } from './decide.ts'
import type { OwnedAccount } from './config.ts'
import type { Desk, Head } from './desk.ts'

/** In the order of IMarginCalls.Status. */
const STATUSES = ['HEALTHY', 'CALLED', 'AUCTION', 'CLOSED'] as const
const CASH = 0
/** In the order of contracts/types/Marks.sol. */
const ABOVE = 1
/** [blocks] A deposit is given so long to show. */
const PATIENCE = 2

/** What an owner does about each head; resolves with how many deposits wait for the next block. */
export function createOwner(desk: Desk): (head: Head) => Promise<number> {
  const owned = desk.config.accounts.map((one) => ({ ...one, id: BigInt(one.account) as AccountId }))
  const step = 10n ** BigInt(18 - desk.config.cashDecimals)
  const quietUntil = new Map<AccountId, number>()

  return async (head) => {
    const views = await desk.protocol.lens.read.accounts([0n, 1_000n])
    const called = views.flatMap((view) => {
      const own = owned.find(({ id }) => id === view.account)
      const status = STATUSES[view.status]
      const isAsked = status === 'CALLED' || status === 'AUCTION'
      return own !== undefined && isAsked ? [{ own, status, graceLeft: Number(view.graceLeft) }] : []
    })
    let sent = 0
    for (const { own, status, graceLeft } of called) {
      if ((quietUntil.get(own.id) ?? 0) > head.number) continue
      const amount = depositFor(await situationOf(desk, own, status, graceLeft))
      const whole = ((amount + step - 1n) / step) * step
      if (whole === 0n || !(await deposit(desk, head, own, whole))) continue
      quietUntil.set(own.id, head.number + PATIENCE)
      sent += 1
    }
    return sent
  }
}

type Own = OwnedAccount & { readonly id: AccountId }

async function situationOf(
  desk: Desk,
  own: Own,
  status: CalledAccount['status'],
  graceLeft: number,
): Promise<CalledAccount> {
  const { health } = await desk.protocol.margin.read.assess([own.id, ABOVE])
  const wallet = await desk.walletOf(ownerOf(own.id))
  return { persona: own.persona, status, graceLeft, wallet, healthInitial: health[LEVEL_INDEX.INITIAL] ?? 0n }
}

/** The wallet has approved custody when the account was opened. */
function deposit(desk: Desk, head: Head, own: Own, amount: bigint): Promise<boolean> {
  const { address, abi } = desk.protocol.clearinghouse
  return desk.send(own.key, head, { to: address, abi, functionName: 'deposit', args: [own.id, CASH, amount] })
}
