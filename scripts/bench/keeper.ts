// How fast does a keeper find the accounts that matter, and how soon does a fleet deal with them? `--fleet` stops after the fleet.
// `--large` adds the million, which takes about a minute to make and 450 MB; `--processes` measures five processes alone, `--node` five on
// a real node (contracts must be built), `--soak` a day of decisions and hours of whole processes.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from '../bench.ts'
import { runOf } from './keeper/fleet.ts'
import type { Rig, Run } from './keeper/fleet.ts'

type Measured = Readonly<Record<string, number>>

const QUIET =
  'median of an hour of 10 s ticks at 40 % a year; 8 positions on average, a fifth in two markets; prices and order included'
const CRASH = 'one tick of −10 %'

function measured(file: string, ...parameters: readonly (string | number)[]): Measured {
  const path = join(import.meta.dirname, 'keeper', file)
  const output = execFileSync(process.execPath, ['--expose-gc', path, ...parameters.map(String)], {
    maxBuffer: 1 << 24,
  })
  return JSON.parse(output.toString()) as Measured
}

export function rows(flags: readonly string[]): Promise<readonly Row[]> {
  if (flags.includes('--fleet')) return Promise.resolve(fleetRows())
  if (flags.includes('--processes')) return Promise.resolve(processRows())
  if (flags.includes('--node')) return Promise.resolve(nodeRows())
  if (flags.includes('--soak')) return Promise.resolve(soakRows())
  const sizes = [
    ['1k', 1_000],
    ['10k', 10_000],
    ['100k', 100_000],
  ] as const
  const large = flags.includes('--large') ? ([['1m', 1_000_000]] as const) : []
  const ticks = [...sizes, ...large].flatMap(([name, count]) => tickRows(name, measured('watch.ts', count)))
  const start = measured('start.ts', 100_000)
  return Promise.resolve([
    ...fleetRows(),
    ...ticks,
    row(
      'start100k',
      start['start']!,
      's',
      'pages of the lens over HTTP from a node that has its answers ready, decoded, and every account valued',
    ),
    row('start100k.requests', start['requests']!, '', 'requests for it'),
    ...soakRows(),
    ...processRows(),
    ...nodeRows(),
  ])
}

function soakRows(): Row[] {
  return [...heapRows(), ...growthRows()]
}

const SOAK_MINUTES = 12

function growthRows(): Row[] {
  const m = measured('soakProcess.ts', SOAK_MINUTES)
  const note = `keeper processes as shipped, three, 500 accounts; ${Math.round(m['heads']!)} heads of 12 s as fast as they decide, ${Math.round(m['transactions']!)} transactions; whichever grows most`
  return [
    row(
      'growth',
      m['held']!,
      'MB/h',
      `${note}; per hour of chain time, heap and buffers after collection, slope of ${m['points']!} points after two hours`,
    ),
    row('growth.held', m['heldLast']!, 'MB', `at the end; ${Math.round(m['heldFirst']!)} at the first point`),
    row('growth.rss', m['rss']!, 'MB/h', 'the same of the resident set, before collection'),
    row('growth.rss.held', m['rssLast']!, 'MB', `at the end; ${Math.round(m['rssFirst']!)} at the first point`),
  ]
}

function heapRows(): Row[] {
  const m = measured('soak.ts')
  const note = 'a day of 10 s ticks against 2,000 accounts through search and decide; heap and buffers after collection'
  return [
    row('heapGrowth', m['perHour']!, 'MB/h', `${note}; slope of twelve points after four hours`),
    row('heapGrowth.held', m['last']!, 'MB', `at the end; ${Math.round(m['first']!)} at the first point`),
  ]
}

const FIVE = 'five keeper processes, three endpoints each, a chain in memory, 12 s blocks in lockstep'

