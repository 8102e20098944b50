// Does a candidate for the anchor agree with the reporters? Somebody must say so at least every two hours for a week (RULES C8).
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

/** [s] Half of what may lie between two records: one that fails is made up for. */
const RECORD_EVERY = 3_600
/** [s] An older round is nothing to compare with; as FRESH of ChainlinkAnchor. */
const FRESH = 60

export function recordAgreementDuties({ head, trials, markets }: View): Duty[] {
  return [...trials].flatMap(([underlying, { recordedAt }]) => {
    const isFresh = head.time - (markets.get(underlying)?.newestRoundTime ?? 0) <= FRESH
    if (!isFresh || head.time - recordedAt < RECORD_EVERY) return []
    return [{ kind: 'recordAgreement', underlying } as const]
  })
}
