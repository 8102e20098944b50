// Which tests are there, and of which is the gas measured?
import { globSync, readFileSync } from 'node:fs'

/** A file that only helps others has no `describe`. The structure is looked at by the checks. */
export function mochaFiles(isDeep: boolean): string[] {
  return globSync('test/**/*.ts')
    .filter((path) => !path.startsWith('test/structure/') && (isDeep || !path.startsWith('test/deep/')))
    .filter((path) => /^\s*describe\(/m.test(readFileSync(path, 'utf8')))
    .toSorted()
}

export function solidityFiles(isDeep: boolean): string[] {
  return globSync('test/**/*.t.sol')
    .filter((path) => isDeep || !path.startsWith('test/deep/'))
    .toSorted()
}

/**
 * Invariants draw other calls in every run, and a hundred thousand portfolios are more than Hardhat's statistics bear. Under measurement
 * each call is a transaction of its own without a base fee: that is not for tests that set one, or that read `gasleft` themselves. The gas
 * of all others is the same to the unit.
 */
export function isMeasured(path: string): boolean {
  if (path.startsWith('test/invariants/') || path.startsWith('test/differential/')) return false
  return !/vm\.fee\(|gasleft\(\)/.test(readFileSync(path, 'utf8'))
}

/** They read structures, or name a contract, too large for the older pipeline's stack. */
const LARGE = new Set(['test/contracts/lens/Lens.t.sol', 'test/contracts/margin/MarginLib.t.sol'])

/**
 * What others inherit, and tests whose contracts are deployed by name (test/contracts/Test.sol): those are built as they are shipped,
 * whatever builds the test. The rest are tests of libraries, whose code is in the test.
 */
export function deploysByName(path: string): boolean {
  if (!path.endsWith('.t.sol')) return true
  const BY_NAME = /\bdeploy\(\s*"|\bis (World|Universe|House|Books|Fleet|Reach)\b/
  return !LARGE.has(path) && BY_NAME.test(readFileSync(path, 'utf8'))
}