function processRows(): Row[] {
  const m = measured('processes.ts', KILLS, 1)
  return [
    row(
      'rpcIdle',
      m['rpcIdle']!,
      '/block',
      `${FIVE}; calls of a keeper over its three endpoints, nothing due but prices`,
    ),
    row('rpcBusy', m['rpcBusy']!, '/block', 'the same with ten margin calls due in every block'),
    row(
      'rpcIdle.polls',
      m['rpcIdlePolls']!,
      '/block',
      'beside them: HTTP questions for the head, by the clock and not by the block',
    ),
    row('e2e.p50', m['e2e50']!, 'blocks', 'venue’s tick → price on chain → margin call on chain'),
    row('e2e.worst', m['e2eWorst']!, 'blocks', ''),
    row('wall.p50', m['wall50']!, 'blocks', 'due → called where a block comes every second of the wall clock'),
    row('wall.p99', m['wall99']!, 'blocks', ''),
    row('wall.left', m['wallLost']!, '', 'not done'),
    row(
      'due.p50.processes',
      m['due50']!,
      'blocks',
      `the same five with 10,000 accounts, of which 1 % fall due every five blocks, ${m['due']!} duties: due → called`,
    ),
    row('due.p99.processes', m['due99']!, 'blocks', ''),
    row('due.worst.processes', m['dueWorst']!, 'blocks', ''),
    row('due.left.processes', m['dueLost']!, '', 'not done'),
    row(
      'sigkill.resumed',
      m['killedResumed']!,
      'blocks',
      `worst of ${KILLS} random points, from the new process to its first decision`,
    ),
    row('sigkill.lost', m['killedLost']!, '', `of ${2 * KILLS} duties that fell due meanwhile`),
    row('sigkill.wait', m['killedWait']!, 'blocks', 'the longest that one of them waited'),
    row('sigkill.healthy', m['killedTouched']!, '', 'healthy accounts touched'),
    row(
      'liar.wrong',
      m['liedWrong']!,
      '',
      `failed transactions and healthy accounts touched while one endpoint of three lies: ${m['lies']} lies`,
    ),
    row('liar.lost', m['liedLost']!, '', `duties not done, beside ${m['liedDone']} that were`),
  ]
}

const NODE = 'five keeper processes on an EVM node over a socket, blocks by the wall clock'

function nodeRows(): Row[] {
  const m = measured('rig.ts')
  const calls = (count: number): string => `${count} margin calls in 30 blocks`
  return [
    row(
      'rpcIdle.node',
      m['idle']!,
      '/block',
      `${NODE}; requests of a keeper by its own counter, ${m['accounts']!} accounts, a price that stands, ${calls(m['idleCalls']!)}`,
    ),
    row(
      'rpcBusy.node',
      m['busy']!,
      '/block',
      `the same with the price 0.4 % lower in every block, ${calls(m['busyCalls']!)} and what follows from them`,
    ),
    row('node.block', m['secondsPerBlock']!, 's', 'between two blocks of the busy stretch; 1 is aimed at'),
    row(
      'e2e.node.p50',
      m['seconds']!,
      's',
      `all venues 3 % lower → first margin call mined; ${m['ticks']!} of 5 such ticks, over a whole round of prices`,
    ),
    row('e2e.node.worst', m['secondsWorst']!, 's', ''),
    row('e2e.node.blocks.p50', m['blocks']!, 'blocks', 'the same, in blocks'),
    row('e2e.node.blocks.worst', m['blocksWorst']!, 'blocks', ''),
  ]
}

function tickRows(name: string, m: Measured): Row[] {
  return [
    row(`tickQuiet${name}.p50`, m['quiet50']!, 'ms', QUIET),
    row(
      `tickQuiet${name}.cpu`,
      m['quietBusy50']!,
      'ms',
      'the same in processor time, the building of the view included',
    ),
    row(`tickQuiet${name}.p99`, m['quiet99']!, 'ms', 'the same, 99th percentile'),
    row(`tickQuiet${name}.share`, m['quietShare']!, '%', 'accounts valued again, mean'),
    row(
      `tickCrash${name}.first`,
      m['crashFirst']!,
      'ms',
      `${CRASH}: until the first due account is known, by the exact twin`,
    ),
    row(`tickCrash${name}.share`, m['crashShare']!, '%', `${CRASH}: accounts valued again`),
    row(`tickCrash${name}.all`, m['crashAll']!, 'ms', `${CRASH}: until all of them are`),
    row(`fullPass${name}`, m['full']!, 'ms', 'every account once, certificates made'),
    row(
      `rss${name}`,
      m['rss']!,
      'MB',
      'resident set of a process that holds them, after it has dropped what made them',
    ),
  ]
}

const SEEDS = [1, 2, 3, 4, 5]
const STEADY: Omit<Rig, 'seed'> = {
  steps: 30,
  duePerStep: 100,
  blocksPerStep: 5,
  dead: [],
  lags: [1, 0, 0],
  isRacing: false,
  crashEvery: 0,
  slotBlocks: 2,
}
const LONG_TURN = 20
const KILLS = 50
const LAGGING = [0.9, 0.09, 0.01] as const
const RIG =
  'five keepers’ own decide, turns and batches; lockstep blocks, every transaction in the next block as far as 36 M gas hold; no RPC, no scan'

