// Makes `npm ci` complete on Node 20: npm skips optional packages whose `engines` exclude the Node it was
// started with, and so leaves out Hardhat's native chain although this project brings its own, newer Node.
// This script already runs on that newer Node; if the native part is missing it installs once more with it.
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

function isChainInstalled() {
  try {
    require('@nomicfoundation/edr')
    return true
  } catch {
    return false
  }
}

if (!isChainInstalled() && process.env.PLIMSOLL_NESTED_INSTALL === undefined) {
  execFileSync(process.execPath, [process.env.npm_execpath, 'install', '--no-save', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
    env: { ...process.env, PLIMSOLL_NESTED_INSTALL: '1' },
  })
}
