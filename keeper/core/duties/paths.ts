// Which full hours are to be observed, which touches recorded, which averages fixed? Only those that a series held needs (RULES E3).
import { barrierOf, isAsian, isBarrier, isUp, seriesOf } from '../../../units/series.ts'
import type { Series } from '../../../units/series.ts'
import type { Observed } from '../../../units/portfolio.ts'
import type { Path } from '../pages.ts'
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

const HOUR = 3_600
/** Longest window; as MAX_WINDOW_HOURS of the price book. */
const WINDOW_MOST = 7 * 24

/** Hours over, agreed and not written, within the life of a barrier that is held and was not touched. */
export function observeHourDuties({ pages }: View): Duty[] {
  return [...pages.paths].flatMap(([underlying, { hours, observed }]) => {
    const last = Math.max(0, ...untouched(observed).map(({ expiry }) => expiry))
    return hours
      .filter(({ hour, isObservable }) => isObservable && hour <= last)
      .map(({ hour }) => ({ kind: 'observeHour', underlying, hour }) as const)
  })
}

/** One for all series of the same expiry, barrier and side, at the first hour that lay at or beyond it. */
export function recordTouchDuties({ pages }: View): Duty[] {
  return [...pages.paths.values()].flatMap((path) => {
    const named = new Set<string>()
    return path.observed.flatMap((seen): Duty[] => {
      const series = seriesOf(seen.series)
      const hour = isOpenBarrier(series, seen) ? touchOf(series, path) : undefined
      const barrier = `${series.expiry} ${barrierOf(series)} ${isUp(series.kind)}`
      if (hour === undefined || named.has(barrier)) return []
      named.add(barrier)
      return [{ kind: 'recordTouch', series: seen.series, hour }]
    })
  })
}

/** One for all Asian series of the same expiry and window, from their expiry on. */
export function fixAverageDuties({ head, pages }: View): Duty[] {
  return [...pages.paths].flatMap(([underlying, { observed }]) => {
    const windows = new Map<string, Duty>()
    for (const { series, settlementPrice } of observed) {
      const { kind, expiry, field: windowHours } = seriesOf(series)
      const isOver = isAsian(kind) && expiry <= head.time && settlementPrice === 0n
      // A window of none is the settlement price's own.
      const isWindow = windowHours > 0 && windowHours <= WINDOW_MOST && expiry % HOUR === 0
      if (isOver && isWindow)
        windows.set(`${expiry} ${windowHours}`, { kind: 'fixAverage', underlying, expiry, windowHours })
    }
    return [...windows.values()]
  })
}

function untouched(observed: readonly Observed[]): Series[] {
  return observed.flatMap((seen) => {
    const series = seriesOf(seen.series)
    return isOpenBarrier(series, seen) ? [series] : []
  })
}

/** Not touched, and not known never to be: that shows in the settlement price that decides it. */
function isOpenBarrier({ kind }: Series, { isTouched, settlementPrice }: Observed): boolean {
  return isBarrier(kind) && !isTouched && settlementPrice === 0n
}

function touchOf(series: Series, { hours }: Path): number | undefined {
  const barrier = barrierOf(series)
  return hours.find(({ hour, price }) => {
    const isBeyond = isUp(series.kind) ? price >= barrier : price <= barrier
    return price > 0n && hour <= series.expiry && isBeyond
  })?.hour
}
