// By which settings does this keeper run? One JSON file, checked field by field: what is unknown or wrong is refused by its path.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { TRADE_DIALECTS } from '../core/feeds/dialects.ts'
import type { TradeVenue } from '../core/feeds/dialects.ts'
import { keyOf, secretSource } from './keys.ts'
import type { Hex } from './keys.ts'
import { CONTRACT_NAMES } from '../../sdk/protocol/addresses.ts'
import { parseDeployment } from '../../sdk/protocol/deployment.ts'
import type { Deployment } from '../../sdk/protocol/deployment.ts'

const url = (protocol: RegExp, example: string) => z.url({ protocol, error: `expected a URL such as ${example}` })
const nodeUrl = url(/^(https?|wss?)$/, 'ws://127.0.0.1:8545')
const socketUrl = url(/^wss?$/, 'wss://stream.binance.com:9443/ws')
const whole = (least: number, most: number) => z.int().min(least).max(most)

const contract = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'expected 0x and 40 hex digits')
const asked = {
  rpcUrl: url(/^https?$/, 'http://127.0.0.1:8545'),
  address: contract,
  pollMs: whole(100, 600_000).default(5_000),
}
/** A contract that is asked, instead of a socket that tells. */
const onchain = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('chainlink'), ...asked }),
  z.strictObject({
    kind: z.literal('uniswap'),
    ...asked,
    windowSeconds: whole(60, 86_400).default(1_800),
    /** Of token 1 in token 0, where the pool's own price is of token 0 in token 1. */
    isInverse: z.boolean().default(false),
  }),
])

const venueFields = {
  venue: z.string().min(1),
  /** Currency the pair is quoted in. */
  quote: z.string().min(1).default('USD'),
  /** For this venue instead of limits.maxSampleAgeSeconds. */
  maxAgeSeconds: whole(1, 172_800).optional(),
}

const onchainFeed = z.strictObject({ ...venueFields, onchain })
const socketFeed = z.strictObject({
  ...venueFields,
  url: socketUrl,
  pair: z.string().min(1),
  dialect: z.enum(Object.keys(TRADE_DIALECTS) as [TradeVenue, ...TradeVenue[]]).optional(),
})
/** Told apart by whether a contract is named, so that a fault is told of the form that was meant. */
const feed = z.unknown().transform((value, context): z.infer<typeof socketFeed> | z.infer<typeof onchainFeed> => {
  const isOnchain = typeof value === 'object' && value !== null && 'onchain' in value
  const parsed = (isOnchain ? onchainFeed : socketFeed).safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    for (const { path, message } of faultsOf(issue)) context.addIssue({ code: 'custom', path: [...path], message })
  }
  return z.NEVER
})

function faultsOf(issue: Issue): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }]
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown field' }))
}

const underlying = z.strictObject({
  underlying: whole(1, 255),
  symbol: z.string().min(1),
  feeds: z.array(feed).min(1).max(32),
  optionQuotes: z.strictObject({ venue: z.literal('deribit'), url: socketUrl, pair: z.string().min(1) }).optional(),
})

const limits = z.strictObject({
  maxSampleAgeSeconds: whole(1, 3_600).default(60),
  /** A cluster is more than half of the configured venues, and never fewer than this. */
  minVenues: whole(3, 32).default(3),
  clusterWidthBps: whole(1, 1_000).default(150),
  /** A quote currency further from the unit of account than this takes its venues out. */
  pegWidthBps: whole(1, 1_000).default(100),
  maxQuoteAgeSeconds: whole(1, 86_400).default(600),
  maxFeePerGasGwei: z.number().positive().max(100_000).default(2_000),
  priorityFeeGwei: z.number().nonnegative().max(1_000).default(1),
  maxGasPerTransaction: whole(4_000_000, 16_777_216).default(15_000_000),
  /** Of what mined transactions cost in any 24 hours, with what those on their way may cost at most. */
  maxSpendPerDayEther: z.number().positive().max(1_000_000).default(100),
  /** A sender with less is not ready. */
  minBalanceEther: z.number().nonnegative().max(1_000).default(0.05),
  /** No new head for so long: not ready. */
  maxHeadSilenceMs: whole(1_000, 3_600_000).default(60_000),
  peerTimeoutMs: whole(10, 10_000).default(400),
  pollMs: whole(1, 10_000).default(10),
})

const share = z.number().gt(0).max(1)
const account = z.string().regex(/^0x[0-9a-fA-F]{1,64}$/, 'expected 0x and hex digits')
/** Off unless it is there. `account`: of the senderKey's address. */
const bidding = z.strictObject({
  account,
  /** Of the maintenance margin: how far below equity the price must be. */
  minDiscountShare: share.default(0.1),
  /** Of the account's health at INITIAL: how much all bids of one head may use. */
  maxUseShare: share.default(0.5),
  /** Of any one portfolio. */
  maxFraction: share.default(1),
  /** Below the index: from this on the collateral of debtors is bought; none is where it is left out. At most 0.05 is ever offered. */
  minSaleDiscountShare: z.number().gt(0).max(0.05).optional(),
})

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'expected 0x and 40 hex digits')
const inlineDeployment = z.strictObject({
  blockNumber: whole(0, Number.MAX_SAFE_INTEGER),
  addresses: z.strictObject(
    Object.fromEntries(['accessManager', ...CONTRACT_NAMES].map((name) => [name, address])) as Record<
      string,
      typeof address
    >,
  ),
})

