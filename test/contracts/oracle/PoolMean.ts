// Does the mean of a real Uniswap v3 pool mean what it did? Its factory and pool as published, on the embedded chain.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { network } from 'hardhat'
import { parseAbi, type Address, type Hex } from 'viem'

const FEE = 3_000
const SPACING = 60
const Q96 = 2 ** 96
const ETH = 1

const FACTORY_ABI = parseAbi([
  'function createPool(address tokenA, address tokenB, uint24 fee) returns (address)',
  'function getPool(address tokenA, address tokenB, uint24 fee) view returns (address)',
])
const POOL_ABI = parseAbi([
  'function initialize(uint160 sqrtPriceX96)',
  'function increaseObservationCardinalityNext(uint16 next)',
  'function slot0() view returns (uint160 sqrtPriceX96, int24 tick, uint16 index, uint16 cardinality, uint16 next, uint8 fee, bool unlocked)',
  'function token0() view returns (address)',
])

const OWN_ABI = parseAbi([
  'function list(address token) returns (uint8)',
  'function list(uint8 underlying, address pool)',
  'function mean(uint8 underlying) view returns (uint256)',
  'function provide(address pool, int24 tickLower, int24 tickUpper, uint128 liquidity)',
  'function push(address pool, bool isDown, uint160 sqrtPriceX96)',
  'error PoolUnfit(uint8 underlying, address pool)',
])

describe('the mean of a real pool', () => {
  it('is that of its price over the last half hour, by time, whichever token comes first', async () => {
    for (const isCashFirst of [false, true]) {
      const world = await deployed(isCashFirst)
      await world.remember(100)
      await world.provide()
      await world.at(world.start + 100)
      await world.push(2_100)
      await world.at(world.start + 1_000)
      await world.push(1_500)
      await world.at(world.start + 1_900)
      await world.list()

      // 2,100 for 900 s and 1,500 for 900 s, in the geometric mean.
      await world.at(world.start + 1_900)
      expect(await world.mean()).to.be.closeTo(Math.sqrt(2_100 * 1_500), 2)
      await world.at(world.start + 2_200)
      expect(await world.mean()).to.be.closeTo(2_100 ** (1 / 3) * 1_500 ** (2 / 3), 2)
      await world.at(world.start + 2_800)
      expect(await world.mean()).to.be.closeTo(1_500, 2)
    }
  })

  it('is not moved by a push that stands for no time', async () => {
    const world = await deployed(false)
    await world.remember(100)
    await world.provide()
    await world.at(world.start + 2_000)
    await world.list()
    await world.at(world.start + 2_100)
    await world.push(4_000)
    expect(await world.mean()).to.be.closeTo(2_000, 2)
    await world.push(2_000)
    expect(await world.mean()).to.be.closeTo(2_000, 5)
  })

  it('is none where the pool does not remember half an hour, and such a pool is not listed', async () => {
    const world = await deployed(false)
    await world.provide()
    await world.at(world.start + 2_000)
    await world.push(2_100)
    expect(await world.list().catch((cause: unknown) => String(cause))).to.contain('PoolUnfit')
  })

  it('fits the gas it is given with a memory of hundreds of observations', async () => {
    const world = await deployed(false)
    await world.remember(300)
    await world.provide()
    for (let second = 10; second <= 2_000; second += 10) {
      await world.at(world.start + second)
      await world.push(2_000 + (second % 70))
    }
    await world.list()
    expect(await world.mean()).to.be.closeTo(2_033, 20)
  })
})

async function deployed(isCashFirst: boolean) {
  const { viem, networkHelpers } = await network.create()
  const client = await viem.getPublicClient()
  const [wallet] = await viem.getWalletClients()
  if (wallet === undefined) throw new Error('no wallet')
  const settled = async (sent: Promise<Hex>) => client.waitForTransactionReceipt({ hash: await sent })

  const write = (address: Address, functionName: string, args: readonly unknown[]) =>
    settled(wallet.writeContract({ address, abi: OWN_ABI, functionName, args } as never))

  const manager = await viem.deployContract('AccessManager', [wallet.account.address])
  const custody = await viem.deployContract('Custody', [manager.address])
  const tokens = [
    await viem.deployContract('FaucetToken', ['One', 'ONE', 18]),
    await viem.deployContract('FaucetToken', ['Two', 'TWO', 18]),
  ].toSorted((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1))
  const [first, second] = tokens
  if (first === undefined || second === undefined) throw new Error('no tokens')
  const [cash, ether] = isCashFirst ? [first, second] : [second, first]
  await write(custody.address, 'list', [cash.address])
  await write(custody.address, 'list', [ether.address])
  const source = await viem.deployContract('PoolMean', [custody.address, manager.address])
  const trader = await viem.deployContract('PoolTrader')

  const factory = await publishedFactory(async (bytecode) => {
    const hash = await wallet.sendTransaction({ data: bytecode })
    return (await client.waitForTransactionReceipt({ hash })).contractAddress
  })
  const pair = [cash.address, ether.address, FEE] as const
  await settled(wallet.writeContract({ address: factory, abi: FACTORY_ABI, functionName: 'createPool', args: pair }))
  const address = await client.readContract({ address: factory, abi: FACTORY_ABI, functionName: 'getPool', args: pair })
  const pool = { address, abi: POOL_ABI } as const

  /** √ of the second token per first, for a price in cash. */
  const rootOf = (price: number): bigint => BigInt(Math.floor(Math.sqrt(isCashFirst ? 1 / price : price) * Q96))
  await settled(wallet.writeContract({ ...pool, functionName: 'initialize', args: [rootOf(2_000)] }))
  const { timestamp } = await client.getBlock()
  return {
    start: Number(timestamp),
    at: async (time: number) => {
      if (time > Number(await networkHelpers.time.latest())) await networkHelpers.time.increaseTo(time)
    },
    remember: async (count: number) => {
      await settled(
        wallet.writeContract({ ...pool, functionName: 'increaseObservationCardinalityNext', args: [count] }),
      )
    },
    provide: async () => {
      const end = Math.floor(887_272 / SPACING) * SPACING
      await write(trader.address, 'provide', [address, -end, end, 10n ** 21n])
    },
    /** Until the pool's price is `price` units of cash. */
    push: async (price: number) => {
      const [now] = await client.readContract({ ...pool, functionName: 'slot0' })
      const root = rootOf(price)
      if (root !== now) await write(trader.address, 'push', [address, root < now, root])
    },
    list: () => write(source.address, 'list', [ETH, address]),
    mean: async () => {
      const mean = { address: source.address, abi: OWN_ABI, functionName: 'mean', args: [ETH] } as const
      return Number(await client.readContract(mean)) / 1e18
    },
  }
}

/** Where `deploy` put the factory that @uniswap/v3-core publishes. */
async function publishedFactory(deploy: (bytecode: Hex) => Promise<Address | null | undefined>): Promise<Address> {
  const path = createRequire(import.meta.url).resolve(
    '@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json',
  )
  const { bytecode } = JSON.parse(readFileSync(path, 'utf8')) as { readonly bytecode: Hex }
  const address = await deploy(bytecode)
  if (address === null || address === undefined) throw new Error('the factory was not deployed')
  return address
}
