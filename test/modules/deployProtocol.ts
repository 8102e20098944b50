// What is true of a universe from its first block: who may do what, and that nobody else may.
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { artifacts } from 'hardhat'
import {
  createPublicClient,
  custom,
  encodeFunctionData,
  toFunctionSelector,
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Address,
  type Hex,
} from 'viem'
import { deployProtocol } from '../../modules/deployProtocol.ts'
import { HOLDERS, LEAST_GOVERNANCE_DELAY_SECONDS, PERMISSIONS, ROLES, selectorOf } from '../../modules/roles.ts'
import { CONTRACT_NAMES, type ContractName } from '../../sdk/protocol/addresses.ts'
import { protocolAt } from '../../sdk/protocol/client.ts'
import { refusalOf } from '../../sdk/protocol/errors.ts'
import { openChain, type Chain } from '../../sim/world/chain.ts'
import { deployUniverse, type Universe } from '../../sim/world/deploy.ts'
import { addressOf, keyOf } from '../../sim/world/keys.ts'

const SEED = 1
const STRANGER: Address = '0x00000000000000000000000000000000000057a2'
const OPERATOR: Address = '0x0000000000000000000000000000000000000b0b'
const ZERO_ADDRESS: Address = '0x0000000000000000000000000000000000000000'

/** Solidity's name of each contract. */
const IMPLEMENTATIONS: Readonly<Record<ContractName, string>> = {
  clearinghouse: 'Clearinghouse',
  guardian: 'Guardian',
  parameters: 'Parameters',
  ledger: 'Ledger',
  custody: 'Custody',
  withdrawalQueue: 'WithdrawalQueue',
  keeperRegistry: 'KeeperRegistry',
  reporterOracle: 'ReporterOracle',
  anchor: 'ChainlinkAnchor',
  poolMean: 'PoolMean',
  priceBook: 'PriceBook',
  volatilityBook: 'VolatilityBook',
  windDown: 'WindDown',
  margin: 'Margin',
  marginCalls: 'MarginCalls',
  auctions: 'Auctions',
  tearUps: 'TearUps',
  debts: 'Debts',
  rewards: 'Rewards',
  defaultFund: 'DefaultFund',
  settlement: 'Settlement',
  exchange: 'Exchange',
  lens: 'Lens',
}

describe('a deployed universe', () => {
  let chain: Chain
  let universe: Universe

  before(async () => {
    chain = await openChain({ startTime: 1_583_884_800, forkUrl: undefined })
    universe = await deployUniverse(chain, { seed: SEED, symbol: 'ETH', spot: 200, operators: [OPERATOR] })
  })

  after(async () => {
    await chain.close()
  })

  it('has code at every address of its record, and nothing happened before its block', async () => {
    for (const [name, address] of Object.entries(universe.deployment.addresses)) {
      expect(await chain.client.getCode({ address }), name).to.be.a('string')
      const before = { address, blockNumber: BigInt(universe.deployment.blockNumber) }
      expect(await chain.client.getCode(before), name).to.equal(undefined)
    }
  })

  it('has its market open: token, anchor, numbers and limits', async () => {
    const { custody, anchor, parameters, clearinghouse } = protocolAt(chain.client, universe.deployment.addresses)
    expect(await custody.read.assetCount()).to.equal(2)
    expect((await custody.read.tokenOf([0])).toLowerCase()).to.equal(universe.cashToken.toLowerCase())
    expect((await custody.read.tokenOf([1])).toLowerCase()).to.equal(universe.underlyingToken.toLowerCase())
    expect((await anchor.read.feedOf([1]))[1]).to.equal(universe.chainlinkTerms.heartbeatSeconds)
    expect(await parameters.read.version([1])).to.equal(2)
    expect((await parameters.read.grid([1])).length).to.equal(33)
    expect((await clearinghouse.read.limitsOf([1])).minimumSize > 0n).to.equal(true)
  })

  it('gives every role to its holders, and none to who deployed it', async () => {
    const manager = await managerOf(chain, universe)
    for (const [role, names] of Object.entries(HOLDERS)) {
      for (const name of names) {
        const holder = universe.deployment.addresses[name]
        expect(await manager.hasRole(ROLES[role as keyof typeof HOLDERS], holder), `${name} ${role}`).to.equal(true)
      }
    }
    const [deployer] = await chain.connection.viem.getWalletClients()
    for (const [name, role] of Object.entries(ROLES)) {
      expect(await manager.hasRole(role, deployer?.account.address ?? ZERO_ADDRESS), name).to.equal(false)
    }
  })

  it('obeys governance only after its delay, and the guardian at once', async () => {
    const manager = await managerOf(chain, universe)
    const governor = addressOf(keyOf(SEED, 'governor'))
    const { guardian } = universe.deployment.addresses
    const { guardian: its } = protocolAt(chain.client, universe.deployment.addresses)
    expect((await its.read.key()).toLowerCase()).to.equal(addressOf(keyOf(SEED, 'guardian')).toLowerCase())
    expect(await manager.delayOf(ROLES.ADMIN, governor)).to.be.at.least(LEAST_GOVERNANCE_DELAY_SECONDS)
    expect(await manager.delayOf(ROLES.GUARDIAN, guardian)).to.equal(0)
    const grid = selectorOf('parameters', 'setGrid')
    const stop = selectorOf('clearinghouse', 'stopNewRisk')
    const { parameters, clearinghouse } = universe.deployment.addresses
    expect(await manager.mayAtOnce(governor, parameters, grid)).to.equal(false)
    expect(await manager.mayAtOnce(guardian, parameters, grid)).to.equal(false)
    expect(await manager.mayAtOnce(guardian, clearinghouse, stop)).to.equal(true)
  })

  it('is refused a governance that could act at once', async () => {
    const parameters = { governance: { governor: STRANGER, guardian: STRANGER, delaySeconds: 3600 } }
    const refused = await deployProtocol(chain.connection, parameters as never).catch((error: unknown) => error)
    expect(String(refused)).to.contain('governance.delaySeconds is 3600')
  })

  it('refuses a stranger everything that the table of docs/ARCHITECTURE.md does not give to anyone', async () => {
    const manager = await managerOf(chain, universe)
    const found: string[] = []
    for (const contract of CONTRACT_NAMES) {
      const { abi } = await artifacts.readArtifact(IMPLEMENTATIONS[contract])
      for (const item of mutatorsOf(abi as Abi)) {
        const target = universe.deployment.addresses[contract]
        const refusal = await refusalTo(chain, target, item)
        const who = await whoMay(refusal, () => manager.roleFor(target, toFunctionSelector(item)))
        found.push(`| ${contract} | \`${item.name}\` | ${who} |`)
      }
    }
    expect(tableRows().toSorted()).to.deep.equal(found.toSorted())
  })

  it('has no permission in its table that the contracts do not ask for', async () => {
    const manager = await managerOf(chain, universe)
    for (const { role, contract, functions } of PERMISSIONS) {
      for (const name of functions) {
        const target = universe.deployment.addresses[contract]
        expect(await manager.roleFor(target, selectorOf(contract, name)), name).to.equal(role)
      }
    }
  })
})

