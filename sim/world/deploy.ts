// On what does a run stand? Tokens, a Chainlink network and the protocol, deployed by the protocol's own modules.
import {
  createWalletClient,
  custom,
  defineChain,
  type Account,
  type Address,
  type Chain as ViemChain,
  type Hex,
  type Transport,
  type WalletClient,
} from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { artifacts } from 'hardhat'
import { deployProtocol } from '../../modules/deployProtocol.ts'
import type { ProtocolParameters } from '../../modules/parameters.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../risk/parameters.ts'
import type { Deployment } from '../../sdk/protocol/deployment.ts'
import { CHAINLINK_NODES, deployChainlink, type Chainlink, type ChainlinkTerms } from '../chainlink.ts'
import type { Chain } from './chain.ts'
import { addressOf, keyOf } from './keys.ts'

/** The tokens of a universe with one underlying, and who speaks for its anchor. */
export type Universe = {
  readonly deployment: Deployment
  readonly cashToken: Address
  readonly cashDecimals: number
  readonly underlyingToken: Address
  readonly chainlink: Chainlink
  readonly chainlinkTerms: ChainlinkTerms
  /** [s] Averaging window before an expiry. */
  readonly windowSeconds: number
}

/** What a deployment needs of a chain, embedded or not: it must know the embedded one's first account, and mine by itself. */
export type Ground = Pick<Chain, 'connection' | 'client'> & { readonly rpc: Pick<Chain['rpc'], 'httpUrl'> }

export type DeployOptions = {
  readonly seed: number
  /** Such as ETH. */
  readonly symbol: string
  /** [dollars] */
  readonly spot: number
  /** Who may register a keeper. */
  readonly operators: readonly Address[]
}

/** Hardhat's own, known to everyone. */
export const EMBEDDED_MNEMONIC = 'test test test test test test test test test test test junk'
const ONE = 10n ** 18n
const CASH_DECIMALS = 6
const TERMS: ChainlinkTerms = { heartbeatSeconds: 3_600, deviationPpm: 5_000 }
/** [1e-6] Range of the margin grid: that of ETH, and a wider one for what is less liquid (RULES B1). */
const OTHER_RANGE = 250_000
/** [dollars] Most that may be short in one expiry. */
const SHORT_CAP = 50_000_000
/**
 * [1e18 dollars] Two of them, f + 1, cover five million of open interest, of which the anchor's step lets 2 % be bent: nearly twice the
 * largest example book (contracts/StakeLib.sol).
 */
export const KEEPER_BOND = 50_000n * ONE
/** 0.03 % of the index to take and to rest, 0.015 % of the settlement price, each an eighth of its worth at most. */
const FEES = { makerShare: 300, takerShare: 300, premiumShare: 125_000, settlementShare: 150, payoffShare: 125_000 }
const WINDOW_SECONDS = 1_800
const GOVERNANCE_DELAY_SECONDS = 48 * 3_600
const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000'

export async function deployUniverse(chain: Ground, options: DeployOptions): Promise<Universe> {
  const wallet = await deployerOf(chain)
  const cashToken = await deployToken(chain, wallet, ['US dollar', 'USD', CASH_DECIMALS])
  const underlyingToken = await deployToken(chain, wallet, [options.symbol, options.symbol, 18])
  const chainlink = await deployChainlink({
    client: chain.client,
    wallet,
    nodeKeys: Array.from({ length: CHAINLINK_NODES }, (_, index) => keyOf(options.seed, `chainlink ${index}`)),
    feeds: [`${options.symbol} / USD`],
  })
  // The anchor is listed by its first answer: the price at which the market opens.
  const { timestamp } = await chain.client.getBlock()
  await chainlink.transmit([{ price: BigInt(Math.round(options.spot * 1e8)), time: Number(timestamp) }])
  const parameters = parametersOf(options, cashToken, underlyingToken, chainlink)
  return {
    deployment: await deployProtocol(chain.connection, parameters),
    cashToken,
    cashDecimals: CASH_DECIMALS,
    underlyingToken,
    chainlink,
    chainlinkTerms: TERMS,
    windowSeconds: WINDOW_SECONDS,
  }
}

/** The first account of the embedded chain, which the deployment modules deploy from too. */
export async function deployerOf(
  chain: Pick<Ground, 'client' | 'rpc'>,
): Promise<WalletClient<Transport, ViemChain, Account>> {
  return createWalletClient({
    account: mnemonicToAccount(EMBEDDED_MNEMONIC),
    chain: await viemChainOf(chain),
    transport: custom({ request: chain.client.request as never }),
  })
}

/** What viem must know of the embedded chain to sign for it. */
export async function viemChainOf(chain: Pick<Ground, 'client' | 'rpc'>): Promise<ViemChain> {
  return defineChain({
    id: await chain.client.getChainId(),
    name: 'replay',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [chain.rpc.httpUrl] } },
    // Gas may rise tenfold between two events; a limit that is too low would leave a report waiting.
    fees: { baseFeeMultiplier: 20 },
  })
}

async function deployToken(
  chain: Ground,
  wallet: WalletClient<Transport, ViemChain, Account>,
  args: readonly [string, string, number],
): Promise<Address> {
  const { abi, bytecode } = await artifacts.readArtifact('FaucetToken')
  const hash = await wallet.deployContract({ abi, bytecode: bytecode as Hex, args: [...args] } as never)
  const { contractAddress } = await chain.client.waitForTransactionReceipt({ hash })
  if (!contractAddress) throw new Error(`token ${args[1]} was not deployed in ${hash}`)
  return contractAddress
}

function parametersOf(
  { seed, symbol, spot, operators }: DeployOptions,
  cashToken: Address,
  token: Address,
  chainlink: Chainlink,
): ProtocolParameters {
  const [aggregator] = chainlink.proxies
  if (aggregator === undefined) throw new Error('Chainlink serves no feed')
  return {
    cashToken,
    underlyings: [
      {
        token,
        aggregator,
        heartbeat: TERMS.heartbeatSeconds,
        deviation: TERMS.deviationPpm,
        margin: defaultMarginParameters(),
        grid: defaultGrid(symbol === 'ETH' ? ETH_RANGE : OTHER_RANGE),
        minimumSize: ONE / 1_000n,
        shortCap: BigInt(Math.ceil(SHORT_CAP / spot)) * ONE,
      },
    ],
    keepers: {
      slotSeconds: 24,
      guardSeconds: 12,
      epochSeconds: 7 * 86_400,
      bondDelaySeconds: 7 * 86_400,
      faultTolerance: 1,
      quorum: 3,
      bond: KEEPER_BOND,
      operators,
    },
    governance: {
      governor: addressOf(keyOf(seed, 'governor')),
      guardian: addressOf(keyOf(seed, 'guardian')),
      delaySeconds: GOVERNANCE_DELAY_SECONDS,
    },
    fees: FEES,
    sequencerFeed: ZERO_ADDRESS,
    sequencerGraceSeconds: 0,
    nativeUnderlying: 1,
  }
}
