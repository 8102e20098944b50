// What does Chainlink say on a local network? Its own forwarder and feed cache, fed with reports that f + 1 of its nodes signed.
import { artifacts } from 'hardhat'
import {
  concat,
  encodeAbiParameters,
  keccak256,
  numberToHex,
  pad,
  parseAbi,
  stringToHex,
  toBytes,
  toHex,
  type Account,
  type Address,
  type Chain,
  type Hex,
  type PublicClient,
  type Transport,
  type WalletClient,
} from 'viem'
import { privateKeyToAddress, sign } from 'viem/accounts'

const CHAINLINK_FAULT_TOLERANCE = 1
/** Nodes that its configuration asks for at least. */
export const CHAINLINK_NODES = 3 * CHAINLINK_FAULT_TOLERANCE + 1
export const CHAINLINK_DECIMALS = 8

/** `price` in 1e-8 units of account, `time` in unix seconds. */
export type ChainlinkAnswer = { readonly price: bigint; readonly time: number }

/** `heartbeatSeconds`: longest silence. `deviationPpm` [1e-6]: the step at which it speaks earlier. */
export type ChainlinkTerms = { readonly heartbeatSeconds: number; readonly deviationPpm: number }

export type Chainlink = {
  /** Aggregator proxy of each feed, in the order of the names: what the anchor lists. */
  readonly proxies: readonly Address[]
  /**
   * Sends one report with `answers` (by feed, in the same order; undefined where there is nothing new) and does not wait for
   * its block. Reports of a feed must be later than its last.
   */
  readonly transmit: (answers: readonly (ChainlinkAnswer | undefined)[]) => Promise<Hex>
}

export type ChainlinkOptions = {
  readonly client: PublicClient
  /** Owns the contracts and pays for reports; its transactions must be mined by themselves while this deploys. */
  readonly wallet: WalletClient<Transport, Chain, Account>
  /** Keys of the nodes, at least CHAINLINK_NODES. */
  readonly nodeKeys: readonly Hex[]
  /** Such as 'ETH / USD'. */
  readonly feeds: readonly string[]
}

const FORWARDER_ABI = parseAbi([
  'function setConfig(uint32 donId, uint32 configVersion, uint8 f, address[] signers)',
  'function report(address receiver, bytes rawReport, bytes reportContext, bytes[] signatures)',
])
const CACHE_ABI = parseAbi([
  'struct WorkflowMetadata { address allowedSender; address allowedWorkflowOwner; bytes10 allowedWorkflowName; }',
  'function setFeedAdmin(address feedAdmin, bool isAdmin)',
  'function setDecimalFeedConfigs(bytes16[] dataIds, string[] descriptions, WorkflowMetadata[] workflowMetadata)',
  'function updateDataIdMappingsForProxies(address[] proxies, bytes16[] dataIds)',
  'function getDataIdForProxy(address proxy) view returns (bytes16)',
  'function owner() view returns (address)',
])
const PROXY_ABI = parseAbi(['function aggregator() view returns (address)'])

const DON = 1
const CONFIG_VERSION = 1
const WORKFLOW_NAME = stringToHex('prices', { size: 10 })
const REPORT_CONTEXT = pad('0x', { size: 96 })
/** The forwarder and the cache together use 110,000 for one feed; the forwarder passes on what is left. */
const REPORT_GAS = 600_000n

/** Whether the network would report now: the price moved by the deviation, or the heartbeat is over. */
export function isReportDue(last: ChainlinkAnswer | undefined, now: ChainlinkAnswer, terms: ChainlinkTerms): boolean {
  if (last === undefined) return true
  const moved = now.price > last.price ? now.price - last.price : last.price - now.price
  return now.time - last.time >= terms.heartbeatSeconds || moved * 1_000_000n >= last.price * BigInt(terms.deviationPpm)
}

/** Deploys and configures forwarder, cache and one proxy for each feed. */
export async function deployChainlink({ client, wallet, nodeKeys, feeds }: ChainlinkOptions): Promise<Chainlink> {
  const owner = wallet.account.address
  const dataIds = feeds.map(dataIdOf)
  const forwarder = await deploy(client, wallet, 'KeystoneForwarder', [])
  const cache = await deploy(client, wallet, 'DataFeedsCache', [])
  const proxies: Address[] = []
  for (const _feed of feeds) proxies.push(await deploy(client, wallet, 'FeedProxy', [cache]))

  await seatNodes(client, wallet, forwarder, nodeKeys)
  await settled(client, await wallet.writeContract({ ...at(cache), functionName: 'setFeedAdmin', args: [owner, true] }))
  await settled(client, await wallet.writeContract({ ...at(cache), ...feedConfigs(forwarder, owner, dataIds, feeds) }))
  await settled(
    client,
    await wallet.writeContract({
      ...at(cache),
      functionName: 'updateDataIdMappingsForProxies',
      args: [proxies, dataIds],
    }),
  )
  return { proxies, transmit: transmitter(wallet, { forwarder, cache, dataIds, nodeKeys }) }
}

export type JoinOptions = {
  readonly client: PublicClient
  /** Owns a forwarder of its own, and pays for reports. */
  readonly wallet: WalletClient<Transport, Chain, Account>
  /** Wallet of an address whom a fork lets act without its key. */
  readonly impersonate: (address: Address) => Promise<WalletClient<Transport, Chain, Account>>
  readonly nodeKeys: readonly Hex[]
  /** Of one cache. */
  readonly proxies: readonly Address[]
}

