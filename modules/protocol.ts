// How is a universe deployed? Every contract, stage by stage, then one transaction that configures it, then one that hands it
// over to governance. The deployer keeps nothing.
import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'
import type { ContractName } from '../sdk/protocol/addresses.ts'
import type { ProtocolParameters, UnderlyingParameters } from './parameters.ts'
import { HOLDERS, PERMISSIONS, ROLES, selectorOf, type Role } from './roles.ts'

type Build = Parameters<Parameters<typeof buildModule>[1]>[0]
type Future = Parameters<Build['staticCall']>[0]
type Encoded = ReturnType<Build['encodeFunctionCall']>
type Argument = Parameters<Build['encodeFunctionCall']>[2] extends (infer Item)[] | undefined ? Item : never
type Contracts = Readonly<Record<ContractName | 'accessManager', Future>>

/** The module for `parameters`; resumable under the same parameters. `deployer` is administrator until it hands over. */
export function protocolModule(parameters: ProtocolParameters) {
  return buildModule('Plimsoll', (m) => {
    const deployer = m.getAccount(0)
    const contracts = deployContracts(m, parameters, deployer)
    const configured = m.call(contracts.accessManager, 'multicall', [configuration(m, contracts, parameters)], {
      id: 'configure',
      after: Object.values(contracts),
    })
    m.call(contracts.accessManager, 'multicall', [handover(m, contracts, parameters, deployer)], {
      id: 'handOver',
      after: [configured],
    })
    return contracts
  })
}

// ---- the contracts ------------------------------------------------------------------------------------------------

function deployContracts(
  m: Build,
  parameters: ProtocolParameters,
  deployer: ReturnType<Build['getAccount']>,
): Contracts {
  const accessManager = m.contract('AccessManager', [deployer])
  const guardian = m.contract('Guardian', [accessManager, parameters.governance.guardian])
  const custody = m.contract('Custody', [accessManager])
  const ledger = m.contract('Ledger', [accessManager])
  const withdrawalQueue = m.contract('WithdrawalQueue', [accessManager, ledger, custody])
  const numbers = m.contract('Parameters', [accessManager])
  const { operators: _, ...terms } = parameters.keepers
  const keeperRegistry = m.contract('KeeperRegistry', [parameters.cashToken, terms, accessManager])

  const reporterOracle = m.contract('ReporterOracle', [keeperRegistry])
  const anchor = m.contract('ChainlinkAnchor', [
    parameters.sequencerFeed,
    parameters.sequencerGraceSeconds,
    reporterOracle,
    accessManager,
  ])
  const volatilityBook = m.contract('VolatilityBook', [keeperRegistry])
  const poolMean = m.contract('PoolMean', [custody, accessManager])
  const priceBook = m.contract('PriceBook', [keeperRegistry, reporterOracle, anchor, volatilityBook, poolMean])
  const windDown = m.contract('WindDown', [priceBook])
  const margin = m.contract('Margin', [ledger, priceBook, numbers])

  // Custody must know the cash token before the fund asks for it.
  const listedCash = m.call(custody, 'list', [parameters.cashToken], { id: 'listCash' })
  const defaultFund = m.contract('DefaultFund', [accessManager, ledger, custody, withdrawalQueue], {
    after: [listedCash],
  })
  const fundAccount = m.staticCall(defaultFund, 'fundAccount')
  const { makerShare, takerShare, premiumShare, settlementShare, payoffShare } = parameters.fees
  const settlement = m.contract('Settlement', [
    ledger,
    priceBook,
    windDown,
    fundAccount,
    { priceShare: settlementShare, payoffShare },
  ])
  const marginCalls = m.contract('MarginCalls', [accessManager, ledger, margin, priceBook, windDown, settlement])
  const auctions = m.contract('Auctions', [
    ledger,
    custody,
    numbers,
    margin,
    priceBook,
    windDown,
    marginCalls,
    defaultFund,
    settlement,
  ])
  const debts = m.contract('Debts', [ledger, margin, priceBook, marginCalls, settlement])
  const rewards = m.contract('Rewards', [
    ledger,
    numbers,
    priceBook,
    keeperRegistry,
    marginCalls,
    auctions,
    parameters.nativeUnderlying,
  ])
  const tearUps = m.contract('TearUps', [ledger, margin, priceBook, auctions, defaultFund])

  const clearinghouse = m.contract('Clearinghouse', [
    accessManager,
    ledger,
    custody,
    withdrawalQueue,
    margin,
    marginCalls,
    priceBook,
    windDown,
    debts,
    keeperRegistry,
    anchor,
    fundAccount,
  ])
  const exchange = m.contract('Exchange', [
    accessManager,
    clearinghouse,
    ledger,
    priceBook,
    { makerShare, takerShare, premiumShare },
  ])
  const lens = m.contract('Lens', [
    {
      parameters: numbers,
      ledger,
      custody,
      keeperRegistry,
      reporterOracle,
      priceBook,
      volatilityBook,
      marginCalls,
      auctions,
      debts,
      tearUps,
      defaultFund,
    },
  ])
  return {
    accessManager,
    guardian,
    custody,
    ledger,
    withdrawalQueue,
    parameters: numbers,
    keeperRegistry,
    reporterOracle,
    anchor,
    poolMean,
    volatilityBook,
    priceBook,
    windDown,
    margin,
    marginCalls,
    defaultFund,
    auctions,
    tearUps,
    debts,
    rewards,
    settlement,
    clearinghouse,
    exchange,
    lens,
  }
}

