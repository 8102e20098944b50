import { globSync } from 'node:fs'
import { createRequire } from 'node:module'
import ignition from '@nomicfoundation/hardhat-ignition'
import ignitionViem from '@nomicfoundation/hardhat-ignition-viem'
import mocha from '@nomicfoundation/hardhat-mocha'
import networkHelpers from '@nomicfoundation/hardhat-network-helpers'
import hardhatViem from '@nomicfoundation/hardhat-viem'
import viemAssertions from '@nomicfoundation/hardhat-viem-assertions'
import { configVariable, defineConfig } from 'hardhat/config'
import { parallelBuild } from './scripts/parallelBuild.ts'
import { deploysByName } from './scripts/testFiles.ts'
import { replayTask } from './sim/task.ts'

const require = createRequire(import.meta.url)
// The compilers are WASM files inside npm packages: a build needs no download.
const current = { version: '0.8.37', path: require.resolve('solc/soljson.js') }
const chainlink = { version: '0.8.26', path: require.resolve('solc-0.8.26/soljson.js') }
// Set by `npm run test:deep`.
const isDeep = process.env['PLIMSOLL_DEEP'] === '1'
/** Sequences for each of the 44 invariants of test/invariants, of 256 calls each: 101,000 calls, or ten million in the deep tests. */
const INVARIANT_RUNS = Number(process.env['PLIMSOLL_INVARIANT_RUNS'] ?? (isDeep ? 888 : 9))
const optimizer = { enabled: true, runs: 10_000 }
const compilers = [
  { ...current, settings: { optimizer, viaIR: true, evmVersion: 'osaka' } },
  { ...chainlink, settings: { optimizer, evmVersion: 'cancun' } },
]
// Their own code is none of the product's: the older pipeline builds it in a quarter of the time. Measured gas holds that of their doubles.
const quick = { ...current, settings: { optimizer, evmVersion: 'osaka' } }
const overrides = Object.fromEntries(
  globSync('test/**/*.sol')
    .filter(deploysByName)
    .map((path) => [path, quick]),
)

export default defineConfig({
  tasks: [replayTask],
  plugins: [parallelBuild, mocha, hardhatViem, viemAssertions, networkHelpers, ignition, ignitionViem],
  solidity: {
    splitTestsCompilation: true,
    npmFilesToBuild: [
      '@openzeppelin/contracts/access/manager/AccessManager.sol',
      // Chainlink's own code (MIT), deployed on local networks: a real, signed feed (sim/chainlink.ts).
      '@chainlink/contracts/src/v0.8/keystone/KeystoneForwarder.sol',
      '@chainlink/contracts/src/v0.8/data-feeds/DataFeedsCache.sol',
    ],
    profiles: {
      default: { compilers, overrides },
      // Ignition builds with this profile: not isolated, so that it is one compiler run and the same bytecode.
      production: { compilers, isolated: false },
    },
  },
  paths: { tests: { mocha: 'test', solidity: 'test' } },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      fuzz: { runs: isDeep ? 20_000 : 1000, seed: '0x1234' },
      invariant: { runs: INVARIANT_RUNS, depth: 256, failOnRevert: true },
    },
  },
  chainDescriptors: {
    31337: { name: 'local', chainType: 'l1', hardforkHistory: { osaka: { blockNumber: 0 } } },
  },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'osaka' },
    // A node on this machine that signs for its own accounts, such as `npx hardhat node`.
    local: { type: 'http', chainType: 'l1', url: process.env['PLIMSOLL_RPC_URL'] ?? 'http://127.0.0.1:8545' },
    // Any other: its address and the deployer's key come from the environment and are never written down.
    live: {
      type: 'http',
      chainType: 'l1',
      url: configVariable('PLIMSOLL_RPC_URL'),
      accounts: [configVariable('PLIMSOLL_DEPLOYER_KEY')],
    },
  },
})
