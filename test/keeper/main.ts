import { expect } from 'chai'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONTRACT_NAMES } from '../../sdk/protocol/addresses.ts'
import { openChain } from '../../sim/world/chain.ts'
import type { Chain } from '../../sim/world/chain.ts'

const ROOT = join(import.meta.dirname, '../..')

type Ended = { readonly code: number | null; readonly output: string }

describe('the keeper’s process', function () {
  this.timeout(60_000)
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-keeper-'))
  let chain: Chain

  before(async () => {
    chain = await openChain({ startTime: 1_584_000_000, forkUrl: undefined })
  })
  after(async () => {
    await chain.close()
    rmSync(directory, { recursive: true })
  })

  function start(...parameters: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
    const child = spawn(process.execPath, ['keeper/main.ts', ...parameters], { cwd: ROOT, stdio: 'pipe' })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)))
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
    return { child, ended }
  }

  function settings(changed: object = {}): string {
    const addresses = Object.fromEntries(
      ['accessManager', ...CONTRACT_NAMES].map((name) => [name, `0x${'1'.repeat(40)}`]),
    )
    writeFileSync(join(directory, 'key'), `0x${'5'.repeat(64)}\n`, { mode: 0o600 })
    const feed = { venue: 'bazaar', url: 'ws://127.0.0.1:9', pair: 'ETHUSD' }
    const file = join(directory, 'keeper.json')
    const whole = {
      rpcUrls: [chain.rpc.wsUrl],
      chainId: 31337,
      deployment: { blockNumber: 0, addresses },
      senderKey: { file: 'key' },
      signingKey: { file: 'key' },
      underlyings: [{ underlying: 1, symbol: 'ETH', feeds: [feed] }],
    }
    writeFileSync(file, JSON.stringify({ ...whole, ...changed }))
    return file
  }

  const listening = async (child: ChildProcess): Promise<string> => {
    const [line] = (await once(child.stdout!, 'data')) as [Buffer]
    return (JSON.parse(String(line)) as { listening: string }).listening
  }

  it('--help says what it does and how it ends', async () => {
    const { code, output } = await start('--help').ended
    expect(code).to.equal(0)
    for (const word of ['--config', '--check', '--dry-run', 'Exit codes']) expect(output).to.contain(word)
  })

  it('wrong settings are refused with the field and exit code 2, right ones pass --check', async () => {
    const wrong = await start('--config', settings({ chainid: 1 }), '--check').ended
    expect([wrong.code, wrong.output]).to.deep.equal([2, 'chainid: unknown field\n'])
    expect((await start('--config', settings(), '--check').ended).code).to.equal(0)
    expect((await start().ended).code).to.equal(2)
  })

  it('a node of another chain is refused before anything is signed', async () => {
    const { code, output } = await start('--config', settings({ chainId: 1 })).ended
    expect(code).to.equal(1)
    expect(output).to.contain('another chain')
  })

  it('it answers, is not ready without a universe, and ends in order on SIGTERM', async () => {
    const { child, ended } = start('--config', settings())
    const url = await listening(child)
    expect((await fetch(`${url}/live`)).status).to.equal(200)
    expect((await fetch(`${url}/ready`)).status).to.equal(503)
    expect(await (await fetch(`${url}/metrics`)).text()).to.contain('plimsoll_keeper_decided_block 0')
    child.kill('SIGTERM')
    expect((await ended).code).to.equal(0)
  })

  it('it ends when the parent that holds its standard input ends', async () => {
    const { child, ended } = start('--config', settings())
    await listening(child)
    child.stdin?.end()
    expect((await ended).code).to.equal(0)
  })

  it('no key is ever in what it says', async () => {
    const { child, ended } = start('--config', settings({ logLevel: 'debug' }))
    await listening(child)
    child.kill('SIGTERM')
    expect((await ended).output).to.not.contain('5'.repeat(16))
  })
})
