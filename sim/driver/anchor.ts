// When does Chainlink speak? Plays its network: a report when the venues' median has moved by its step, or its heartbeat is over.
import { isReportDue, type Chainlink, type ChainlinkAnswer, type ChainlinkTerms } from '../chainlink.ts'

/** Resolves once what was due has been sent; its block is the next. */
export function createAnchor(
  chainlink: Chainlink,
  terms: ChainlinkTerms,
  medianAt: (time: number) => number | undefined,
): (time: number) => Promise<void> {
  let last: ChainlinkAnswer | undefined
  return async (time) => {
    const median = medianAt(time)
    if (median === undefined) return
    const now = { price: BigInt(Math.round(median * 1e8)), time }
    if (!isReportDue(last, now, terms)) return
    await chainlink.transmit([now])
    last = now
  }
}
