// Five keeper processes on a node that mines by the clock: do they agree on a price and sign a surface, with one command?
import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { privateKeyToAddress } from 'viem/accounts'
import { openChain } from '../../sim/world/chain.ts'
import { deployUniverse } from '../../sim/world/deploy.ts'
import { accountKeyOf } from '../../sim/world/local.ts'

const SECONDS = 60

describe('npm run fleet', function () {
  this.timeout(240_000)

  it('brings a node from a deployment to an agreed price with a surface, on the wall clock', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'plimsoll-fleet-'))
    const chain = await openChain({ startTime: Math.floor(Date.now() / 1_000) - 60, forkUrl: undefined })
    try {
      const operators = Array.from({ length: 5 }, (_, index) => privateKeyToAddress(accountKeyOf(index + 1)))
      const { deployment } = await deployUniverse(chain, { seed: 0, symbol: 'ETH', spot: 237, operators })
      const record = join(directory, 'deployment.json')
      writeFileSync(record, JSON.stringify(deployment))
      const flags = ['--rpc-url', chain.rpc.httpUrl, '--deployment', record, '--seconds', String(SECONDS)]
      const child = spawn(process.execPath, ['scripts/fleet.ts', ...flags, '--port', '19101'])
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)))
      const [code] = await once(child, 'close')
      const last = output.trim().split('\n').at(-1)
      expect([code, last]).to.satisfy(([ended, line]: [number, string]) => {
        return ended === 0 && /: AGREED, index 237\.\d\d, .*surface \d+ s old, 5 keepers$/.test(line)
      })
    } finally {
      await chain.close()
      rmSync(directory, { recursive: true })
    }
  })
})
