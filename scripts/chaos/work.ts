// How is a fleet put to work and judged while something is broken? By the chain: what was due, what was done, what it cost.
import { verdictOf } from './judge.ts'
import type { Account } from './universe.ts'
import type { Keeper, World } from './world.ts'

/** What was found amiss; empty when the case is passed. */
export type Findings = readonly string[]
export type Case = {
  readonly name: string
  /** Numbers as docs/RUNBOOK.md, What it survives, has them. */
  readonly faults: readonly number[]
  readonly isQuick?: boolean
  /** On a fleet of its own: it starts from nothing, or leaves something behind. */
  readonly isApart?: boolean
  readonly run: (world: World) => Promise<Findings>
}

/** On an EVM node of its own: the contracts must be built. */
export type NodeCase = Pick<Case, 'name' | 'faults'> & { readonly runOnNode: (seed: number) => Promise<Findings> }

export const GWEI = 10n ** 9n
/** Of all gas while something is broken, and the wait [blocks] that a slot and a guard allow with nothing dead. */
const WASTED_MOST = 0.02
export const WAIT_MOST = 2

type Bounds = {
  readonly within: number
  readonly wait?: number
  readonly wasted?: number
  /** Senders whose gas is no part of what is judged. */
  readonly hostile?: readonly string[]
  readonly during?: (block: number) => Promise<void> | void
}

/** Makes `count` accounts due, lets blocks pass until all are called, and judges by the chain. */
export async function work(world: World, count: number, { within, during, ...bounds }: Bounds): Promise<string[]> {
  const first = world.chain.newest().number
  const due = world.makeDue(count)
  for (let block = 0; block < within; block++) {
    await world.step()
    await during?.(block)
    if (block > 0 && due.every(({ id }) => isDone(world, id))) break
  }
  return judged(world, first, due, bounds)
}

function isDone(world: World, id: Account['id']): boolean {
  return (world.chain.newest().state.accounts.get(id)?.status ?? 'HEALTHY') !== 'HEALTHY'
}

export function judged(
  world: World,
  first: number,
  due: readonly Account[],
  { wait = Infinity, wasted = WASTED_MOST, hostile = [] }: Omit<Bounds, 'within' | 'during'> = {},
): string[] {
  const blocks = world.chain.blocks().filter(({ number }) => number >= first)
  const verdict = verdictOf(blocks, due, hostile)
  const worst = verdict.waits.at(-1) ?? 0
  return [
    ...(verdict.missing.length > 0
      ? [`${verdict.missing.length} of ${due.length} duties not done in ${blocks.length - 1} blocks`]
      : []),
    ...(worst > wait ? [`one waited ${worst} blocks, ${wait} are allowed`] : []),
    ...(verdict.healthyTouched > 0 ? [`${verdict.healthyTouched} healthy accounts touched`] : []),
    // Of so few duties one done twice is more than the share allows, and no more than chance.
    ...(verdict.wastedShare > wasted && verdict.idleItems + verdict.failed > 1
      ? [`${(100 * verdict.wastedShare).toFixed(1)} % of gas wasted`]
      : []),
  ]
}

export const unless = (isTrue: boolean, finding: string): string[] => (isTrue ? [] : [finding])
export const said = ({ log }: Keeper, text: string): boolean => log.some((line) => JSON.stringify(line).includes(text))
export const blocksOf = async (world: World, count: number): Promise<void> => {
  for (let block = 0; block < count; block++) await world.step()
}
