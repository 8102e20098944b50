// What does a run look like to its readers? A made-up day of events for tests of the view and the report, from one seed.
import type { AccountStatus, RunEvent } from '../../sim/events.ts'

const FROM = Date.UTC(2020, 2, 12) / 1000
const STEP = 300
const VENUES = ['bitfinex', 'bitstamp', 'gemini', 'bittrex']

export const KEEPERS = [1, 2, 3, 4, 5].map((id) => ({ id, address: `0x${String(id).repeat(40)}` }))
const STRATEGIES = ['covered call', 'short strangle', 'put spread', 'long put']
export const ACCOUNTS = Array.from({ length: 12 }, (_, index) => ({
  account: `0x${(index + 10).toString(16).padStart(64, '0')}`,
  name: `${STRATEGIES[index % 4]} ${index + 1}`,
  strategy: STRATEGIES[index % 4] ?? '',
}))
const TRADER = `0x${'e'.repeat(40)}`

/** A day with one crash: calls, a cure, an auction with a deficit, settlement, a dispute, a killed keeper. */
export function* syntheticRun(steps = 288): Generator<RunEvent> {
  const random = randomFrom(7)
  let price = 194
  yield started(FROM + steps * STEP)
  for (let step = 0; step < steps; step += 1) {
    const time = FROM + step * STEP
    const fall = step > 110 && step < 150 ? -0.011 : 0
    price *= 1 + fall + (random() - 0.5) * 0.006
    yield { kind: 'tick', time, prices: pricesAt(price, step, random) }
    const anchor = price * (fall === 0 ? 1.001 : 1.03)
    yield { kind: 'market', time, state: stateAt(step), price, reporters: step % 50 === 49 ? undefined : price, anchor }
    yield { kind: 'onTurn', time, keeper: (step % 5) + 1 }
    yield { kind: 'reported', time, by: keeperAt(step), observations: 3 }
    if (step % 12 === 0) yield { kind: 'surface', time, by: keeperAt(step + 1), atTheMoneyVolatility: 1.2 }
    if (fall !== 0 && step % 3 === 0) yield { kind: 'noCluster', time, keeper: (step % 5) + 1 }
    yield* accountEvents(step, time, price)
    yield* episodes(step, time)
    yield {
      kind: 'block',
      number: step + 1,
      time,
      baseFeeGwei: 8 + (fall === 0 ? 0 : 160 * random()),
      gasUsed: 1e6 + 4e6 * random(),
      transactions: 3,
    }
  }
  yield { kind: 'finished', time: FROM + steps * STEP, wallSeconds: 42 }
}

function started(to: number): RunEvent {
  return {
    kind: 'started',
    scenario: 'Black Thursday (made up)',
    underlying: 'ETH',
    venues: VENUES,
    keepers: KEEPERS,
    accounts: ACCOUNTS,
    inputs: [
      { name: 'venue prices and volumes', origin: 'real', source: 'hourly bars of four venues, 2020-03-12' },
      { name: 'gas prices', origin: 'real', source: 'base fee every ten minutes of that day' },
      {
        name: 'option quotes',
        origin: 'synthetic',
        source: 'level from realised volatility, shape from a chain of 2024-01-08',
      },
      { name: 'accounts', origin: 'synthetic', source: 'made for the replay from seed 7' },
    ],
    from: FROM,
    to,
    seed: 7,
  }
}

function* accountEvents(step: number, time: number, price: number): Generator<RunEvent> {
  for (const [index, { account }] of ACCOUNTS.entries()) {
    const isShort = index % 4 === 1
    const maintenance = isShort ? 3000 + (194 - price) * 40 : 900
    const equity = (isShort ? 5200 : 9000) - (194 - price) * (isShort ? 44 : 12) + index * 120
    const status = statusAt(index, step)
    yield { kind: 'account', time, account, status, equity, maintenance, initial: maintenance * 1.25 }
  }
}

function* episodes(step: number, time: number): Generator<RunEvent> {
  const [first, second] = [accountAt(1), accountAt(5)]
  if (step === 120) yield { kind: 'marginCall', time, account: first, by: keeperAt(2) }
  if (step === 122) yield { kind: 'marginCall', time, account: second, by: keeperAt(3) }
  if (step === 123) yield { kind: 'deposit', time, account: second, amount: 2500 }
  if (step === 124) yield { kind: 'cure', time, account: second, by: TRADER }
  if (step === 125) yield { kind: 'auctionStart', time, account: first, by: keeperAt(4) }
  if (step === 128)
    yield { kind: 'failedTransaction', time, by: keeperAt(1), error: 'AlreadyInAuction', gasUsed: 81000 }
  if (step === 131) yield { kind: 'bid', time, account: first, by: TRADER, fraction: 0.6, paid: 310.5 }
  if (step === 135) yield { kind: 'bid', time, account: first, by: TRADER, fraction: 1, paid: -42 }
  if (step === 136) yield { kind: 'auctionEnd', time, account: first, deficit: 42 }
  if (step === 136) yield { kind: 'fund', time, assets: 99958, used: 42, badDebt: 0 }
  if (step === 150) yield { kind: 'killed', time, keeper: 5 }
  if (step === 200) yield { kind: 'settlementPrice', time, expiry: time - 300, price: 121.37, rung: 1, by: keeperAt(0) }
  if (step === 201)
    yield { kind: 'settlement', time, account: accountAt(3), expiry: time - 600, payoff: 812, by: keeperAt(1) }
}

function statusAt(index: number, step: number): AccountStatus {
  if (index === 1 && step >= 120) return step < 125 ? 'called' : step < 136 ? 'auction' : 'closed'
  if (index === 5 && step >= 122 && step < 124) return 'called'
  return 'healthy'
}

function stateAt(step: number): string {
  if (step < 2) return 'DEAD'
  if (step > 115 && step < 125) return 'DISPUTED'
  if (step > 140 && step < 146) return 'WIDE'
  return step === 150 ? 'SINGLE' : 'AGREED'
}

function pricesAt(price: number, step: number, random: () => number): Record<string, number | undefined> {
  return Object.fromEntries(
    VENUES.map((venue, index) => [
      venue,
      index === 3 && step % 40 > 30
        ? undefined
        : price * (1 + (random() - 0.5) * (step > 110 && step < 150 ? 0.03 : 0.004)),
    ]),
  )
}

function keeperAt(turn: number): string {
  return KEEPERS[turn % KEEPERS.length]?.address ?? ''
}

function accountAt(index: number): string {
  return ACCOUNTS[index]?.account ?? ''
}

/** Park and Miller's generator: enough for shapes to look at. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647
  }
}