/** Seats nodes of ours for feeds that are there already: on a fork, whose other nodes will not speak. */
export async function joinChainlink(options: JoinOptions): Promise<Chainlink> {
  const { client, wallet, impersonate, nodeKeys, proxies } = options
  const [first] = proxies
  if (first === undefined) throw new RangeError('no feed to speak for')
  const cache = await client.readContract({ address: first, abi: PROXY_ABI, functionName: 'aggregator' })
  const cacheOwner = await client.readContract({ ...at(cache), functionName: 'owner' })
  const dataIds = await Promise.all(
    proxies.map((proxy) => client.readContract({ ...at(cache), functionName: 'getDataIdForProxy', args: [proxy] })),
  )
  const forwarder = await deploy(client, wallet, 'KeystoneForwarder', [])
  await seatNodes(client, wallet, forwarder, nodeKeys)
  const admin = await impersonate(cacheOwner)
  await settled(
    client,
    await admin.writeContract({ ...at(cache), functionName: 'setFeedAdmin', args: [cacheOwner, true] }),
  )
  const names = dataIds.map((dataId) => `replay of ${dataId}`)
  const configs = feedConfigs(forwarder, wallet.account.address, dataIds, names)
  await settled(client, await admin.writeContract({ ...at(cache), ...configs }))
  return { proxies, transmit: transmitter(wallet, { forwarder, cache, dataIds, nodeKeys }) }
}

const at = (cache: Address) => ({ address: cache, abi: CACHE_ABI }) as const

async function settled(client: PublicClient, hash: Hex): Promise<void> {
  const { status } = await client.waitForTransactionReceipt({ hash })
  if (status !== 'success') throw new Error(`configuring Chainlink failed in ${hash}`)
}

async function seatNodes(
  client: PublicClient,
  wallet: WalletClient<Transport, Chain, Account>,
  forwarder: Address,
  nodeKeys: readonly Hex[],
): Promise<void> {
  const hash = await wallet.writeContract({
    address: forwarder,
    abi: FORWARDER_ABI,
    functionName: 'setConfig',
    args: [DON, CONFIG_VERSION, CHAINLINK_FAULT_TOLERANCE, nodeKeys.map(privateKeyToAddress)],
  })
  await settled(client, hash)
}

function feedConfigs(forwarder: Address, workflowOwner: Address, dataIds: readonly Hex[], names: readonly string[]) {
  const workflow = {
    allowedSender: forwarder,
    allowedWorkflowOwner: workflowOwner,
    allowedWorkflowName: WORKFLOW_NAME,
  }
  return { functionName: 'setDecimalFeedConfigs', args: [dataIds, names, [workflow]] } as const
}

type Seat = {
  readonly forwarder: Address
  readonly cache: Address
  readonly dataIds: readonly Hex[]
  readonly nodeKeys: readonly Hex[]
}

function transmitter(
  wallet: WalletClient<Transport, Chain, Account>,
  { forwarder, cache, dataIds, nodeKeys }: Seat,
): Chainlink['transmit'] {
  const signers = nodeKeys.slice(0, CHAINLINK_FAULT_TOLERANCE + 1)
  return async (answers) => {
    const raw = rawReportOf(wallet.account.address, dataIds, answers)
    const signatures = await Promise.all(signers.map((key) => signReport(raw, key)))
    return wallet.writeContract({
      address: forwarder,
      abi: FORWARDER_ABI,
      functionName: 'report',
      args: [cache, raw, REPORT_CONTEXT, signatures],
      gas: REPORT_GAS,
    })
  }
}

/** 16 bytes; the eighth says that it is a decimal feed, and of how many decimals. */
function dataIdOf(feed: string): Hex {
  const id = toBytes(keccak256(stringToHex(feed))).slice(0, 16)
  id[7] = 0x20 + CHAINLINK_DECIMALS
  return toHex(id)
}

/** 109 bytes of metadata, then the cache's reports. */
function rawReportOf(
  workflowOwner: Address,
  dataIds: readonly Hex[],
  answers: readonly (ChainlinkAnswer | undefined)[],
): Hex {
  const reports = dataIds.flatMap((dataId, i) => {
    const answer = answers[i]
    return answer === undefined
      ? []
      : [{ dataId: pad(dataId, { dir: 'right', size: 32 }), timestamp: answer.time, answer: answer.price }]
  })
  const [first] = reports
  if (first === undefined) throw new RangeError('a report needs an answer')
  const body = encodeAbiParameters(
    [
      {
        type: 'tuple[]',
        components: [
          { name: 'dataId', type: 'bytes32' },
          { name: 'timestamp', type: 'uint32' },
          { name: 'answer', type: 'uint224' },
        ],
      },
    ],
    [reports],
  )
  const metadata = concat([
    '0x01', // version of the format
    keccak256(body), // execution: each report is one of its own
    numberToHex(first.timestamp, { size: 4 }),
    numberToHex(DON, { size: 4 }),
    numberToHex(CONFIG_VERSION, { size: 4 }),
    keccak256(stringToHex('plimsoll local prices')), // workflow
    WORKFLOW_NAME,
    workflowOwner,
    '0x0001', // report
  ])
  return concat([metadata, body])
}

/** r, s and the parity as 0 or 1: the forwarder adds 27. */
async function signReport(rawReport: Hex, privateKey: Hex): Promise<Hex> {
  const hash = keccak256(concat([keccak256(rawReport), REPORT_CONTEXT]))
  const { r, s, yParity } = await sign({ hash, privateKey })
  return concat([r, s, numberToHex(yParity ?? 0, { size: 1 })])
}

async function deploy(
  client: PublicClient,
  wallet: WalletClient<Transport, Chain, Account>,
  name: string,
  args: readonly unknown[],
): Promise<Address> {
  const { abi, bytecode } = await artifacts.readArtifact(name)
  const hash = await wallet.deployContract({ abi, bytecode: bytecode as Hex, args } as never)
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  if (!contractAddress) throw new Error(`${name} was not deployed in ${hash}`)
  return contractAddress
}
