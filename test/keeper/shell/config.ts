import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRefusal, readConfig } from '../../../keeper/shell/config.ts'
import { CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'

const KEY = `0x${'5'.repeat(64)}`
const addresses = Object.fromEntries(['accessManager', ...CONTRACT_NAMES].map((name) => [name, `0x${'1'.repeat(40)}`]))

const feed = (venue: string): object => ({ venue, url: 'ws://127.0.0.1:9001', pair: 'ETHUSD' })
const whole = {
  rpcUrls: ['http://127.0.0.1:8545'],
  chainId: 31337,
  deployment: { blockNumber: 0, addresses },
  senderKey: { env: 'SENDER' },
  signingKey: { env: 'SIGNER' },
  underlyings: [{ underlying: 1, symbol: 'ETH', feeds: ['bitfinex', 'bitstamp', 'gemini'].map(feed) }],
}

describe('the configuration', () => {
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-config-'))
  after(() => rmSync(directory, { recursive: true }))

  const read = (json: unknown, environment: NodeJS.ProcessEnv = { SENDER: KEY, SIGNER: KEY }) => {
    const file = join(directory, 'keeper.json')
    writeFileSync(file, typeof json === 'string' ? json : JSON.stringify(json))
    return readConfig(file, environment)
  }
  const faultsOf = (json: unknown, environment?: NodeJS.ProcessEnv): readonly string[] => {
    const answer = read(json, environment)
    return isRefusal(answer) ? answer.faults : []
  }

  it('a whole one is taken, with defaults for what it leaves out', () => {
    const config = read(whole)
    if (isRefusal(config)) throw new Error(config.faults.join())
    expect(config.limits.clusterWidthBps).to.equal(150)
    expect(config.http).to.deep.equal({ host: '127.0.0.1', port: 0 })
    expect(config.underlyings[0]?.feeds[0]?.quote).to.equal('USD')
    expect(config.senderKey).to.equal(KEY)
    expect(config.proveState).to.equal(false)
  })

  it('an unknown field is refused by its path, at any depth', () => {
    expect(faultsOf({ ...whole, rpcUrl: 'x' })).to.deep.equal(['rpcUrl: unknown field'])
    const nested = { ...whole, underlyings: [{ ...whole.underlyings[0], feeds: [{ ...feed('gemini'), uri: 'x' }] }] }
    expect(faultsOf(nested)).to.deep.equal(['underlyings[0].feeds[0].uri: unknown field'])
  })

  it('a wrong field is refused by its path and what is expected', () => {
    const { chainId: _, ...without } = whole
    expect(faultsOf(without)[0]).to.match(/^chainId: .*expected number/)
    expect(faultsOf({ ...whole, rpcUrls: ['ftp://x'] })[0]).to.equal(
      'rpcUrls[0]: expected a URL such as ws://127.0.0.1:8545',
    )
    expect(faultsOf({ ...whole, rewards: { account: 'mine' } })[0]).to.equal(
      'rewards.account: expected 0x and hex digits',
    )
    expect(faultsOf({ ...whole, proveState: 'yes' })[0]).to.match(/^proveState: .*expected boolean/)
    expect(faultsOf({ ...whole, limits: { minVenues: 2 } })[0]).to.match(/^limits\.minVenues: .*>=3/)
  })

  it('a key written into it is refused, and never shown', () => {
    const faults = faultsOf({ ...whole, senderKey: KEY })
    expect(faults[0]).to.match(/^senderKey: expected \{"file"/)
    expect(faults.join()).to.not.contain('555')
    const wrong = faultsOf(whole, { SENDER: `${KEY}5`, SIGNER: KEY })
    expect(wrong).to.deep.equal(['senderKey: does not hold 0x and 64 hex digits'])
  })

  it('a missing file, a variable that is not set and broken JSON are refused by name', () => {
    expect(faultsOf({ ...whole, senderKey: { file: 'none' } })[0]).to.match(/^senderKey: ENOENT/)
    expect(faultsOf(whole, { SIGNER: KEY })).to.deep.equal(['senderKey: environment variable SENDER is not set'])
    expect(faultsOf('{')[0]).to.match(/keeper\.json: /)
  })

  it('one venue twice is refused: it would be two votes of one market', () => {
    const doubled = { ...whole, underlyings: [{ ...whole.underlyings[0], feeds: ['gemini', 'gemini'].map(feed) }] }
    expect(faultsOf(doubled)).to.deep.equal(['underlyings[0].feeds: venue gemini is named twice'])
  })

  it('a deployment of another chain is refused', () => {
    writeFileSync(join(directory, 'other.json'), JSON.stringify({ chainId: 1, blockNumber: 0, addresses }))
    expect(faultsOf({ ...whole, deployment: 'other.json' })).to.deep.equal([
      'deployment: is of chain 1, the configuration of chain 31337',
    ])
  })
})
