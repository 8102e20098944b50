import { expect } from 'chai'
import { encryptKeystoreJsonSync, Wallet } from 'ethers'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyOf, secretSource } from '../../../keeper/shell/keys.ts'

const KEY = `0x${'5'.repeat(64)}` as const

describe('the source of a key', () => {
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-keys-'))
  after(() => rmSync(directory, { recursive: true }))

  before(() => {
    const account = { address: new Wallet(KEY).address, privateKey: KEY }
    // Few rounds: the cost of guessing a password is not what is tested.
    writeFileSync(join(directory, 'keystore.json'), encryptKeystoreJsonSync(account, 'brine', { scrypt: { N: 2 } }))
    writeFileSync(join(directory, 'password'), 'brine\n', { mode: 0o600 })
    writeFileSync(join(directory, 'wrong'), 'ballast\n', { mode: 0o600 })
    writeFileSync(join(directory, 'key'), `${KEY}\n`, { mode: 0o600 })
    writeFileSync(join(directory, 'open'), `${KEY}\n`, { mode: 0o644 })
  })

  it('is a file, a variable of the environment, or a keystore with the file of its password', () => {
    expect(keyOf({ file: 'key' }, directory, {})).to.equal(KEY)
    expect(keyOf({ env: 'SENDER' }, directory, { SENDER: KEY })).to.equal(KEY)
    expect(keyOf({ keystore: 'keystore.json', passwordFile: 'password' }, directory, {})).to.equal(KEY)
  })

  it('a file that others can read holds no secret', () => {
    const open = () => keyOf({ file: 'open' }, directory, {})
    expect(open).to.throw('can be read or written by others: chmod 600 it')
    expect(open).to.not.throw(/5555/)
  })

  it('a keystore that does not open says which files were tried, and not what was in them', () => {
    const open = () => keyOf({ keystore: 'keystore.json', passwordFile: 'wrong' }, directory, {})
    expect(open).to.throw('keystore keystore.json does not open with the password in wrong')
    expect(open).to.not.throw(/ballast|5555/)
  })

  it('a keystore without its password, or a key written out, is refused before anything is read', () => {
    expect(secretSource.safeParse({ keystore: 'keystore.json' }).success).to.equal(false)
    expect(secretSource.safeParse(KEY).success).to.equal(false)
  })
})
