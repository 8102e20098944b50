// What does a fleet on a local node lack? Bonds and gas, blocks that come by themselves, and a Chainlink network that speaks.
import {
  createPublicClient,
  http,
  numberToHex,
  parseAbi,
  parseEther,
  toHex,
  type Account,
  type Chain,
  type Hex,
  type PublicClient,
  type Transport,
  type WalletClient,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { protocolAt } from '../../sdk/protocol/client.ts'
import type { Deployment } from '../../sdk/protocol/deployment.ts'
import type { Address } from '../../units/account.ts'
import { CHAINLINK_NODES, joinChainlink, type Chainlink, type ChainlinkTerms } from '../chainlink.ts'
import { deployerOf, EMBEDDED_MNEMONIC } from './deploy.ts'
import { keyOf } from './keys.ts'

export type LocalNode = {
  readonly client: PublicClient
  /** The node's first account, which deployed everything. */
  readonly wallet: WalletClient<Transport, Chain, Account>
  readonly deployment: Deployment
}

const UNDERLYING = 1
const CASH = 0
const FAUCET_ABI = parseAbi(['function faucet(address receiver, uint256 amount)'])
const GAS_MONEY = parseEther('100')
/** [ms] */
const POLL = 100

export async function localNodeAt(url: string, deployment: Deployment): Promise<LocalNode> {
  const client = createPublicClient({ transport: http(url), pollingInterval: POLL, cacheTime: 0 })
  return { client, deployment, wallet: await deployerOf({ client, rpc: { httpUrl: url } }) }
}

/** Key of the node's account number `index`: known to everyone, as the mnemonic of every such node is. */
export function accountKeyOf(index: number): Hex {
  const key = mnemonicToAccount(EMBEDDED_MNEMONIC, { addressIndex: index }).getHdKey().privateKey
  if (key === null) throw new Error(`account ${index} of the node has no key`)
  return toHex(key)
}

/** A bond for `operator` out of the faucet, and gas for `sender`. */
export async function provide({ client, wallet, deployment }: LocalNode, operator: Address, sender: Address) {
  const { keeperRegistry, custody } = protocolAt(client, deployment.addresses)
  const [bond, token] = await Promise.all([keeperRegistry.read.bondOf(), custody.read.tokenOf([CASH])])
  const faucet = { address: token, abi: FAUCET_ABI, functionName: 'faucet' } as const
  await mined(client, await wallet.writeContract({ ...faucet, args: [operator, bond] }))
  await mined(client, await wallet.sendTransaction({ to: sender, value: GAS_MONEY }))
}

/** The first epoch, which waits for a quorum; nothing where one has begun. */
export async function beginFirstEpoch({ client, wallet, deployment }: LocalNode): Promise<void> {
  const { keeperRegistry } = protocolAt(client, deployment.addresses)
  const [, startedAt] = await keeperRegistry.read.epoch()
  if (startedAt > 0n) return
  const call = { address: keeperRegistry.address, abi: ABIS.keeperRegistry, functionName: 'startEpoch' } as const
  await mined(client, await wallet.writeContract(call))
}

/**
 * From here on blocks come by themselves and tell the time of this machine, as on a network: a node that has mined faster than seconds
 * pass is ahead for good, until it is told the time. Waits for the clock to reach its newest block.
 */
export async function mineEvery({ client }: LocalNode, milliseconds: number): Promise<void> {
  const request = (method: string, ...params: unknown[]) =>
    client.request({ method: method as never, params: params as never })
  await request('evm_setAutomine', false)
  await request('evm_setIntervalMining', 0)
  const { timestamp } = await client.getBlock()
  while (secondsNow() <= timestamp) await new Promise((done) => setTimeout(done, POLL))
  await request('evm_setNextBlockTimestamp', numberToHex(secondsNow()))
  await request('evm_mine')
  await request('evm_setIntervalMining', milliseconds)
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1_000)
}

/** Nodes of ours speak for the anchor's feed: whoever deployed it owns its cache. */
export async function speakForAnchor(
  { client, wallet, deployment }: LocalNode,
  seed: number,
): Promise<{ readonly chainlink: Chainlink; readonly terms: ChainlinkTerms }> {
  const { anchor } = protocolAt(client, deployment.addresses)
  const [aggregator, heartbeatSeconds, deviationPpm] = await anchor.read.feedOf([UNDERLYING])
  const chainlink = await joinChainlink({
    client,
    wallet,
    impersonate: (owner) => {
      if (owner.toLowerCase() === wallet.account.address.toLowerCase()) return Promise.resolve(wallet)
      return Promise.reject(new Error(`the feed of the anchor belongs to ${owner}, not to the node's first account`))
    },
    nodeKeys: Array.from({ length: CHAINLINK_NODES }, (_, index) => keyOf(seed, `chainlink ${index}`)),
    proxies: [aggregator],
  })
  return { chainlink, terms: { heartbeatSeconds, deviationPpm } }
}

async function mined(client: PublicClient, hash: Hex): Promise<void> {
  const { status } = await client.waitForTransactionReceipt({ hash })
  if (status !== 'success') throw new Error(`${hash} was mined without success`)
}