// ---- who may --------------------------------------------------------------------------------------------------------

async function managerOf({ client }: Chain, { deployment }: Universe) {
  const { abi } = await artifacts.readArtifact('AccessManager')
  const read = (functionName: string, args: readonly unknown[]) =>
    client.readContract({ address: deployment.addresses.accessManager, abi: abi as Abi, functionName, args })
  return {
    hasRole: async (role: bigint, holder: Address) => ((await read('hasRole', [role, holder])) as [boolean])[0],
    delayOf: async (role: bigint, holder: Address) => ((await read('hasRole', [role, holder])) as [boolean, number])[1],
    mayAtOnce: async (caller: Address, target: Address, selector: Hex) =>
      ((await read('canCall', [caller, target, selector])) as [boolean])[0],
    roleFor: async (target: Address, selector: Hex) => {
      const role = await read('getTargetFunctionRole', [target, selector])
      return Object.entries(ROLES).find(([, id]) => id === role)?.[0]
    },
  }
}

function mutatorsOf(abi: Abi): AbiFunction[] {
  return abi.filter(
    (item): item is AbiFunction =>
      item.type === 'function' && item.stateMutability !== 'view' && item.stateMutability !== 'pure',
  )
}

/** What a stranger is told who calls `item` with nothing in its arguments. */
async function refusalTo({ connection }: Chain, to: Address, item: AbiFunction) {
  // A refusal is an answer: viem would ask again and again.
  const client = createPublicClient({ transport: custom(connection.provider as never, { retryCount: 0 }) })
  const data = encodeFunctionData({ abi: [item], args: item.inputs.map(nothingOf) })
  try {
    await client.call({ account: STRANGER, to, data })
    return undefined
  } catch (error) {
    return refusalOf(error)
  }
}

async function whoMay(refusal: { name: string } | undefined, role: () => Promise<string | undefined>): Promise<string> {
  if (refusal?.name === 'NotSelf') return 'itself'
  return refusal?.name === 'AccessManagedUnauthorized' ? String(await role()) : 'anyone'
}

/** The emptiest value of a type. */
function nothingOf(parameter: AbiParameter): unknown {
  const { type } = parameter
  if (type.endsWith('[]')) return []
  const fixed = /^(.*)\[(\d+)\]$/.exec(type)
  if (fixed) return Array.from({ length: Number(fixed[2]) }, () => nothingOf({ ...parameter, type: fixed[1] ?? '' }))
  if (type === 'tuple') {
    const { components } = parameter as { components: readonly AbiParameter[] }
    return Object.fromEntries(components.map((component) => [component.name, nothingOf(component)]))
  }
  if (type === 'address') return ZERO_ADDRESS
  if (type === 'bool') return false
  if (type === 'string') return ''
  if (type === 'bytes') return '0x'
  if (type.startsWith('bytes')) return `0x${'00'.repeat(Number(type.slice(5)))}`
  return 0n
}

/** Rows `| contract | function | who |` of the architecture's table. */
function tableRows(): string[] {
  const text = readFileSync('docs/ARCHITECTURE.md', 'utf8')
  const rows = text.split('\n').filter((line) => /^\| \w+ \| `\w+` \| \w+ \|/.test(line))
  return rows.map((line) => line.split('|').slice(0, 4).join('|') + '|')
}
