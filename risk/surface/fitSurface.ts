// Which surface do the quotes of several expiries describe? One slice each, free of butterflies, none below the one before it.
import { fitSlice, type SmilePoint } from './fitSlice.ts'
import { withoutCalendar, type SmileSlice } from './slice.ts'

/** `points` of one expiry [unix s]. */
export type SmileQuotes = { readonly expiry: number; readonly points: readonly SmilePoint[] }
/** `alone`: the slice as its own quotes describe it, before the one before it was looked at. */
export type FittedSlice = { readonly expiry: number; readonly slice: SmileSlice; readonly alone: SmileSlice }

/** Slices of the first `most` expiries that are quoted enough; `quotes` ascending by expiry. */
export function fitSurface(quotes: readonly SmileQuotes[], most: number): FittedSlice[] {
  const fitted: FittedSlice[] = []
  for (const { expiry, points } of quotes) {
    if (fitted.length === most) break
    const alone = fitSlice(points)
    if (alone === undefined) continue
    const last = fitted.at(-1)
    fitted.push({ expiry, alone, slice: last === undefined ? alone : withoutCalendar(last.slice, alone) })
  }
  return fitted
}
