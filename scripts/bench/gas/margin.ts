// What does a margin check cost on chain? Everything included: calls, cold storage, cold code, all scenarios and all charges.
import { network } from 'hardhat'
import type { Abi, Address } from 'viem'
import type { Row } from '../../bench.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import {
  ALL_CHARGES,
  CHARGES_SHIFT,
  MARKET_STATES,
  SCENARIO_MASK,
  type Assessment,
  type ExpiryMark,
  type Scenario,
  type UnderlyingMarks,
} from '../../../units/portfolio.ts'
import { seriesIdOf, type OptionKind } from '../../../units/series.ts'
import { ONE, price } from '../../../units/values.ts'
import { contractsFor, type Target } from '../measure.ts'

const NOW = 1_583_971_200
const DAY = 86_400
const ETH = 1
const SPOT = 200
const COUNTERPARTY = 1n
const BELOW = 0
const ABOVE = 1
const INCLUDED = 'the whole call, ledger, numbers and stored marks read cold'
const TERMS_DAYS = [2, 9, 30, 86] as const

type Leg = {
  readonly kind: OptionKind
  readonly strike: number
  readonly days: number
  readonly contracts: number
  readonly field?: number
}
type Book = { readonly id: string; readonly legs: readonly Leg[]; readonly note: string }

/** `count` series on `terms`: distinct strikes around the money, or as many calls and puts on half of the strikes. */
function legsOf(count: number, terms: readonly number[], isPaired: boolean): Leg[] {
  const perTerm = count / terms.length
  return terms.flatMap((days) =>
    Array.from({ length: perTerm }, (_, i) => {
      const rank = isPaired ? Math.floor(i / 2) : i
      const strike = Math.round(SPOT * (0.7 + (0.7 * rank) / (isPaired ? perTerm / 2 : perTerm)))
      const kind = (isPaired ? i % 2 === 0 : strike >= SPOT) ? 'CALL' : 'PUT'
      return { kind, strike, days, contracts: i % 3 === 0 ? 7 : -5 } as const
    }),
  )
}

/** `count` series of one kind in nine days. */
function legsOfKind(kind: OptionKind, count: number, field: number): Leg[] {
  return legsOf(count, [9], false).map((leg) => ({ ...leg, kind, field }))
}

/** Derive's first set: nine moves up, seven unchanged, seven down. */
function grid23(): Scenario[] {
  const moves = [-20, -15, -10, -5, 0, 5, 10, 15, 20]
  return moves
    .flatMap((percent) =>
      (Math.abs(percent) === 20 ? [1] : [1, 0, -1]).map((volatilityMove) => ({
        spotMove: percent * 10_000,
        weight: 1_000_000,
        volatilityMove,
        skew: 0,
      })),
    )
    .sort((a, b) => a.spotMove - b.spotMove)
}

function markOf(days: number): ExpiryMark {
  const secondsLeft = days * DAY
  return {
    expiry: NOW + secondsLeft,
    secondsLeft,
    windowSeconds: 1800,
    forwardRatio: ONE + BigInt(days) * 10n ** 14n,
    theta: (BigInt(secondsLeft) * 64n * ONE) / (100n * 365n * BigInt(DAY)),
    rho: -(3n * ONE) / 10n,
    phi: 2n * ONE,
    elapsedShare: 0n,
    averageSoFar: price(0n),
    settlementPrice: price(0n),
  }
}

type Deployed = { readonly address: Address; readonly abi: Abi }

const CONTRACTS = {
  AccessManager: '@openzeppelin/contracts/access/manager/AccessManager.sol',
  Ledger: 'contracts/ledger/Ledger.sol',
  Parameters: 'contracts/access/Parameters.sol',
  StoredMarks: 'contracts/harness/MarginMeter.sol',
  Margin: 'contracts/margin/Margin.sol',
  MarginMeter: 'contracts/harness/MarginMeter.sol',
} as const

async function universe(target: Target, grid: readonly Scenario[]) {
  const { viem } = await network.create({ override: { hardfork: target, blockGasLimit: 100_000_000n } })
  const [deployer] = await viem.getWalletClients()
  const client = await viem.getPublicClient()
  if (deployer === undefined) throw new Error('the chain has no account')
  const compiled = contractsFor(CONTRACTS, target)
  const deploy = async (name: keyof typeof CONTRACTS, args: unknown[] = []): Promise<Deployed> => {
    const { abi, bytecode } = compiled[name]!
    const hash = await deployer.deployContract({ abi, bytecode, args })
    const { contractAddress } = await client.getTransactionReceipt({ hash })
    if (contractAddress === null || contractAddress === undefined) throw new Error(`${name} was not deployed`)
    return { address: contractAddress, abi }
  }
  const write = async ({ address, abi }: Deployed, functionName: string, args: unknown[]): Promise<void> => {
    await deployer.writeContract({ address, abi, functionName, args })
  }
  const read = ({ address, abi }: Deployed, functionName: string, args: unknown[]): Promise<unknown> =>
    client.readContract({ address, abi, functionName, args })

  const manager = await deploy('AccessManager', [deployer.account.address])
  const ledger = await deploy('Ledger', [manager.address])
  const parameters = await deploy('Parameters', [manager.address])
  const marks = await deploy('StoredMarks')
  const margin = await deploy('Margin', [ledger.address, marks.address, parameters.address])
  const meter = await deploy('MarginMeter')
  const market: UnderlyingMarks = {
    underlying: ETH,
    state: MARKET_STATES.indexOf('AGREED'),
    candidates: [price(BigInt(SPOT) * ONE)],
    expiries: TERMS_DAYS.map(markOf),
    older: [],
    surfaceAge: 0,
  }
  await write(marks, 'set', [market])
  await write(parameters, 'setMarginParameters', [ETH, defaultMarginParameters()])
  await write(parameters, 'setGrid', [ETH, grid])
  return {
    post: (args: unknown[]) => write(ledger, 'postPosition', args),
    witnessesOf: async (account: bigint) => ((await read(margin, 'assess', [account, BELOW])) as Assessment).witnesses,
    whole: async (account: bigint) => Number(await read(meter, 'whole', [margin.address, account, ABOVE])),
    named: async (account: bigint, witnesses: Assessment['witnesses']) =>
      Number(await read(meter, 'named', [margin.address, account, witnesses])),
  }
}

