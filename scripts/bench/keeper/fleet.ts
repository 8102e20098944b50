// How soon, how often twice, at what waste? Five keepers' own decisions over blocks in lockstep; run by scripts/bench/keeper.ts.
import { callsOf } from '../../../keeper/core/calls.ts'
import type { Call } from '../../../keeper/core/calls.ts'
import { decide } from '../../../keeper/core/decide.ts'
import { keyOf } from '../../../keeper/core/duties/duty.ts'
import { emptyAccount } from '../../../keeper/core/view.ts'
import type { AccountState, View } from '../../../keeper/core/view.ts'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { SKIPPED_MOST } from '../../../keeper/core/turns.ts'
import type { Marks } from '../../../keeper/core/turns.ts'
import type { Standing } from '../../../keeper/core/scan.ts'
import { LEVEL_INDEX, ONE } from '../../../units/values.ts'
import type { AccountId } from '../../../units/values.ts'
import { randomFrom } from './random.ts'
import { SCENE, viewAt } from './population.ts'

/** `dead`: positions. `lags`: shares of views that are 0, 1 and 2 blocks old. `isRacing`: everybody acts on everything. */
export type Rig = {
  readonly seed: number
  readonly steps: number
  readonly duePerStep: number
  readonly blocksPerStep: number
  readonly dead: readonly number[]
  readonly lags: readonly [number, number, number]
  readonly isRacing: boolean
  /** A random keeper loses its memory every so many blocks; zero never. */
  readonly crashEvery: number
  /** [blocks] Of a turn. */
  readonly slotBlocks: number
}

export type Run = {
  /** [blocks] From due to done, of every duty. */
  readonly waits: readonly number[]
  readonly left: number
  readonly items: number
  readonly duplicates: number
  readonly gas: number
  readonly wasted: number
  /** Blocks until the last duty was done. */
  readonly blocks: number
}

const KEEPERS = 5
const BLOCK_SECONDS = 12
const BLOCK_GAS = 36_000_000
const MAX_GAS = 15_000_000n
/** Gas of an account called in a batch, and of one that was called already; of a transaction. */
const ITEM_GAS = 350_000
const IDLE_GAS = 12_000
const BASE_GAS = 60_000

type Sent = { readonly keeper: number; readonly call: Call; readonly at: number }

