// How does a run advance? From event to event: venues speak, a block is mined, everyone decides, until nobody has more to do.
import type { MinedBlock } from '../world/chain.ts'
import type { Worker } from '../processes.ts'
import type { Status } from '../status.ts'
import { nextEventAfter, type Schedule } from './clock.ts'

/** [s] Between blocks while something waits. */
const BLOCK_SECONDS = 12
/** Blocks that one event may take: what still waits then, waits for the next event. */
const FOLLOW_UPS_MAX = 14

export type LoopParts = {
  readonly advanceVenues: (from: number, to: number, withOptions: boolean) => Promise<void>
  /** The anchor's own reporters: what they send is in the next block. */
  readonly transmit: (time: number) => Promise<void>
  readonly mine: (time: number) => Promise<MinedBlock>
  readonly workers: () => readonly Worker[]
  /** Told of every block once all have decided on it; answers whether something waits for the next. */
  readonly onBlock: (block: MinedBlock, statuses: readonly Status[], eventTime: number) => Promise<boolean>
  readonly schedule: (now: number) => Promise<Schedule>
  /** Sleeps as the chosen speed asks. */
  readonly pace: (from: number, to: number) => Promise<void>
}

export type Loop = {
  readonly now: () => number
  /** One event at `time` and the blocks that follow from it. */
  readonly event: (time: number) => Promise<void>
  /** Events from here on, to `end` at the latest. */
  readonly runUntil: (end: number) => Promise<void>
}

export function createLoop(parts: LoopParts, start: number): Loop {
  let now = start

  /** Resolves with whether something waits for another block. */
  async function block(time: number, eventTime: number): Promise<boolean> {
    await parts.advanceVenues(now, time, time === eventTime)
    await parts.transmit(time)
    now = time
    const mined = await parts.mine(time)
    const statuses = await Promise.all(parts.workers().map((worker) => worker.decided(mined.number)))
    return parts.onBlock(
      mined,
      statuses.filter((status) => status !== undefined),
      eventTime,
    )
  }

  async function event(time: number): Promise<void> {
    await parts.pace(now, time)
    let isWaiting = await block(time, time)
    for (let followUp = 0; isWaiting && followUp < FOLLOW_UPS_MAX; followUp++) {
      isWaiting = await block(now + BLOCK_SECONDS, time)
    }
  }

  async function runUntil(end: number): Promise<void> {
    for (;;) {
      const next = nextEventAfter(now, await parts.schedule(now))
      if (next === undefined || next > end) return
      await event(next)
    }
  }

  return { now: () => now, event, runUntil }
}
