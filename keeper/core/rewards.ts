// Which duties does a keeper do through `Rewards`, because it is paid for them? Off chain what contracts/liquidation/Rewards.sol pays.
import { seriesOf } from '../../units/series.ts'
import { ONE } from '../../units/values.ts'
import type { AccountId } from '../../units/values.ts'
import { callsOf } from './calls.ts'
import type { Call } from './calls.ts'
import type { Duty, DutyKind } from './duties/duty.ts'
import type { AccountState, View } from './view.ts'

/** `payee`: account that is paid. `native`: underlying that is the chain's own token. `tip` [wei a gas] that is paid beside the base fee. */
export type RewardRules = { readonly payee: AccountId; readonly native: number; readonly tip: bigint }

/** What `Rewards` would pay for a duty and what the way through it costs [1e18 units of account]; `gas` it was reckoned with. */
export type Reward = {
  readonly gas: bigint
  readonly forGas: bigint
  readonly bonus: bigint
  readonly profit: bigint
}

type PaidDuty = Extract<
  Duty,
  { readonly kind: 'openMarginCall' | 'startAuction' | 'recordCure' | 'lapse' | 'closeAuction' }
>

/** As in the contract: [wei] cap of the gas price; [gas] of the transaction itself; bonus on turn; shares of a reserve. */
const GAS_PRICE_CAP = 500n * 10n ** 9n
const OVERHEAD_GAS = 60_000n
const BONUS = 2n * ONE
const ACTIONS_A_RESERVE = 4n
/** [gas] Of the reserve read, the turn looked up and the pay posted, beyond the direct call: about as much on the protocol as deployed. */
const DETOUR_GAS = 120_000n
/** [gas] Until one has been mined. */
const USUAL_GAS: Readonly<Record<PaidDuty['kind'], bigint>> = {
  openMarginCall: 350_000n,
  startAuction: 400_000n,
  recordCure: 300_000n,
  lapse: 300_000n,
  closeAuction: 250_000n,
}
/** More margin calls than these are opened in batches, which are not paid: soon comes before paid. */
const PAID_CALLS_MOST = 4

/** What `duty` is worth; `used` [gas] by the last of its kind, where one was mined. Undefined where `Rewards` has no entry for it. */
export function rewardOf(
  view: View,
  duty: Duty,
  { native, tip }: RewardRules,
  used: bigint | undefined,
): Reward | undefined {
  if (!isPaid(duty)) return undefined
  const state = view.accounts.get(duty.account)
  const market = view.markets.get(native)
  if (state === undefined || market === undefined) return undefined
  const { baseFee } = view.head
  const gas = used ?? USUAL_GAS[duty.kind]
  const worth = (amount: bigint, price: bigint): bigint => (amount * price * market.price) / ONE
  const most = smaller(state.cash > 0n ? state.cash : 0n, reserveOf(view, state) / ACTIONS_A_RESERVE)
  const forGas = smaller(most, worth(gas + OVERHEAD_GAS, smaller((baseFee * 6n) / 5n, GAS_PRICE_CAP)))
  const bonus = smaller(most - forGas, BONUS)
  return { gas, forGas, bonus, profit: forGas + bonus - worth(DETOUR_GAS, baseFee + tip) }
}

/**
 * Calls for `duties` in their order, each with what is tried where the chain refuses it: through `Rewards` first where that leaves more
 * than the way through it costs, directly otherwise.
 */
export function paidCallsOf(
  duties: readonly Duty[],
  maxGas: bigint,
  rewardFor: (duty: Duty) => Reward | undefined,
  payee: AccountId,
): (readonly [Call, ...Call[]])[] {
  const isBacklog = duties.filter(({ kind }) => kind === 'openMarginCall').length > PAID_CALLS_MOST
  const paid = duties.flatMap((duty): (readonly [Call, ...Call[]])[] => {
    const reward = isBacklog && duty.kind === 'openMarginCall' ? undefined : rewardFor(duty)
    if (!isPaid(duty) || reward === undefined || reward.profit <= 0n) return []
    return [[paidCall(duty, reward, payee, maxGas), ...callsOf([duty], maxGas)]]
  })
  const taken = new Set(paid.flatMap(([call]) => call.duties))
  const direct = callsOf(
    duties.filter((duty) => !taken.has(duty)),
    maxGas,
  ).map((call) => [call] as const)
  const placeOf = ([{ duties: own }]: readonly [Call, ...Call[]]): number => duties.indexOf(own[0]!)
  return [...paid, ...direct].toSorted((a, b) => placeOf(a) - placeOf(b))
}

function paidCall(duty: PaidDuty, reward: Reward, payee: AccountId, maxGas: bigint): Call {
  const [direct] = callsOf([duty], maxGas)
  const gas = smaller((direct?.gas ?? 0n) + 2n * DETOUR_GAS, maxGas)
  const duties = [duty]
  const of = { duties, gas, reward, contract: 'rewards' } as const
  switch (duty.kind) {
    case 'openMarginCall':
    case 'startAuction':
      return { ...of, functionName: duty.kind, args: [duty.account, duty.witnesses, payee] }
    case 'recordCure':
    case 'lapse':
    case 'closeAuction':
      return { ...of, functionName: duty.kind, args: [duty.account, payee] }
  }
}

function isPaid(duty: Duty): duty is PaidDuty {
  return duty.kind in USUAL_GAS
}

/** What the account's requirement holds for its keepers (RULES B7); as `MarginCallLib.reservedOf` says of which underlyings. */
function reserveOf(view: View, { cash, positions, collateral }: AccountState): bigint {
  const options = positions
    .filter(({ size }) => cash < 0n || size < 0n)
    .map(({ series }) => seriesOf(series).underlying)
  const held = cash < 0n ? [...options, ...collateral.map(({ underlying }) => underlying)] : options
  return [...new Set(held)].reduce((sum, it) => sum + (view.rules.get(it)?.parameters.keeperReserve ?? 0n), 0n)
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** What is remembered of a kind once one has been mined: of the direct way, so that the detour is not counted twice. */
export function gasLearnt({ contract, duties }: Call, gasUsed: bigint): readonly [DutyKind, bigint] | undefined {
  const [duty] = duties
  if (duty === undefined || duties.length !== 1 || !isPaid(duty)) return undefined
  const own = contract === 'rewards' ? gasUsed - DETOUR_GAS : gasUsed
  return own > 0n ? [duty.kind, own] : undefined
}
