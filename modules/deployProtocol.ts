// How does a script, a test or a replay get a universe? It runs the deployment module on a connection and returns the record.
import type { network } from 'hardhat'
import type { Addresses } from '../sdk/protocol/addresses.ts'
import type { Deployment } from '../sdk/protocol/deployment.ts'
import type { Address } from '../units/account.ts'
import type { ProtocolParameters } from './parameters.ts'
import { protocolModule } from './protocol.ts'
import { LEAST_GOVERNANCE_DELAY_SECONDS } from './roles.ts'

export type Connection = Awaited<ReturnType<typeof network.create<'l1'>>>

/** [ms] Embedded chains mine at once; live ones are asked at their own pace. */
const LOCAL_POLLING_MS = 10

export type DeployOptions = { readonly displayUi?: boolean }

/**
 * Deploys and configures a universe from the connection's first account and hands it to governance. Mining must be automatic.
 * Throws where the governance delay is shorter than the rules allow.
 */
export async function deployProtocol(
  connection: Connection,
  parameters: ProtocolParameters,
  { displayUi = false }: DeployOptions = {},
): Promise<Deployment> {
  requireSlowGovernance(parameters)
  const client = await connection.viem.getPublicClient()
  const blockNumber = Number(await client.getBlockNumber())
  const contracts = await connection.ignition.deploy(protocolModule(parameters), {
    displayUi,
    config: connection.networkConfig.type === 'edr-simulated' ? { blockPollingInterval: LOCAL_POLLING_MS } : {},
  })
  const addresses = Object.fromEntries(
    Object.entries(contracts).map(([name, contract]) => [name, (contract as { address: Address }).address]),
  )
  return { chainId: await client.getChainId(), blockNumber, addresses: addresses as Addresses }
}

function requireSlowGovernance({ governance }: ProtocolParameters): void {
  if (governance.delaySeconds >= LEAST_GOVERNANCE_DELAY_SECONDS) return
  throw new RangeError(
    `governance.delaySeconds is ${governance.delaySeconds}, less than ${LEAST_GOVERNANCE_DELAY_SECONDS}`,
  )
}
