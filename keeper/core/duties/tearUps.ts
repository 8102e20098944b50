// Which portfolios does nobody take? They are torn up at the mark, a page of holders at a time (RULES D6).
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

/** One series of an account at a time: the next is known when this one is closed. */
export function tearUpDuties({ pages }: View): Duty[] {
  return pages.tearUps.map(({ account, series, holders }) => ({ kind: 'tearUp', account, series, holders }) as const)
}
