// How does a run join a universe that is there already? On a fork: whoever governs it admits our keepers after its own delay, and
// nodes of ours speak for its Chainlink feed.
import { existsSync, readFileSync } from 'node:fs'
import { createWalletClient, custom, encodeFunctionData, erc20Abi, parseAbi, type Account, type Hex } from 'viem'
import type { Chain as ViemChain, Transport, WalletClient } from 'viem'
import type { Address } from '../../units/account.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { protocolAt } from '../../sdk/protocol/client.ts'
import { parseDeployment, type Deployment } from '../../sdk/protocol/deployment.ts'
import { CHAINLINK_NODES, joinChainlink } from '../chainlink.ts'
import { ReplayRefused } from '../refused.ts'
import type { Chain } from './chain.ts'
import { deployerOf, viemChainOf, type Universe } from './deploy.ts'
import { keyOf } from './keys.ts'

export type JoinOptions = {
  readonly seed: number
  readonly deployment: Deployment
  readonly operators: readonly Address[]
}

const MANAGER_ABI = parseAbi([
  'event RoleGranted(uint64 indexed roleId, address indexed account, uint32 delay, uint48 since, bool newMember)',
  'function hasRole(uint64 roleId, address account) view returns (bool isMember, uint32 executionDelay)',
  'function schedule(address target, bytes data, uint48 when) returns (bytes32 operationId, uint32 nonce)',
  'function execute(address target, bytes data) payable returns (uint32)',
])
const ADMIN = 0n
const ETHER = 10n ** 18n
const GAS_WEI = 10n ** 9n

export async function joinUniverse(chain: Chain, options: JoinOptions): Promise<Universe> {
  const { deployment } = options
  const { custody, anchor, priceBook } = protocolAt(chain.client, deployment.addresses)
  const [cashToken, underlyingToken, [aggregator, heartbeatSeconds, deviationPpm], windowSeconds] = await Promise.all([
    custody.read.tokenOf([0]),
    custody.read.tokenOf([1]),
    anchor.read.feedOf([1]),
    priceBook.read.windowSeconds(),
  ])
  const cashDecimals = await chain.client.readContract({ address: cashToken, abi: erc20Abi, functionName: 'decimals' })
  await admit(chain, deployment, options.operators)
  const chainlink = await joinChainlink({
    client: chain.client,
    wallet: await deployerOf(chain),
    impersonate: (address) => impersonated(chain, address),
    nodeKeys: Array.from({ length: CHAINLINK_NODES }, (_, index) => keyOf(options.seed, `chainlink ${index}`)),
    proxies: [aggregator],
  })
  return {
    deployment,
    cashToken,
    cashDecimals,
    underlyingToken,
    chainlink,
    chainlinkTerms: { heartbeatSeconds, deviationPpm },
    windowSeconds,
  }
}

/** What stands on the fork: by `file`, which must be true, or by the record of the chain's id in deployments/, if that is. */
export async function findDeployment(chain: Chain, file: string | undefined): Promise<Deployment | undefined> {
  const path = file ?? `deployments/${await chain.client.getChainId()}.json`
  const deployment = existsSync(path) ? parseDeployment(JSON.parse(readFileSync(path, 'utf8'))) : undefined
  const isThere = deployment !== undefined && (await hasCode(chain, deployment.addresses.clearinghouse))
  if (isThere) return deployment
  if (file === undefined) return undefined
  const what = deployment === undefined ? `no deployment record ${file}` : `nothing is deployed as ${file} says`
  throw new ReplayRefused(`${what}: leave --deployment away, and the protocol is deployed on the fork first`)
}

async function hasCode({ client }: Chain, address: Address): Promise<boolean> {
  return (await client.getCode({ address })) !== undefined
}

/** Governance says what it will do, waits as long as it must, and does it. */
async function admit(chain: Chain, { addresses }: Deployment, operators: readonly Address[]): Promise<void> {
  const { governor, delaySeconds } = await governorOf(chain, addresses.accessManager)
  const wallet = await impersonated(chain, governor)
  const calls = operators.map((operator) =>
    encodeFunctionData({ abi: ABIS.keeperRegistry, functionName: 'admit', args: [operator] }),
  )
  const manager = { address: addresses.accessManager, abi: MANAGER_ABI } as const
  if (delaySeconds > 0) {
    for (const data of calls) {
      await wallet.writeContract({ ...manager, functionName: 'schedule', args: [addresses.keeperRegistry, data, 0] })
    }
    const { timestamp } = await chain.client.getBlock()
    await chain.mine(Number(timestamp) + delaySeconds + 1, GAS_WEI)
  }
  for (const data of calls) {
    await wallet.writeContract({ ...manager, functionName: 'execute', args: [addresses.keeperRegistry, data] })
  }
}

/** The first administrator that was ever named and still is one. */
async function governorOf(chain: Chain, manager: Address): Promise<{ governor: Address; delaySeconds: number }> {
  const granted = await chain.client.getContractEvents({
    address: manager,
    abi: MANAGER_ABI,
    eventName: 'RoleGranted',
    args: { roleId: ADMIN },
    fromBlock: 0n,
  })
  for (const { args } of granted) {
    if (args.account === undefined) continue
    const [isMember, delaySeconds] = await chain.client.readContract({
      address: manager,
      abi: MANAGER_ABI,
      functionName: 'hasRole',
      args: [ADMIN, args.account],
    })
    if (isMember) return { governor: args.account, delaySeconds }
  }
  throw new Error(`nobody administers ${manager}`)
}

/** Acts for `address` without its key, as only a fork allows. */
async function impersonated(chain: Chain, address: Address): Promise<WalletClient<Transport, ViemChain, Account>> {
  await chain.client.request({ method: 'hardhat_impersonateAccount' as never, params: [address as Hex] as never })
  await chain.giveEther(address, 1_000n * ETHER)
  return createWalletClient({
    account: { address, type: 'json-rpc' },
    chain: await viemChainOf(chain),
    transport: custom({ request: chain.client.request as never }),
  })
}