function fleetRows(): Row[] {
  const runs = (changed: Partial<Rig>): Run[] => SEEDS.map((seed) => runOf({ ...STEADY, seed, ...changed }))
  const steady = runs({})
  const lagging = runs({ lags: LAGGING })
  const crashing = runs({ crashEvery: 15, dead: [0, 1] })
  const racing = runs({ isRacing: true })
  const long = runs({ slotBlocks: LONG_TURN })
  const backlog = SEEDS.slice(0, 2).map((seed) =>
    runOf({ ...STEADY, seed, steps: 1, duePerStep: 3_000, blocksPerStep: 160 }),
  )
  const sum = (all: readonly Run[], of: (run: Run) => number): number => all.reduce((total, run) => total + of(run), 0)
  const waits = (all: readonly Run[], share: number): number => {
    const sorted = all.flatMap((run) => run.waits).toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  }
  const percent = (all: readonly Run[], part: (run: Run) => number, of: (run: Run) => number): number =>
    (100 * sum(all, part)) / sum(all, of)
  const left = sum([...steady, ...lagging, ...crashing], (run) => run.left)
  const waste = (all: readonly Run[]): number =>
    percent(
      all,
      (run) => run.wasted,
      (run) => run.gas,
    )
  const twice = (all: readonly Run[]): number =>
    percent(
      all,
      (run) => run.duplicates,
      (run) => run.items,
    )
  // 36 M gas a block at 350,000 for an account and a twelfth of 60,000.
  const ideal = Math.ceil(3_000 / Math.floor(36_000_000 / (350_000 + 60_000 / 12)))
  return [
    row(
      'duties',
      sum(steady, (run) => run.waits.length),
      '',
      `${RIG}; 10,000 accounts of which 1 % become due a step, 30 steps, 5 seeds`,
    ),
    row('duties.left', left, '', 'not done, over all of these runs'),
    row('due.p50', waits(steady, 0.5), 'blocks', 'from the block that makes an account due to the one that calls it'),
    row('due.p99', waits(steady, 0.99), 'blocks', ''),
    row('due.p50.lag', waits(lagging, 0.5), 'blocks', 'views 0, 1 and 2 blocks old at 90, 9 and 1 %'),
    row('due.p99.lag', waits(lagging, 0.99), 'blocks', ''),
    row(
      'due.late.lag',
      percent(
        lagging,
        (run) => run.waits.filter((wait) => wait > 2).length,
        (run) => run.waits.length,
      ),
      '%',
      'of the same, more than two blocks',
    ),
    ...[1, 2, 3, 4].map((dead) =>
      row(
        `failover.f${dead}`,
        failover(dead),
        'blocks',
        `worst wait over every subset of ${dead} dead; 2·${dead} + 2 allowed`,
      ),
    ),
    row('failover.f2.long', failover(2, LONG_TURN), 'blocks', `the same two with turns of ${LONG_TURN} blocks`),
    row('wastedGas.long', waste(long), '%', `all alive, with turns of ${LONG_TURN} blocks`),
    row('duplicates', twice(steady), '%', 'accounts named again after they were called, of all named'),
    row('duplicates.lag', twice(lagging), '%', ''),
    row('duplicates.crashes', twice(crashing), '%', 'two dead, and one loses its memory every three steps'),
    row('wastedGas', waste(steady), '%', '12,000 gas for an account called already, 350,000 for one that is called'),
    row('wastedGas.lag', waste(lagging), '%', ''),
    row('wastedGas.faults', waste(crashing), '%', ''),
    row('wastedGas.racing', waste(racing), '%', 'everybody acts on everything: the same five, without turns'),
    row(
      'backlog.drain',
      sum(backlog, (run) => run.blocks) / backlog.length / ideal,
      '',
      `3,000 due at once, against ${ideal} full blocks`,
    ),
    row('backlog.waste', waste(backlog), '%', ''),
  ]
}

function failover(dead: number, slotBlocks = STEADY.slotBlocks): number {
  const subsets = Array.from({ length: 32 }, (_, bits) => [0, 1, 2, 3, 4].filter((keeper) => (bits >> keeper) & 1))
  const runs = subsets
    .filter((subset) => subset.length === dead)
    .map((subset, seed) =>
      runOf({ ...STEADY, seed: seed + 10, steps: 10, duePerStep: 20, blocksPerStep: 12, dead: subset, slotBlocks }),
    )
  if (runs.some(({ left }) => left > 0)) return Infinity
  return Math.max(...runs.flatMap(({ waits }) => waits))
}

function row(id: string, value: number, unit: string, note: string): Row {
  return { id, value: Math.round(value * 1_000) / 1_000, unit, note }
}
