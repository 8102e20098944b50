// What has rounding kept back at an expiry that is settled? Anyone may sweep it to the house.
import type { AccountState, View } from '../view.ts'
import type { Duty } from './duty.ts'

/** [1e-18 units of account] Less than a hundredth of a unit is not worth a transaction. */
const LEAST = 10n ** 16n
const INDEX_MASK = (1n << 96n) - 1n
const EXPIRY_MASK = (1n << 32n) - 1n

/** `clearing`: the accounts of the settlement contract, `underlying << 32 | expiry` their index. */
export function sweepDustDuties(view: View, clearing: readonly AccountState[]): Duty[] {
  return clearing.flatMap(({ account, cash, positions }) => {
    const index = account & INDEX_MASK
    const [underlying, expiry] = [Number(index >> 32n), Number(index & EXPIRY_MASK)]
    const isSettled = underlying > 0 && underlying < 256 && expiry <= view.head.time
    if (!isSettled || positions.length > 0 || cash < LEAST) return []
    return view.accounts.expiriesOf(underlying).includes(expiry)
      ? []
      : [{ kind: 'sweepDust', underlying, expiry } as const]
  })
}
