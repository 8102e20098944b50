// What does the fleet owe itself? A sign of life, the next epoch, and no turns for who is silent (RULES F1).
import { isIdle } from '../../../units/turns.ts'
import type { Doubled } from '../evidence.ts'
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

/** Checks in after half of what makes a keeper count as unseen, so that one lost transaction costs no turn. */
const SHARE_OF_UNSEEN = 2

/** Own sign of life; the epoch that is due; keepers unseen for too long. `self`: this keeper's id. */
export function fleetDuties({ head, universe }: View, self: number): Duty[] {
  const { keepers, idle, seenAt, unseenBlocks, nextEpochAt, epoch } = universe
  const silent = keepers.flatMap((keeper, position) => {
    const silence = Number(head.number) - (seenAt[position] ?? Number(head.number))
    return [{ keeper, silence, isAsleep: isIdle(idle, position) }]
  })
  const checkIns = silent
    .filter(({ keeper, silence, isAsleep }) => {
      return keeper === self && (isAsleep || silence * SHARE_OF_UNSEEN > unseenBlocks)
    })
    .map(({ keeper }) => ({ kind: 'checkIn', keeper }) as const)
  const epochs = head.time >= nextEpochAt ? [{ kind: 'startEpoch', epoch: epoch + 1 } as const] : []
  const sleepers = silent
    .filter(({ silence, isAsleep }) => !isAsleep && silence > unseenBlocks)
    .map(({ keeper }) => ({ kind: 'putToSleep', keeper }) as const)
  return [...checkIns, ...epochs, ...sleepers]
}

/** One proof for each keeper: the first costs it everything. */
export function proofDuties(doubled: readonly Doubled[]): Duty[] {
  const proofs = new Map(doubled.toReversed().map((pair) => [pair.first.reporter, pair]))
  return [...proofs].map(([keeper, pair]) => ({ kind: 'proveEquivocation', keeper, ...pair }) as const)
}