const BOOKS: readonly Book[] = [
  { id: '16', legs: legsOf(16, [9], false), note: '16 series, one expiry, 16 strikes' },
  { id: '16.paired', legs: legsOf(16, [9], true), note: '16 series, one expiry, 8 strikes with call and put' },
  {
    id: '64x4',
    legs: legsOf(64, TERMS_DAYS, true),
    note: '64 series, 4 expiries, 32 strikes with call and put: the most that RULES A7 permits',
  },
  { id: '44x4', legs: legsOf(44, TERMS_DAYS, false), note: '44 series, 4 expiries, 44 strikes: likewise' },
  { id: 'digital', legs: legsOfKind('DIGITAL_CALL', 16, 0), note: '16 digitals, one expiry, 16 strikes' },
  { id: 'barrier', legs: legsOfKind('UP_OUT_CALL', 6, 12_000), note: '6 up-and-out calls, one expiry, 6 strikes' },
  { id: 'barrier.put', legs: legsOfKind('DOWN_IN_PUT', 6, 9000), note: '6 down-and-in puts, one expiry, 6 strikes' },
  { id: 'asian', legs: legsOfKind('ASIAN_CALL', 21, 24), note: '21 averages over a day, one expiry, 21 strikes' },
  { id: '45x1', legs: legsOf(45, [30], false), note: '45 series, one expiry, 45 strikes' },
]

/** Writes the book into the ledger, against counterparties that hold few positions each. */
async function fill(world: Awaited<ReturnType<typeof universe>>, account: bigint, legs: readonly Leg[]): Promise<void> {
  for (const { kind, strike, days, contracts, field = 0 } of legs) {
    const expiry = NOW + days * DAY
    const series = seriesIdOf({ underlying: ETH, expiry, strike: price(BigInt(strike) * ONE), kind, field })
    const counterparty = COUNTERPARTY + 1000n * account + BigInt(Math.floor(strike / 7))
    await world.post([counterparty, account, series, BigInt(contracts) * ONE])
  }
}

type Scenarios = Assessment['witnesses'][number]['scenarios']

const withoutCharges = (byte: number): number => byte & SCENARIO_MASK
const withCharges = (byte: number): number => byte | (ALL_CHARGES << CHARGES_SHIFT)

function eachOf(scenarios: Scenarios, change: (byte: number) => number): Scenarios {
  return scenarios.map(change) as unknown as Scenarios
}

type Measured = { readonly id: string; readonly gas: number; readonly book: Book; readonly what: string }

const accountOf = (place: number): bigint => BigInt(place + 2)

async function filled(target: Target, books: readonly Book[], grid: readonly Scenario[]) {
  const world = await universe(target, grid)
  for (const [i, { legs }] of books.entries()) await fill(world, accountOf(i), legs)
  return world
}

async function measured(target: Target, books: readonly Book[]): Promise<readonly Measured[]> {
  const found: Measured[] = []
  const smaller = await filled(target, books, grid23())
  for (const [i, book] of books.entries())
    found.push({ id: 'margin23', gas: await smaller.whole(accountOf(i)), book, what: '23 scenarios' })
  const world = await filled(target, books, defaultGrid(ETH_RANGE))
  for (const [i, book] of books.entries()) {
    found.push({ id: 'margin33', gas: await world.whole(accountOf(i)), book, what: '33 scenarios' })
    const worst = await world.witnessesOf(accountOf(i))
    const under = async (change: (byte: number) => number): Promise<number> =>
      world.named(
        accountOf(i),
        worst.map(({ underlying, scenarios }) => ({ underlying, scenarios: eachOf(scenarios, change) })),
      )
    const charged = 'one scenario, both basis shocks and the gap charge'
    found.push({ id: 'witness.charges', gas: await under(withCharges), book, what: charged })
    found.push({ id: 'witness', gas: await under(withoutCharges), book, what: 'one scenario' })
  }
  return found
}

/** `margin33.series` is of 16 strikes, a series; `margin33.64x4` and the like the whole account, `.series` after it a series of that. */
function rowsOf({ id, gas, book, what }: Measured, suffix: string): readonly Row[] {
  const note = `${book.note}; ${what}; ${INCLUDED}`
  const whole = { id: `${id}.${book.id}${suffix}`, value: gas, unit: 'gas', note }
  const series = book.id.startsWith('16') ? `${id}.series${book.id.slice(2)}` : `${id}.${book.id}.series`
  return [whole, { id: `${series}${suffix}`, value: gas / book.legs.length, unit: 'gas', note }]
}

export async function rows(): Promise<readonly Row[]> {
  const common = BOOKS.filter(({ id }) => /^(16|..x4)/.test(id))
  const osaka = (await measured('osaka', BOOKS)).flatMap((it) => rowsOf(it, ''))
  const cancun = (await measured('cancun', common)).flatMap((it) => rowsOf(it, '.cancun'))
  return [...osaka, ...cancun]
}
