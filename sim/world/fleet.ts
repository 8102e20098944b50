// Which keepers run? Five processes with a configuration file and keys each, that share nothing but the chain and the venues.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hex } from 'viem'
import type { Address } from '../../units/account.ts'
import type { Deployment } from '../../sdk/protocol/deployment.ts'
import { startWorker, type Worker } from '../processes.ts'
import type { FeedAddress } from '../venues/venues.ts'
import { addressOf, keyOf } from './keys.ts'

/** `operator` answers for the bond, `sender` pays gas, `signer` signs observations. */
export type KeeperIdentity = {
  readonly name: string
  readonly operatorKey: Hex
  readonly senderKey: Hex
  readonly signingKey: Hex
  readonly sender: Address
  readonly signer: Address
  readonly port: number
  readonly endpoint: string
}

/** Whom keepers ask, and whether they have what nodes say of the state proven. */
export type Nodes = { readonly rpcUrls: readonly string[]; readonly proveState: boolean }

export type FleetWorld = {
  readonly directory: string
  readonly logDirectory: string
  readonly nodes: Nodes
  readonly deployment: Deployment
  readonly symbol: string
  readonly feeds: readonly FeedAddress[]
  readonly options: FeedAddress
}

/** [gwei] Tips differ a little, so that the order in a block does not hang on who was quicker. */
const TIP_GWEI = 1
const TIP_STEP_GWEI = 0.01

/** Who answers for each keeper's bond. */
export function operatorsOf(seed: number, keepers: number): readonly Address[] {
  return Array.from({ length: keepers }, (_, index) => addressOf(operatorKeyOf(seed, index)))
}

function operatorKeyOf(seed: number, index: number): Hex {
  return keyOf(seed, `keeper ${index} operator`)
}

export function keeperIdentities(seed: number, ports: readonly number[]): readonly KeeperIdentity[] {
  return ports.map((port, index) => {
    const senderKey = keyOf(seed, `keeper ${index} sender`)
    const signingKey = keyOf(seed, `keeper ${index} signer`)
    return {
      name: `keeper ${index + 1}`,
      operatorKey: operatorKeyOf(seed, index),
      senderKey,
      signingKey,
      sender: addressOf(senderKey),
      signer: addressOf(signingKey),
      port,
      endpoint: `http://127.0.0.1:${port}`,
    }
  })
}

/** Writes each keeper's files into its own directory and starts it. */
export function startKeepers(identities: readonly KeeperIdentity[], world: FleetWorld): readonly Worker[] {
  return identities.map((identity, index) => startKeeper(identity, writeKeeper(identity, index, world), world))
}

function startKeeper({ name, endpoint }: KeeperIdentity, configFile: string, { logDirectory }: FleetWorld): Worker {
  return startWorker({
    name,
    script: 'keeper/main.ts',
    configFile,
    logFile: join(logDirectory, `${fileNameOf(name)}.log`),
    statusUrl: `${endpoint}/status`,
  })
}

/** Settings, keys and deployment record; answers the path of the settings. */
export function writeKeeper(identity: KeeperIdentity, index: number, world: FleetWorld): string {
  const directory = join(world.directory, fileNameOf(identity.name))
  mkdirSync(directory, { recursive: true })
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 })
    return join(directory, name)
  }
  file('sender.key', identity.senderKey)
  file('signing.key', identity.signingKey)
  file('deployment.json', JSON.stringify(world.deployment))
  return file('keeper.json', JSON.stringify(keeperConfig(identity, index, world), undefined, 2))
}

function fileNameOf(name: string): string {
  return name.replace(' ', '-')
}

function keeperConfig(identity: KeeperIdentity, index: number, world: FleetWorld): unknown {
  return {
    ...world.nodes,
    chainId: world.deployment.chainId,
    deployment: 'deployment.json',
    senderKey: { file: 'sender.key' },
    signingKey: { file: 'signing.key' },
    underlyings: [
      {
        underlying: 1,
        symbol: world.symbol,
        feeds: world.feeds.map(({ venue, url, pair, dialect }) => ({ venue, url, pair, dialect })),
        optionQuotes: { venue: 'deribit', url: world.options.url, pair: world.options.pair },
      },
    ],
    http: { host: '127.0.0.1', port: identity.port },
    // A day of a crash at that day's fees is what is replayed: no cap of a quiet day may end it.
    limits: { priorityFeeGwei: TIP_GWEI + index * TIP_STEP_GWEI, maxSpendPerDayEther: 100_000 },
    logLevel: 'warn',
  }
}