/** Duties are margin calls: every one a turn of its own, done by whichever transaction names it first. */
export function runOf(rig: Rig): Run {
  const random = randomFrom(rig.seed)
  const dueAt = new Map<AccountId, number>()
  const doneAt = new Map<AccountId, number>()
  const standings = new Map<AccountId, Standing>()
  const standingFor = (id: AccountId): Standing => {
    const known = standings.get(id) ?? lowStanding(id)
    standings.set(id, known)
    return known
  }
  let open: [AccountId, number][] = []
  const memories: { marks: Marks | undefined; inFlight: Map<string, number>; head: number }[] = Array.from(
    { length: KEEPERS },
    () => forgotten(),
  )
  const base = viewAt({ ...SCENE, spots: SCENE.spots.slice(0, 1) }, accountsOf(), 1)
  const seed = `0x${rig.seed.toString(16).padStart(64, '0')}` as const
  let pool: Sent[] = []
  let [gas, wasted, items, duplicates, last] = [0, 0, 0, 0, 0]
  const blocks = rig.steps * rig.blocksPerStep + 40
  for (let block = 0; block < blocks; block++) {
    if (block % rig.blocksPerStep === 0 && block < rig.steps * rig.blocksPerStep) {
      for (let i = 0; i < rig.duePerStep; i++) {
        const id = ((BigInt(rig.seed) << 160n) | (BigInt(dueAt.size + 1) << 96n)) as AccountId
        dueAt.set(id, block)
        open.push([id, block])
      }
    }
    // ---- what was sent before this block is mined in it, as far as it holds
    let used = 0
    const waiting: Sent[] = []
    for (const sent of pool) {
      const named = sent.call.duties.flatMap((duty) => ('account' in duty ? [duty.account] : []))
      const fresh = named.filter((id) => !doneAt.has(id))
      const cost = BASE_GAS + ITEM_GAS * fresh.length + IDLE_GAS * (named.length - fresh.length)
      if (used + cost > BLOCK_GAS) {
        waiting.push(sent)
        continue
      }
      used += cost
      gas += cost
      items += named.length
      duplicates += named.length - fresh.length
      wasted += fresh.length === 0 ? cost : IDLE_GAS * (named.length - fresh.length)
      for (const id of fresh) doneAt.set(id, block)
      if (fresh.length > 0) last = block
      for (const duty of sent.call.duties) memories[sent.keeper]!.inFlight.set(keyOf(duty), block)
    }
    pool = waiting
    if (rig.crashEvery > 0 && block % rig.crashEvery === 0) memories[random(KEEPERS)] = forgotten()
    // ---- and everybody that lives decides on the head it sees
    for (let keeper = 0; keeper < KEEPERS; keeper++) {
      if (rig.dead.includes(keeper)) continue
      const memory = memories[keeper]!
      // Heads never go back; what is mined is in flight until a head shows it.
      const seen = Math.max(memory.head, block - lagOf(rig.lags, random(1_000) / 1_000))
      // As the keeper does: heads that were skipped are decided on for when their duties fell due.
      const isFar = seen - memory.head > SKIPPED_MOST + 1
      const heads = memory.marks === undefined || isFar ? [seen] : headsFrom(memory.head, seen)
      memory.head = seen
      const decisions = heads.map((head) => {
        const due = open.filter(([id, since]) => since <= head && !((doneAt.get(id) ?? Infinity) <= head))
        const view: View = {
          ...base,
          universe: { ...base.universe, seed, slotSeconds: rig.slotBlocks * BLOCK_SECONDS },
          head: {
            ...base.head,
            number: BigInt(head + 100),
            time: base.head.time + head * BLOCK_SECONDS,
            hash: `0x${head}`,
          },
        }
        const scan = { standings: due.map(([id]) => standingFor(id)), unassessable: [], clearing: [] }
        const self = { id: keeper + 1, price: () => undefined, surface: () => undefined }
        const decision = decide(view, scan, self, memory.marks, new Set())
        memory.marks = decision.marks
        return decision
      })
      const head = seen
      const decision = decisions.at(-1)!
      for (const [key, minedAt] of memory.inFlight) if (minedAt <= head) memory.inFlight.delete(key)
      const wanted = (rig.isRacing ? decision.due : decision.mine).filter(
        (duty) => duty.kind === 'openMarginCall' && !memory.inFlight.has(keyOf(duty)),
      )
      for (const call of callsOf(wanted, MAX_GAS)) {
        // Refused in simulation where all of it is done by the head it is simulated at.
        const isIdle = call.duties.every((duty) => 'account' in duty && (doneAt.get(duty.account) ?? Infinity) <= head)
        if (isIdle) continue
        for (const duty of call.duties) memory.inFlight.set(keyOf(duty), Infinity)
        pool.push({ keeper, call, at: block })
      }
    }
    open = open.filter(([id]) => (doneAt.get(id) ?? Infinity) > block - 3)
    if (open.length === 0 && pool.length === 0 && block > rig.steps * rig.blocksPerStep) break
    // Whoever pays more stands first, by turns another.
    pool.sort((a, b) => a.at - b.at || ((a.keeper + block) % KEEPERS) - ((b.keeper + block) % KEEPERS))
  }
  const waits = [...dueAt].flatMap(([id, since]) => (doneAt.has(id) ? [doneAt.get(id)! - since] : []))
  return { waits, left: dueAt.size - waits.length, items, duplicates, gas, wasted, blocks: last }
}

function headsFrom(before: number, head: number): number[] {
  return head <= before ? [head] : Array.from({ length: head - before }, (_, index) => before + 1 + index)
}

function forgotten() {
  return { marks: undefined as Marks | undefined, inFlight: new Map<string, number>(), head: 0 }
}

function lagOf([none, one]: Rig['lags'], drawn: number): number {
  return drawn < none ? 0 : drawn < none + one ? 1 : 2
}

/** Below MAINTENANCE by an amount of its own, so that the order of a backlog is one. */
function lowStanding(account: AccountId): Standing {
  const below = -ONE * (1n + ((account >> 96n) % 997n))
  const state: AccountState = { ...emptyAccount(account), positions: HELD }
  const health = [0n, 0n, 0n, 0n] as [bigint, bigint, bigint, bigint]
  health[LEVEL_INDEX.MAINTENANCE] = below
  health[LEVEL_INDEX.INITIAL] = below
  const assessment = { health: health as never, witnesses: [] }
  return { state, below: assessment, above: assessment, recorded: undefined }
}

const HELD = viewHeld()

function viewHeld(): AccountState['positions'] {
  const series = (1n << 120n) | (BigInt(SCENE.expiries[5]!) << 88n) | ((200n * 10n ** 8n) << 32n)
  return [{ series: series as never, size: ONE as never }]
}