// ---- what is true of it from the first block --------------------------------------------------------------------------

/** Calls of the AccessManager on itself, and through itself on the contracts it governs. */
function configuration(m: Build, contracts: Contracts, parameters: ProtocolParameters): Encoded[] {
  const encode = encoder(m)
  const onManager = (name: string, args: Argument[]) => encode(contracts.accessManager, name, args)
  const through = (contract: ContractName, name: string, args: Argument[]) =>
    onManager('execute', [contracts[contract], encode(contracts[contract], name, args)])

  return [
    ...PERMISSIONS.map(({ role, contract, functions }) =>
      onManager('setTargetFunctionRole', [
        contracts[contract],
        functions.map((name) => selectorOf(contract, name)),
        ROLES[role],
      ]),
    ),
    ...holders().map(({ role, contract }) => onManager('grantRole', [ROLES[role], contracts[contract], 0])),
    through('defaultFund', 'setAuctions', [contracts.auctions]),
    ...parameters.underlyings.flatMap((underlying, index) => listing(through, index + 1, underlying)),
    ...parameters.keepers.operators.map((operator) => through('keeperRegistry', 'admit', [operator])),
  ]
}

function holders(): { readonly role: Role; readonly contract: ContractName }[] {
  return Object.entries(HOLDERS).flatMap(([role, contracts]) =>
    contracts.map((contract) => ({ role: role as Role, contract })),
  )
}

/** A market is open once its token, its anchor, its numbers and its limits are there. */
function listing(
  through: (contract: ContractName, name: string, args: Argument[]) => Encoded,
  number: number,
  underlying: UnderlyingParameters,
): Encoded[] {
  const { token, aggregator, heartbeat, deviation, pool, margin, grid, minimumSize, shortCap } = underlying
  return [
    through('custody', 'list', [token]),
    through('anchor', 'list', [number, aggregator, heartbeat, deviation]),
    ...(pool === undefined ? [] : [through('poolMean', 'list', [number, pool])]),
    through('parameters', 'setMarginParameters', [number, { ...margin }]),
    through('parameters', 'setGrid', [number, grid.map((scenario) => ({ ...scenario }))]),
    through('clearinghouse', 'setLimits', [number, { minimumSize, shortCap }]),
  ]
}

/** Governance becomes the administrator behind its delay, the deployer keeps nothing. */
function handover(
  m: Build,
  { accessManager }: Contracts,
  { governance }: ProtocolParameters,
  deployer: ReturnType<Build['getAccount']>,
): Encoded[] {
  const encode = encoder(m)
  return [
    encode(accessManager, 'grantRole', [ROLES.ADMIN, governance.governor, governance.delaySeconds]),
    encode(accessManager, 'renounceRole', [ROLES.ADMIN, deployer]),
  ]
}

/** Ignition asks for an id of its own for every call; here they are counted. */
function encoder(m: Build): (contract: Future, name: string, args: Argument[]) => Encoded {
  return (contract, name, args) => m.encodeFunctionCall(contract, name, args, { id: `call${nextId(m)}` })
}

const counts = new WeakMap<Build, number>()
function nextId(m: Build): number {
  const id = (counts.get(m) ?? 0) + 1
  counts.set(m, id)
  return id
}
