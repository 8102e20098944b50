// Whom does a keeper of this size watch? Accounts drawn from two thousand examples, each above INITIAL by an ease of its own.
import { accountsOf } from '../../../keeper/core/accounts.ts'
import type { Accounts } from '../../../keeper/core/accounts.ts'
import { accountAt } from './scene.ts'
import type { Scene } from './scene.ts'
import { randomFrom } from './random.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash } from '../../../units/values.ts'

export { viewAt } from './scene.ts'

const DAY = 86_400
const START = 1_584_000_003
const EXAMPLES = 2_000

export const SCENE: Scene = {
  time: START,
  spots: [200, 4_000],
  expiries: [1, 2, 3, 6, 13, 20, 41, 75, 166, 257].map((days) => START + Math.round((days + 0.3) * DAY)),
  level: 1,
  tilt: -0.2,
  carry: 0.02,
}

/** 8 positions on average; health at INITIAL between a fiftieth and three times what must be held, the lower the more often, and one unit more. */
export function accountsIn(count: number): Accounts {
  const random = randomFrom(2)
  const at = (ease: number) => (index: number) => accountAt(index, 1 + (index % 15), ease, SCENE, randomFrom(index))
  const [poor, rich] = [at(0.02), at(3)].map((make) =>
    Array.from({ length: Math.min(count, EXAMPLES) }, (_, i) => make(i)),
  )
  const accounts = accountsOf([], count)
  for (let index = 0; index < count; index++) {
    const example = index % poor!.length
    const ease = BigInt(random(1_000) ** 2)
    const [low, high] = [poor![example]!, rich![example]!]
    const cash = (low.cash + ((high.cash - low.cash) * ease) / 1_000_000n + ONE) as Cash
    accounts.put({ ...low, account: ((BigInt(index) + 1n) << 96n) as AccountId, cash })
  }
  return accounts
}
