// How does a keeper enter the registry? Its operator, whom governance has admitted, pays the bond and says who signs, who sends and where.
import { createWalletClient, defineChain, erc20Abi, http, publicActions, webSocket } from 'viem'
import type { Account, Address, Chain, Client, PublicActions, RpcSchema, Transport, WalletActions } from 'viem'
import { privateKeyToAccount, privateKeyToAddress } from 'viem/accounts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { protocolAt } from '../../sdk/protocol/client.ts'
import { describeRefusal, refusalOf } from '../../sdk/protocol/errors.ts'
import type { Config } from './config.ts'
import type { Hex } from './keys.ts'

/** `servesAfter` [unix s]: no epoch in which it counts begins earlier; zero before the first, which begins with a quorum. */
export type Membership = {
  readonly id: number
  readonly operator: Address
  readonly signer: Address
  readonly senders: readonly Address[]
  readonly endpoint: string
  readonly servesAfter: number
}

type Wallet = Client<
  Transport,
  Chain,
  Account,
  RpcSchema,
  PublicActions<Transport, Chain, Account> & WalletActions<Chain, Account>
>

const CASH = 0

/**
 * Approves the bond and joins, in the name of the account of `operatorKey`. A signing key that the registry knows already is left as it
 * is: asking twice joins once. Throws with the registry's own words where it refuses.
 */
export async function joinRegistry(config: Config, operatorKey: Hex, endpoint: string): Promise<Membership> {
  const wallet = walletOf(config, operatorKey)
  try {
    const known = await membershipOf(wallet, config)
    if (known !== undefined) return known
    await approveBond(wallet, config)
    await join(wallet, config, endpoint)
    const joined = await membershipOf(wallet, config)
    if (joined === undefined) throw new Error('joined, and the node does not show it')
    return joined
  } catch (error) {
    const refusal = refusalOf(error)
    throw refusal === undefined ? error : new Error(describeRefusal(refusal), { cause: error })
  }
}

function walletOf({ chainId, rpcUrls }: Config, operatorKey: Hex): Wallet {
  const [url = ''] = rpcUrls
  const chain = defineChain({
    id: chainId,
    name: String(chainId),
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  const transport = url.startsWith('ws') ? webSocket(url) : http(url)
  return createWalletClient({ account: privateKeyToAccount(operatorKey), transport, chain }).extend(publicActions)
}

/** Of the keeper that signs with `config.signingKey`; undefined before it joins. */
async function membershipOf(wallet: Wallet, config: Config): Promise<Membership | undefined> {
  const { keeperRegistry } = protocolAt(wallet, config.deployment.addresses)
  const id = await keeperRegistry.read.reporterOf([privateKeyToAddress(config.signingKey)])
  if (id === 0) return undefined
  const [{ operator, signer, senders, endpoint }, [, startedAt], nextEpochAt] = await Promise.all([
    keeperRegistry.read.keeper([id]),
    keeperRegistry.read.epoch(),
    keeperRegistry.read.nextEpochAt(),
  ])
  const servesAfter = startedAt === 0n ? 0 : Number(nextEpochAt)
  return { id, operator, signer, senders, endpoint, servesAfter }
}

async function approveBond(wallet: Wallet, { deployment }: Config): Promise<void> {
  const { keeperRegistry, custody } = protocolAt(wallet, deployment.addresses)
  const [bond, token] = await Promise.all([keeperRegistry.read.bondOf(), custody.read.tokenOf([CASH])])
  const operator = wallet.account.address
  const cash = { address: token, abi: erc20Abi } as const
  const [balance, allowance] = await Promise.all([
    wallet.readContract({ ...cash, functionName: 'balanceOf', args: [operator] }),
    wallet.readContract({ ...cash, functionName: 'allowance', args: [operator, keeperRegistry.address] }),
  ])
  if (balance < bond) throw new Error(`the bond is ${bond} units of the token ${token}; ${operator} has ${balance}`)
  if (allowance >= bond) return
  await mined(
    wallet,
    await wallet.writeContract({ ...cash, functionName: 'approve', args: [keeperRegistry.address, bond] }),
  )
}

async function join(wallet: Wallet, config: Config, endpoint: string): Promise<void> {
  const keys = config.urgentKey === undefined ? [config.senderKey] : [config.senderKey, config.urgentKey]
  const { request } = await wallet.simulateContract({
    address: config.deployment.addresses.keeperRegistry,
    abi: ABIS.keeperRegistry,
    functionName: 'join',
    args: [privateKeyToAddress(config.signingKey), keys.map(privateKeyToAddress), endpoint],
  })
  await mined(wallet, await wallet.writeContract(request))
}

async function mined(wallet: Wallet, hash: Hex): Promise<void> {
  const { status } = await wallet.waitForTransactionReceipt({ hash })
  if (status !== 'success') throw new Error(`${hash} was mined without success`)
}
