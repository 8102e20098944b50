// What does a tick cost against this many accounts? Run by scripts/bench/keeper.ts in a process of its own.
import { scannerOf } from '../../../keeper/core/scan.ts'
import { watchOf } from '../../../keeper/core/watch.ts'
import { accountsIn, SCENE, viewAt } from './population.ts'
import { randomFrom } from './random.ts'

const count = Number(process.argv[2])
const random = randomFrom(1)
const accounts = accountsIn(count)
const nobody = new Set<string>()
const watch = watchOf(accounts, nobody)
let scene = SCENE
let head = 0

function tick(next: typeof scene): number {
  scene = next
  head += 1
  const view = viewAt(scene, accounts, head)
  const begun = performance.now()
  watch.begin(view)
  while (watch.look(1_024) > 0);
  return performance.now() - begun
}

/** Of a standard normal variable, near enough: twelve uniform ones. */
function normal(): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += random(1e6) / 1e6
  return sum
}

const full = tick(scene)
const TICK_SECONDS = 10
const deviation = 0.4 * Math.sqrt(TICK_SECONDS / (365 * 86_400))
const quiet: number[] = []
/** [ms] Of the processor: what the clock says on a machine that has nothing else to do. */
const quietBusy: number[] = []
const busy = (): number => process.cpuUsage().user / 1_000 + process.cpuUsage().system / 1_000
const looksBefore = watch.figures().looks
for (let i = 0; i < 360; i++) {
  const spots = scene.spots.map((spot) => spot * Math.exp(deviation * normal()))
  const before = busy()
  quiet.push(tick({ ...scene, time: scene.time + TICK_SECONDS, spots }))
  quietBusy.push(busy() - before)
}
const quietLooks = watch.figures().looks - looksBefore
quiet.sort((a, b) => a - b)
quietBusy.sort((a, b) => a - b)

const settled = watch.figures().looks
const crash = { ...scene, time: scene.time + TICK_SECONDS, spots: scene.spots.map((spot) => spot * 0.9) }
const view = viewAt(crash, accounts, head + 1)
const begun = performance.now()
watch.begin(view)
const look = scannerOf(view, nobody)
let crashFirst = 0
do watch.look(16)
while (!watch.suspects(1).some((slot) => look(accounts.stateAt(slot)).standings.length > 0))
crashFirst = performance.now() - begun
while (watch.look(1_024) > 0);
const crashAll = performance.now() - begun

// The pages of what made the accounts go back to the machine.
globalThis.gc?.({ execution: 'sync', flavor: 'last-resort', type: 'major' })
const report = {
  full,
  quietBusy50: quietBusy[Math.floor(quietBusy.length / 2)],
  quiet50: quiet[Math.floor(quiet.length / 2)],
  quiet99: quiet[Math.floor(quiet.length * 0.99)],
  quietShare: (100 * quietLooks) / 360 / count,
  crashFirst,
  crashShare: (100 * (watch.figures().looks - settled)) / count,
  crashAll,
  rss: process.memoryUsage.rss() / 1e6,
}
process.stdout.write(JSON.stringify(report))
