// Can the one who has waited longest for cash be paid? Anyone may, once there are tokens enough (RULES A3).
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

/** Those behind are served in the same transaction while tokens last. */
export function payWithdrawalsDuties({ waiting }: View): Duty[] {
  if (waiting === undefined || waiting.payout > waiting.tokens) return []
  return [{ kind: 'payWithdrawals', place: waiting.place }]
}
