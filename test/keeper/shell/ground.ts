import { expect } from 'chai'
import { bytesToHex } from '@ethereumjs/util'
import type { Hex } from 'viem'
import { groundAt } from '../../../keeper/shell/ground.ts'
import type { Ground, Witnesses } from '../../../keeper/shell/ground.ts'
import { openChain } from '../../../sim/world/chain.ts'
import type { Chain as World } from '../../../sim/world/chain.ts'

const HOLDER = `0x${'a1'.repeat(20)}` as const
const NOBODY = `0x${'b2'.repeat(20)}` as const
const CODE = '0x5f545f5260205ff3'
const slot = (index: number): Hex => `0x${index.toString(16).padStart(64, '0')}`
/** Small, of one byte above 0x7f, and of all 32. */
const WORDS: readonly Hex[] = [slot(5), slot(0xab), `0x${'cd'.repeat(32)}`]

type Proof = { accountProof: Hex[]; storageProof: { key: Hex; value: Hex; proof: Hex[] }[] }
type Bend = (method: string, result: unknown) => unknown

describe('the ground of a block', function () {
  this.timeout(30_000)
  let world: World
  let hash: Hex
  let disproven: string[]

  before(async () => {
    world = await openChain({ startTime: 1_584_000_000, forkUrl: undefined })
    const { provider } = world.connection
    await provider.request({ method: 'hardhat_setCode', params: [HOLDER, CODE] })
    await provider.request({ method: 'hardhat_setBalance', params: [HOLDER, '0x64'] })
    for (const [index, word] of WORDS.entries())
      await provider.request({ method: 'hardhat_setStorageAt', params: [HOLDER, `0x${index.toString(16)}`, word] })
    ;({ hash } = await world.mine(1_584_000_012, 10n ** 9n))
  })
  after(() => world.close())
  beforeEach(() => {
    disproven = []
  })

  const honest: Bend = (_method, result) => result
  /** One endpoint for each of `bends`, asked in this order. */
  const ground = (...bends: readonly Bend[]): Promise<Ground> => {
    const witnesses: Witnesses = {
      order: () => bends.map((_, place) => place),
      ask: async (place, method, params) => {
        const result = (await world.client.request({ method, params } as never)) as unknown
        return bends[place]!(method, structuredClone(result))
      },
      onDisproven: (place, about) => disproven.push(`${place} ${about}`),
    }
    return groundAt(hash, witnesses, new Map())
  }
  const failureOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'none',
      (cause: unknown) => String(cause),
    )

  it('holds balances, words and code as the chain does, and that there is nothing where there is nothing', async () => {
    const at = await ground(honest)
    expect((await at.account(HOLDER))?.balance).to.equal(100n)
    const words = await Promise.all(WORDS.map((_, index) => at.word(HOLDER, slot(index))))
    expect(words.map(bytesToHex)).to.deep.equal(WORDS)
    expect(await at.word(HOLDER, slot(9))).to.have.length(0)
    expect(bytesToHex(await at.code(HOLDER))).to.equal(CODE)
    expect(await at.account(NOBODY)).to.equal(undefined)
    expect(await at.word(NOBODY, slot(0))).to.have.length(0)
    expect(await at.code(NOBODY)).to.have.length(0)
    expect(disproven).to.deep.equal([])
  })

  const inProof =
    (change: (proof: Proof) => void): Bend =>
    (method, result) => {
      if (method === 'eth_getProof') change(result as Proof)
      return result
    }
  const flipped = (node: Hex): Hex => `${node.slice(0, -1)}${node.endsWith('0') ? '1' : '0'}` as Hex
  const LIES: Readonly<Record<string, Bend>> = {
    'a node of the account’s proof is changed': inProof((it) => (it.accountProof = it.accountProof.map(flipped))),
    'the account’s proof is empty': inProof((it) => (it.accountProof = [])),
    'the account’s leaf is left out': inProof((it) => it.accountProof.pop()),
    'the word’s leaf is changed': inProof(({ storageProof: [one] }) => one?.proof.push(flipped(one.proof.pop()!))),
    'the word’s proof is empty': inProof((it) => it.storageProof.forEach((one) => (one.proof = []))),
    'there is no proof of the word': inProof((it) => (it.storageProof = [])),
    'it is no proof at all': (method, result) => (method === 'eth_getProof' ? null : result),
    'the state root is another': (method, result) =>
      method === 'eth_getBlockByHash' ? { ...(result as object), stateRoot: slot(1) } : result,
    'there is no such block': (method, result) => (method === 'eth_getBlockByHash' ? null : result),
  }

  for (const [name, lie] of Object.entries(LIES)) {
    it(`nothing is believed where ${name}; who said it is named once another has proven it`, async () => {
      expect(await failureOf(ground(lie).then((at) => at.word(HOLDER, slot(2))))).to.contain('no endpoint proves')
      expect(disproven).to.deep.equal([])
      const at = await ground(lie, honest)
      expect(bytesToHex(await at.word(HOLDER, slot(2)))).to.equal(WORDS[2])
      expect(disproven).to.have.length(1)
      expect(disproven[0]).to.match(/^0 eth_get(Proof|BlockByHash)$/)
    })
  }

  it('code that does not hash to what is proven is not believed', async () => {
    const lie: Bend = (method, result) => (method === 'eth_getCode' ? '0x00' : result)
    expect(await failureOf(ground(lie).then((at) => at.code(HOLDER)))).to.contain('no endpoint proves')
    expect(bytesToHex(await (await ground(lie, honest)).code(HOLDER))).to.equal(CODE)
    expect(disproven).to.deep.equal(['0 eth_getCode'])
  })

  it('what is claimed beside a proof is not looked at: the proof alone says it', async () => {
    const lie = inProof((it) => {
      Object.assign(it, { balance: '0x1', storageHash: slot(1), codeHash: slot(1) })
      for (const one of it.storageProof) one.value = '0x1'
    })
    const at = await ground(lie)
    expect((await at.account(HOLDER))?.balance).to.equal(100n)
    expect(bytesToHex(await at.word(HOLDER, slot(1)))).to.equal(WORDS[1])
  })

  it('an endpoint that cannot prove is no liar', async () => {
    const cannot: Bend = (method, result) => {
      if (method === 'eth_getProof') throw new Error('the method eth_getProof does not exist')
      return result
    }
    expect(bytesToHex(await (await ground(cannot, honest)).word(HOLDER, slot(0)))).to.equal(WORDS[0])
    expect(disproven).to.deep.equal([])
    expect(await failureOf(ground(cannot).then((at) => at.word(HOLDER, slot(0))))).to.contain('does not exist')
  })

  it('words expected are proven with one question', async () => {
    let questions = 0
    const counting: Bend = (method, result) => {
      if (method === 'eth_getProof') questions += 1
      return result
    }
    const at = await ground(counting)
    await at.expect(HOLDER, [slot(0), slot(1), slot(2)])
    for (const [index, word] of WORDS.entries()) expect(bytesToHex(await at.word(HOLDER, slot(index)))).to.equal(word)
    expect(questions).to.equal(1)
  })
})
