// Who takes part? Keepers with their bonds, depositors of the default fund, and the owners of the accounts with their first money.
import { erc20Abi, maxUint256, parseAbi, type Hex } from 'viem'
import type { Address } from '../../units/account.ts'
import { accountIdOf } from '../../units/account.ts'
import type { AccountId } from '../../units/values.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import type { Actors } from './actor.ts'
import type { Book, Member } from './book.ts'
import type { Chain } from './chain.ts'
import { KEEPER_BOND, type Universe } from './deploy.ts'
import type { KeeperIdentity } from './fleet.ts'
import { addressOf, keyOf } from './keys.ts'

export type Owner = {
  readonly member: Member
  readonly key: Hex
  readonly owner: Address
  readonly account: AccountId
}

const FAUCET_ABI = parseAbi(['function faucet(address receiver, uint256 amount)'])
const ETHER = 10n ** 18n
const GAS_MONEY = 100_000n * ETHER
const ONE = 10n ** 18n
/** [dollars] */
const BOND = Number(KEEPER_BOND / ONE)
const FUND_DEPOSIT = 60_000
const FUND_DEPOSITORS = 2
/** [dollars] First money of an account, before what is too much is taken out again; makers and bidders keep all of it. */
const CLIENT_FLOAT = 200_000
const MAKER_FLOAT = 3_000_000

export type Town = {
  readonly chain: Chain
  readonly actors: Actors
  readonly universe: Universe
  readonly seed: number
}

/** Registers every keeper, and begins the epoch in which they serve. */
export async function registerKeepers(town: Town, identities: readonly KeeperIdentity[]): Promise<void> {
  const { chain, actors, universe } = town
  await chain.giveEther(addressOf(keyOf(town.seed, 'anyone')), GAS_MONEY)
  await chain.giveEther(addressOf(keyOf(town.seed, 'carrier')), GAS_MONEY)
  const registry = { to: universe.deployment.addresses.keeperRegistry, abi: ABIS.keeperRegistry }
  for (const { operatorKey, sender, signer, endpoint } of identities) {
    await chain.giveEther(sender, GAS_MONEY)
    await giveCash(town, operatorKey, BOND)
    await approve(town, operatorKey, universe.cashToken, registry.to)
    await actors.sendNow(operatorKey, { ...registry, functionName: 'join', args: [signer, [sender], endpoint] })
  }
  await actors.sendNow(keyOf(town.seed, 'anyone'), { ...registry, functionName: 'startEpoch', args: [] })
}

/** Fills the default fund. */
export async function fillFund(town: Town): Promise<void> {
  const { actors, universe, seed } = town
  const { defaultFund, custody } = universe.deployment.addresses
  for (let index = 0; index < FUND_DEPOSITORS; index++) {
    const key = keyOf(seed, `fund depositor ${index}`)
    await giveCash(town, key, FUND_DEPOSIT)
    await approve(town, key, universe.cashToken, defaultFund)
    await approve(town, key, universe.cashToken, custody)
    await actors.sendNow(key, {
      to: defaultFund,
      abi: ABIS.defaultFund,
      functionName: 'deposit',
      args: [cashUnits(universe, FUND_DEPOSIT), addressOf(key)],
    })
  }
}

/** An account for every member, with more money than its trades will need. */
export async function openAccounts(town: Town, book: Book): Promise<readonly Owner[]> {
  const owners = book.members.map((member) => ownerOf(town.seed, member))
  for (const { member, key, account } of owners) {
    await giveCash(town, key, floatOf(member))
    await approve(town, key, town.universe.cashToken, town.universe.deployment.addresses.custody)
    await deposit(town, key, account, 0, BigInt(floatOf(member)) * ONE)
    if (member.collateral > 0) await depositCollateral(town, key, account, member.collateral)
  }
  return owners
}

/** Cash tokens out of the faucet, and ether for gas, for `key`. */
async function giveCash(town: Town, key: Hex, dollars: number): Promise<void> {
  await town.chain.giveEther(addressOf(key), GAS_MONEY)
  if (dollars <= 0) return
  await town.actors.sendNow(key, {
    to: town.universe.cashToken,
    abi: FAUCET_ABI,
    functionName: 'faucet',
    args: [addressOf(key), cashUnits(town.universe, dollars)],
  })
}

/** The same without waiting for a block, paid for by whoever stands at the faucet. */
export async function sendCash(town: Town, receiver: Address, dollars: number): Promise<void> {
  const call = { to: town.universe.cashToken, abi: FAUCET_ABI, functionName: 'faucet' }
  await town.actors.send(keyOf(town.seed, 'anyone'), { ...call, args: [receiver, cashUnits(town.universe, dollars)] })
}

async function depositCollateral(town: Town, key: Hex, account: AccountId, units: number): Promise<void> {
  const { underlyingToken, deployment } = town.universe
  const amount = BigInt(Math.round(units * 1e6)) * 10n ** 12n
  await town.actors.sendNow(key, {
    to: underlyingToken,
    abi: FAUCET_ABI,
    functionName: 'faucet',
    args: [addressOf(key), amount],
  })
  await approve(town, key, underlyingToken, deployment.addresses.custody)
  await deposit(town, key, account, 1, amount)
}

function deposit(town: Town, key: Hex, account: AccountId, asset: number, amount: bigint): Promise<void> {
  const { clearinghouse } = town.universe.deployment.addresses
  return town.actors.sendNow(key, {
    to: clearinghouse,
    abi: ABIS.clearinghouse,
    functionName: 'deposit',
    args: [account, asset, amount],
  })
}

function approve(town: Town, key: Hex, token: Address, spender: Address): Promise<void> {
  return town.actors.sendNow(key, { to: token, abi: erc20Abi, functionName: 'approve', args: [spender, maxUint256] })
}

function ownerOf(seed: number, member: Member): Owner {
  const key = keyOf(seed, `owner of ${member.name}`)
  const owner = addressOf(key)
  return { member, key, owner, account: accountIdOf(owner, 0n) }
}

function floatOf({ strategy }: Member): number {
  return strategy === 'market maker' || strategy === 'bidder' ? MAKER_FLOAT : CLIENT_FLOAT
}

/** Whole token units of `dollars`, rounded to the nearest. */
function cashUnits(universe: Universe, dollars: number): bigint {
  return BigInt(Math.round(dollars * 10 ** universe.cashDecimals))
}
