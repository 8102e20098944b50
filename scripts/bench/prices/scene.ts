// On what is the cost of prices measured? A whole universe as deployed, with Chainlink's own contracts and five keepers with bonds.
import { encodeFunctionData, parseAbi, type Hex } from 'viem'
import { signerFor } from '../../../keeper/shell/signer.ts'
import { ABIS } from '../../../sdk/protocol/addresses.ts'
import type { ContractName } from '../../../sdk/protocol/addresses.ts'
import { createActors } from '../../../sim/world/actor.ts'
import { openChain } from '../../../sim/world/chain.ts'
import { deployUniverse } from '../../../sim/world/deploy.ts'
import { keeperIdentities, operatorsOf } from '../../../sim/world/fleet.ts'
import { keyOf } from '../../../sim/world/keys.ts'
import { registerKeepers } from '../../../sim/world/people.ts'
import type { Observation, Surface } from '../../../units/observation.ts'

const DEPLOYED = 1_800_000_000
/** [unix s] Rounds begin well after the deployment. */
export const START = DEPLOYED + 3_600
export const EXPIRY = START + 8 * 3_600
export const WINDOW = 1_800
const SEED = 1
const ETH = 1
const PRICE = 2_000
const E18 = 10n ** 18n
const PORTS = [1, 2, 3, 4, 5] as const
const METER_ABI = parseAbi(['function gasOf(address callee, bytes question) view returns (uint256)'])

/** All figures in gas; of transactions what their receipts say. `ids`: of the keepers who sign. */
export type Scene = {
  readonly submit: (time: number, ids: readonly number[]) => Promise<bigint>
  readonly report: (time: number, ids: readonly number[]) => Promise<bigint>
  readonly surface: (time: number, expiries: number) => Promise<bigint>
  /** One report of Chainlink's network, with the signatures of f + 1 nodes. */
  readonly chainlink: (time: number) => Promise<bigint>
  /** A view of the market, its first look at everything cold. */
  readonly gasOfRead: (contract: ContractName, functionName: string, more: readonly unknown[]) => Promise<bigint>
  readonly checkIn: (id: number) => Promise<bigint>
  readonly putToSleep: (id: number) => Promise<bigint>
  readonly proveEquivocation: (id: number) => Promise<bigint>
  readonly fix: () => Promise<bigint>
  readonly close: () => Promise<void>
}

export async function sceneOf(): Promise<Scene> {
  const chain = await openChain({ startTime: DEPLOYED, forkUrl: undefined })
  const actors = await createActors(chain)
  const operators = operatorsOf(SEED, PORTS.length)
  const universe = await deployUniverse(chain, { seed: SEED, symbol: 'ETH', spot: PRICE, operators })
  const identities = keeperIdentities(SEED, PORTS)
  await registerKeepers({ chain, actors, universe, seed: SEED }, identities)

  const { client, connection } = chain
  const { addresses } = universe.deployment
  const meter = await connection.viem.deployContract('ReadMeter')
  const venue = { chainId: await client.getChainId(), addresses }
  const identityOf = (id: number) => identities[id - 1] ?? identities[0]!
  const signerOf = (id: number) => signerFor(venue, identityOf(id).signingKey)

  const used = async (sent: Promise<Hex>): Promise<bigint> => {
    const { gasUsed, status } = await client.waitForTransactionReceipt({ hash: await sent })
    if (status !== 'success') throw new Error(`reverted: ${await sent}`)
    return gasUsed
  }
  const send = (contract: ContractName, functionName: string, args: readonly unknown[], key = anyone) =>
    used(actors.send(key, { to: addresses[contract], abi: ABIS[contract], functionName, args }))
  const anyone = keyOf(SEED, 'anyone')

  async function at(time: number): Promise<void> {
    const { timestamp } = await client.getBlock()
    if (BigInt(time) <= timestamp) return
    await connection.provider.request({ method: 'evm_setNextBlockTimestamp', params: [`0x${time.toString(16)}`] })
  }

  let told = DEPLOYED
  /** The anchor speaks before it would fall silent. */
  async function chainlink(time: number): Promise<bigint> {
    told = time
    await at(time)
    return used(universe.chainlink.transmit([{ price: BigInt(PRICE) * 10n ** 8n, time }]))
  }

  const observation = (time: number, price = PRICE): Observation => ({
    underlying: ETH,
    time: BigInt(time),
    price: BigInt(price) * 10n ** 8n,
    halfWidth: 0n,
  })

  async function tell(contract: 'priceBook' | 'reporterOracle', time: number, ids: readonly number[]): Promise<bigint> {
    if (time - told >= WINDOW) await chainlink(time - 1)
    const signed = await Promise.all(ids.map((id) => signerOf(id).signObservation(id, observation(time))))
    await at(time)
    return send(contract, contract === 'priceBook' ? 'report' : 'submit', [signed])
  }

  return {
    submit: (time, ids) => tell('reporterOracle', time, ids),
    report: (time, ids) => tell('priceBook', time, ids),
    chainlink,
    surface: async (time, count) => {
      const surface = flatSurface(time, count)
      const signed = await Promise.all([1, 2, 3].map((id) => signerOf(id).signSurface(id, surface)))
      return send('volatilityBook', 'submit', [signed])
    },
    gasOfRead: (contract, functionName, more) =>
      client.readContract({
        address: meter.address,
        abi: METER_ABI,
        functionName: 'gasOf',
        args: [
          addresses[contract],
          encodeFunctionData({ abi: ABIS[contract], functionName, args: [ETH, ...more] } as never),
        ],
      }),
    checkIn: (id) => send('keeperRegistry', 'checkIn', [], identityOf(id).senderKey),
    putToSleep: async (id) => {
      await connection.provider.request({ method: 'hardhat_mine', params: ['0x12d'] })
      return send('keeperRegistry', 'putToSleep', [id])
    },
    proveEquivocation: async (id) => {
      const [first, second] = await Promise.all(
        [PRICE, PRICE + 1].map((price) => signerOf(id).signObservation(id, observation(START, price))),
      )
      return send('reporterOracle', 'proveEquivocation', [first, second])
    },
    fix: async () => {
      const read = (functionName: string, args: readonly unknown[]) =>
        client.readContract({ address: addresses.priceBook, abi: ABIS.priceBook, functionName, args } as never)
      const count = Number(await read('checkpointCount', [ETH]))
      const times: number[] = []
      for (let index = 0; index < count; index++) {
        const [time] = (await read('checkpoint', [ETH, BigInt(index)])) as unknown as readonly [bigint]
        times.push(Number(time))
      }
      const start = times.findLastIndex((time) => time <= EXPIRY - WINDOW)
      const end = times.findIndex((time) => time >= EXPIRY)
      return send('priceBook', 'fixSettlementPrice', [ETH, EXPIRY, BigInt(start), BigInt(end)])
    },
    close: () => chain.close(),
  }
}

/** 80 % a year at every expiry, a week apart; curvature as one over the root of variance keeps the calendar free of arbitrage. */
function flatSurface(time: number, count: number): Surface {
  const slices = Array.from({ length: count }, (_, index) => {
    const expiry = EXPIRY + index * 7 * 86_400
    const theta = 0.64 * ((expiry - time) / (365 * 86_400))
    return {
      expiry,
      theta: BigInt(Math.round(theta * 1e18)),
      rho: -E18 / 10n,
      phi: BigInt(Math.round((0.8 / Math.sqrt(theta)) * 1e9)) * 10n ** 9n,
      basis: 0,
    }
  })
  return { underlying: ETH, time: BigInt(time), slices }
}
