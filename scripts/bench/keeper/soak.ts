// Does a keeper grow? A day of ticks through its own search and decide, the heap after collection at points; run by scripts/bench/keeper.ts.
import { decide } from '../../../keeper/core/decide.ts'
import type { Decision } from '../../../keeper/core/decide.ts'
import { searchOf } from '../../../keeper/shell/search.ts'
import { accountsIn, SCENE, viewAt } from './population.ts'
import { randomFrom } from './random.ts'
import { slopeOf } from './slope.ts'

const COUNT = 2_000
const TICK_SECONDS = 10
const TICKS = 8_640
/** Until here what is kept on purpose fills up. */
const WARM = 1_440
const POINTS = 12
const DEVIATION = 0.4 * Math.sqrt(TICK_SECONDS / (365 * 86_400))

const random = randomFrom(3)
const accounts = accountsIn(COUNT)
const nobody = new Set<string>()
const search = searchOf(nobody)
const self = { id: 1, price: () => undefined, surface: () => undefined }
let scene = SCENE
let decision: Decision | undefined
let due = 0

/** Of a standard normal variable, near enough. */
function normal(): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += random(1e6) / 1e6
  return sum
}

async function tick(head: number): Promise<void> {
  const time = scene.time + TICK_SECONDS
  scene = { ...scene, time, spots: scene.spots.map((spot) => spot * Math.exp(DEVIATION * normal())) }
  const view = viewAt(scene, accounts, head)
  const { scan } = await search.at(view)
  decision = decide(view, scan, self, decision?.marks, nobody)
  due += decision.due.length
}

/** [MB] What is reachable: heap and typed arrays. */
function held(): number {
  globalThis.gc?.({ execution: 'sync', flavor: 'regular', type: 'major' })
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

const points: (readonly [number, number])[] = []
for (let head = 1; head <= TICKS; head++) {
  await tick(head)
  if (head >= WARM && head % Math.floor((TICKS - WARM) / POINTS) === 0) points.push([head, held()])
}
const perHour = slopeOf(points) * (3_600 / TICK_SECONDS)
process.stdout.write(JSON.stringify({ perHour, first: points[0]![1], last: points.at(-1)![1], due }))