const schema = z.strictObject({
  /** ws:// is told of each new head; http:// asks every pollMs. */
  rpcUrls: z.array(nodeUrl).min(1).max(8),
  /** Where transactions are sent first; a transaction that stays unmined is shown to everybody. */
  privateRpcUrl: nodeUrl.optional(),
  chainId: whole(1, Number.MAX_SAFE_INTEGER),
  /** Whether what it acts upon is proven (EIP-1186) against the state root of the head, and not only said alike by two. */
  proveState: z.boolean().default(false),
  /** Path of the deployment record, relative to this file, or the record itself. */
  deployment: z.union([z.string().min(1), inlineDeployment], {
    error: 'expected the path of a deployment record, or {"blockNumber": …, "addresses": {…}}',
  }),
  senderKey: secretSource,
  signingKey: secretSource,
  /** A second sender: auctions and margin calls go by it. */
  urgentKey: secretSource.optional(),
  unit: z.string().min(1).default('USD'),
  underlyings: z.array(underlying).min(1).max(16),
  /** What quote currencies other than the unit are worth: pairs CURRENCY/UNIT. */
  currencies: z.array(z.strictObject({ currency: z.string().min(1), feeds: z.array(feed).min(1) })).default([]),
  http: z
    .strictObject({ host: z.string().min(1).default('127.0.0.1'), port: whole(0, 65_535).default(0) })
    .prefault({}),
  limits: limits.prefault({}),
  bidding: bidding.optional(),
  /** Off unless it is there: duties go through `Rewards` where that pays, and `account`, anybody's, is paid. */
  rewards: z.strictObject({ account }).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export type FeedConfig = z.infer<typeof feed>
export type OnchainConfig = z.infer<typeof onchain>
export type UnderlyingConfig = z.infer<typeof underlying>
export type Limits = z.infer<typeof limits>
type Written = z.infer<typeof schema>

/** The settings with their secrets and records read. */
export type Config = Omit<Written, 'deployment' | 'senderKey' | 'signingKey' | 'urgentKey'> & {
  readonly deployment: Deployment
  readonly senderKey: Hex
  readonly signingKey: Hex
  readonly urgentKey: Hex | undefined
}

/** A line for each fault, each beginning with the path of the field. */
export type Refusal = { readonly faults: readonly string[] }

/** Reads and checks the configuration in `file`. `environment` is where secrets given by name are looked up. */
export function readConfig(file: string, environment: NodeJS.ProcessEnv): Config | Refusal {
  const text = attempt(file, () => readFileSync(file, 'utf8'))
  if (typeof text !== 'string') return text
  const json = attempt(file, () => JSON.parse(text) as unknown)
  return isRefusal(json) ? json : configOf(json, dirname(resolve(file)), environment)
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'faults' in value
}

function configOf(json: unknown, directory: string, environment: NodeJS.ProcessEnv): Config | Refusal {
  const parsed = schema.safeParse(json)
  if (!parsed.success) return { faults: parsed.error.issues.flatMap(linesOf) }
  const written = parsed.data
  const faults = [...doubledVenues(written)]
  const deployment = attempt('deployment', () => deploymentOf(written, directory))
  const senderKey = attempt('senderKey', () => keyOf(written.senderKey, directory, environment))
  const signingKey = attempt('signingKey', () => keyOf(written.signingKey, directory, environment))
  const { urgentKey: urgentSource } = written
  const urgentKey =
    urgentSource === undefined ? undefined : attempt('urgentKey', () => keyOf(urgentSource, directory, environment))
  for (const part of [deployment, senderKey, signingKey, urgentKey]) if (isRefusal(part)) faults.push(...part.faults)
  if (urgentKey !== undefined && urgentKey === senderKey) faults.push('urgentKey: is the senderKey')
  if (isRefusal(deployment) || isRefusal(senderKey) || isRefusal(signingKey) || isRefusal(urgentKey)) return { faults }
  return faults.length > 0 ? { faults } : { ...written, deployment, senderKey, signingKey, urgentKey }
}

/** One venue twice would be two votes of one market. */
function doubledVenues(written: Written): string[] {
  return written.underlyings.flatMap((entry, index) => {
    const venues = entry.feeds.map((one) => one.venue)
    return venues
      .filter((venue, place) => venues.indexOf(venue) !== place)
      .map((venue) => `underlyings[${index}].feeds: venue ${venue} is named twice`)
  })
}

function deploymentOf(written: Written, directory: string): Deployment {
  const record: unknown =
    typeof written.deployment === 'string'
      ? JSON.parse(readFileSync(resolve(directory, written.deployment), 'utf8'))
      : { ...written.deployment, chainId: written.chainId }
  const deployment = parseDeployment(record)
  if (deployment.chainId !== written.chainId) {
    throw new TypeError(`is of chain ${deployment.chainId}, the configuration of chain ${written.chainId}`)
  }
  return deployment
}

function attempt<Value>(path: string, read: () => Value): Value | Refusal {
  try {
    return read()
  } catch (cause) {
    return { faults: [`${path}: ${cause instanceof Error ? cause.message : String(cause)}`] }
  }
}

type Issue = z.core.$ZodIssue

/** `underlyings[0].feeds[1].url: expected …`; the unknown field of a union's only fitting branch is named too. */
function linesOf(issue: Issue): string[] {
  const path = pathOf(issue.path)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${join(path, key)}: unknown field`)
  return [`${path === '' ? 'configuration' : path}: ${issue.message}`]
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : join(text, part)), '')
}

const join = (path: string, key: PropertyKey): string => (path === '' ? String(key) : `${path}.${String(key)}`)
