// How does a universe come to a network? `npm run deploy -- --network NAME --parameters FILE`, which writes
// deployments/<chainId>.json. On a local chain the file may be left out: tokens with a faucet and a Chainlink network are deployed first.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { network } from 'hardhat'
import { createPublicClient, custom } from 'viem'
import { deployProtocol, type Connection } from '../modules/deployProtocol.ts'
import { parseParameters } from '../modules/parametersFile.ts'
import type { Deployment } from '../sdk/protocol/deployment.ts'
import { deployUniverse } from '../sim/world/deploy.ts'

const LOCAL_CHAINS = [31337, 1337]
const LOCAL_SPOT = 2_000
const RPC_URL_VARIABLE = 'PLIMSOLL_RPC_URL' // as in hardhat.config.ts
const LOCAL_URL = 'http://127.0.0.1:8545'

const { values } = parseArgs({
  options: { network: { type: 'string', default: 'local' }, parameters: { type: 'string' } },
})

const connection = await network.create({ network: values.network, chainType: 'l1' })
try {
  const deployment = await deploy(connection)
  mkdirSync('deployments', { recursive: true })
  const path = `deployments/${deployment.chainId}.json`
  writeFileSync(path, `${JSON.stringify(deployment, null, 2)}\n`)
  console.log(`deployed at block ${deployment.blockNumber}: ${path}`)
} finally {
  await connection.close()
}

async function deploy(to: Connection): Promise<Deployment> {
  if (values.parameters !== undefined) {
    const parameters = parseParameters(JSON.parse(readFileSync(values.parameters, 'utf8')))
    return deployProtocol(to, parameters, { displayUi: true })
  }
  const client = createPublicClient({ transport: custom(to.provider as never), cacheTime: 0 })
  const chainId = await client.getChainId()
  if (!LOCAL_CHAINS.includes(chainId)) throw new Error(`chain ${chainId} is not a local one: --parameters is needed`)
  // What Ignition remembers of this chain is of a node that is gone, or of other tokens on this one.
  rmSync(`ignition/deployments/chain-${chainId}`, { recursive: true, force: true })
  const operators = await client.request({ method: 'eth_accounts' as never })
  const { deployment } = await deployUniverse(
    { connection: to, client, rpc: { httpUrl: urlOf(to) } },
    { seed: 0, symbol: 'ETH', spot: LOCAL_SPOT, operators: operators as never },
  )
  return deployment
}

/** Where viem should say that it is; an embedded chain has no address of its own. */
function urlOf({ networkConfig }: Connection): string {
  return networkConfig.type === 'http' ? (process.env[RPC_URL_VARIABLE] ?? LOCAL_URL) : 'http://localhost'
}
