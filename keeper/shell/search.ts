// Which accounts may need something at this head? The watch is worked off in slices, so that the loop stays free for everything else.
import { scannerOf } from '../core/scan.ts'
import type { Scan } from '../core/scan.ts'
import { watchOf } from '../core/watch.ts'
import type { Watch, WatchFigures } from '../core/watch.ts'
import type { View } from '../core/view.ts'

export type Search = {
  /** What is known at the end of a head's time; `left` accounts have not been looked at. */
  readonly at: (view: View) => Promise<{ readonly scan: Scan; readonly left: number }>
  readonly figures: () => WatchFigures
}

/** [ms] A slice, and what a head is given before something is done about those found so far. */
const SLICE = 10
const HEAD_TIME = 400
/** Accounts looked at between two looks at the clock. */
const AT_ONCE = 256
/** More than a block can hold are not assessed exactly: the lowest are. */
const SUSPECTS_MOST = 200

/** `house`: owners of the protocol's own accounts. */
export function searchOf(house: ReadonlySet<string>): Search {
  let accounts: View['accounts'] | undefined
  let watch: Watch | undefined

  async function at(view: View) {
    if (watch === undefined || accounts !== view.accounts) watch = watchOf(view.accounts, house)
    accounts = view.accounts
    const slice = slices()
    watch.begin(view)
    await slice.rest()
    let left = watch.look(AT_ONCE)
    while (left > 0 && slice.spent() < HEAD_TIME) {
      await slice.rest()
      left = watch.look(AT_ONCE)
    }
    return { scan: await scanned(view, watch, slice), left }
  }

  async function scanned(view: View, { suspects, clearing }: Watch, slice: ReturnType<typeof slices>): Promise<Scan> {
    const look = scannerOf(view, house)
    const scans: Scan[] = []
    for (const slot of suspects(SUSPECTS_MOST)) {
      scans.push(look(view.accounts.stateAt(slot)))
      await slice.rest()
    }
    return {
      standings: scans.flatMap(({ standings }) => standings),
      unassessable: scans.flatMap(({ unassessable }) => unassessable),
      clearing: clearing().map((slot) => view.accounts.stateAt(slot)),
    }
  }

  return { at, figures: () => watch?.figures() ?? { left: 0, low: 0, looks: 0, ended: 0 } }
}

/** `rest` lets others run once a slice is over; `spent` [ms] since the start. */
function slices() {
  const begun = performance.now()
  let since = begun
  return {
    spent: () => performance.now() - begun,
    rest: async () => {
      if (performance.now() - since < SLICE) return
      await new Promise((resolve) => setImmediate(resolve))
      since = performance.now()
    },
  }
}
