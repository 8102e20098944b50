import { expect } from 'chai'
import { createClient, RpcRequestError } from 'viem'
import { endpointsAt } from '../../../keeper/shell/endpoints.ts'
import type { EndpointFault, Endpoints } from '../../../keeper/shell/endpoints.ts'
import type { Prover } from '../../../keeper/shell/prover.ts'
import type { Head } from '../../../keeper/core/view.ts'
import { openNode } from './node.ts'
import type { Node } from './node.ts'

const pinned = { method: 'eth_call', params: [{ to: '0x1' }, { blockHash: '0x9' }] }
const block = (number: number, fork = '') => ({
  number: `0x${number.toString(16)}`,
  hash: `0x${number}${fork}`,
  parentHash: `0x${number - 1}`,
  timestamp: '0x5',
  baseFeePerGas: '0x1',
})

describe('asking several endpoints', () => {
  let nodes: Node[]
  let endpoints: Endpoints
  let faults: EndpointFault[]

  const open = async (count: number, privateUrl?: string, prove?: Prover) => {
    nodes = await Promise.all(
      Array.from({ length: count }, () =>
        openNode({
          eth_call: '0xaa',
          eth_chainId: '0x7a69',
          eth_sendRawTransaction: '0xhash',
          eth_getBlockByNumber: block(9),
        }),
      ),
    )
    endpoints = endpointsAt(
      nodes.map(({ url }) => url),
      { pollMs: 5, privateUrl, onFault: (fault) => faults.push(fault), proverOf: prove && (() => prove) },
    )
  }
  const ask = (request: object): Promise<unknown> =>
    (createClient({ transport: endpoints.transport }).request as (of: object) => Promise<unknown>)(request)
  const failureOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'none',
      (cause: unknown) => String(cause),
    )

  beforeEach(() => {
    faults = []
  })
  afterEach(() => {
    endpoints.close()
    for (const node of nodes) node.close()
  })

  it('what two say alike is taken, and the third is not asked', async () => {
    await open(3)
    expect(await ask(pinned)).to.equal('0xaa')
    expect(nodes.map(({ asked }) => asked.length).toSorted()).to.deep.equal([0, 1, 1])
  })

  it('one that lies is outvoted, named by its host, and asked no more', async () => {
    await open(3)
    nodes[0]!.answers['eth_call'] = '0xbb'
    expect(await ask(pinned)).to.equal('0xaa')
    expect(faults).to.deep.include({
      endpoint: `0 ${new URL(nodes[0]!.url).host}`,
      fault: 'outvoted',
      about: 'eth_call',
    })
    expect(endpoints.states().map(({ isBanned }) => isBanned)).to.deep.equal([true, false, false])
    nodes[0]!.asked.length = 0
    expect(await ask(pinned)).to.equal('0xaa')
    expect(nodes[0]!.asked).to.deep.equal([])
  })

  it('a refusal by the chain is an answer: one that hides it is outvoted', async () => {
    await open(3)
    const refuse = () => {
      throw { code: 3, message: 'execution reverted', data: '0x' }
    }
    for (const node of nodes.slice(1)) node.answers['eth_call'] = refuse
    expect(await failureOf(ask(pinned))).to.contain('reverted')
    expect(faults.map(({ fault }) => fault)).to.deep.equal(['outvoted'])
  })

  async function asksPastASlowOne(): Promise<void> {
    nodes[0]!.broken = undefined
    nodes[1]!.delayMs = 3_000
    const begun = performance.now()
    expect(await ask(pinned)).to.equal('0xaa')
    expect(performance.now() - begun).to.be.below(2_500)
  }

  it('one that is away, slow, or talks nonsense costs nothing but a moment', async () => {
    await open(3)
    nodes[0]!.broken = { status: 503, body: 'busy' }
    expect(await ask(pinned)).to.equal('0xaa')
    nodes[0]!.broken = { status: 200, body: '<html>' }
    expect(await ask(pinned)).to.equal('0xaa')
    await asksPastASlowOne()
  })

  it('of two that differ neither is believed; one that is left alone is, and that is told', async () => {
    await open(2)
    nodes[0]!.answers['eth_call'] = '0xbb'
    expect(await failureOf(ask(pinned))).to.contain('disagree')
    nodes[0]!.broken = { status: 500, body: '' }
    expect(await ask(pinned)).to.equal('0xaa')
    expect(faults.at(-1)?.fault).to.equal('alone')
  })

  it('with none there is the error of one of them', async () => {
    await open(2)
    for (const node of nodes) node.broken = { status: 500, body: 'down' }
    expect(await failureOf(ask(pinned))).to.contain('500')
  })

  it('a transaction goes to all, and is taken where one takes it', async () => {
    await open(3)
    nodes[0]!.broken = { status: 500, body: '' }
    expect(await ask({ method: 'eth_sendRawTransaction', params: ['0x01', false] })).to.equal('0xhash')
    expect(nodes.map(({ asked }) => asked.length)).to.deep.equal([1, 1, 1])
  })

  it('with a private endpoint a transaction goes there alone, until it is to be seen by everybody', async () => {
    const hidden = await openNode({ eth_sendRawTransaction: '0xhidden' })
    await open(2, hidden.url)
    expect(await ask({ method: 'eth_sendRawTransaction', params: ['0x01', false] })).to.equal('0xhidden')
    expect(nodes.flatMap(({ asked }) => asked)).to.deep.equal([])
    expect(await ask({ method: 'eth_sendRawTransaction', params: ['0x01', true] })).to.equal('0xhash')
    hidden.close()
  })

  it('a head is told once two have told it, and a forged one never', async () => {
    await open(3)
    nodes[0]!.answers['eth_getBlockByNumber'] = block(1_000)
    const heads: Head[] = []
    const stop = endpoints.watch(
      (head) => heads.push(head),
      () => undefined,
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    nodes[1]!.answers['eth_getBlockByNumber'] = block(10)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(heads.map(({ hash }) => hash)).to.deep.equal(['0x9'])
    nodes[2]!.answers['eth_getBlockByNumber'] = block(10)
    await new Promise((resolve) => setTimeout(resolve, 60))
    stop()
    expect(heads.map(({ hash }) => hash)).to.deep.equal(['0x9', '0x10'])
    expect(endpoints.latest()?.hash).to.equal('0x10')
  })

  // ---- where the operator asks for proofs ------------------------------------------------------------------------

  const call = { to: '0x1', data: '0x' } as const
  const disproven = (): string[] =>
    faults.filter(({ fault }) => fault === 'disproven').map(({ endpoint }) => endpoint[0]!)

  it('of two that differ the proof decides, and who is disproven is named and asked last', async () => {
    await open(2, undefined, async () => '0xbb')
    nodes[1]!.answers['eth_call'] = '0xbb'
    expect(await ask(pinned)).to.equal('0xbb')
    expect(disproven()).to.deep.equal(['0'])
    expect(endpoints.states().map(({ isBanned }) => isBanned)).to.deep.equal([true, false])
  })

  it('two that agree are asked for no proof', async () => {
    await open(2, undefined, () => expect.fail('not needed'))
    expect(await ask(pinned)).to.equal('0xaa')
  })

  it('all are asked: of three two that lie alike are dropped by what the third says, and asked no more', async () => {
    await open(3, undefined, async () => '0xbb')
    nodes[2]!.answers['eth_call'] = '0xbb'
    expect(await ask(pinned)).to.equal('0xbb')
    expect(disproven()).to.have.members(['0', '1'])
    for (const { asked } of nodes) asked.length = 0
    nodes[2]!.answers['eth_getLogs'] = []
    expect(await ask(pinned)).to.equal('0xbb')
    expect(await ask({ method: 'eth_getLogs', params: [{ toBlock: '0x9' }] })).to.deep.equal([])
    expect(nodes.map(({ asked }) => asked.length)).to.deep.equal([0, 0, 2])
  })

  it('one that is away or silent is not waited for, and the other two need no proof', async () => {
    await open(3, undefined, () => expect.fail('not needed'))
    nodes[0]!.broken = { status: 503, body: 'busy' }
    expect(await ask(pinned)).to.equal('0xaa')
    await asksPastASlowOne()
  })

  it('what cannot be proven is what two say alike; where no two do it is nothing', async () => {
    await open(3, undefined, () => Promise.reject(new Error('no endpoint proves eth_getProof')))
    nodes[0]!.answers['eth_call'] = '0xbb'
    expect(await ask(pinned)).to.equal('0xaa')
    expect(faults.map(({ endpoint, fault }) => `${endpoint[0]} ${fault}`)).to.deep.equal(['0 outvoted'])
    nodes[1]!.answers['eth_call'] = '0xcc'
    nodes[0]!.answers['eth_call'] = '0xdd'
    expect(await failureOf(ask(pinned))).to.contain('no endpoint proves')
  })

  it('what is simulated is proven, and of three two that lie alike are both dropped', async () => {
    await open(3, undefined, async () => '0xbb')
    nodes[2]!.answers['eth_call'] = '0xbb'
    expect(await endpoints.simulate(call, '0x9')).to.equal('0xbb')
    expect(disproven()).to.deep.equal(['0', '1'])
  })

  it('a refusal may be proven: who hides it is dropped', async () => {
    const refusal = new RpcRequestError({ body: {}, error: { code: 3, message: 'execution reverted' }, url: 'proven' })
    await open(2, undefined, () => Promise.reject(refusal))
    nodes[1]!.answers['eth_call'] = () => {
      throw { code: 3, message: 'execution reverted', data: '0x' }
    }
    expect(await failureOf(endpoints.simulate(call, '0x9'))).to.contain('reverted')
    expect(disproven()).to.deep.equal(['0'])
  })

  it('what nobody says though it is proven is not acted upon, and nobody is dropped for it', async () => {
    await open(3, undefined, async () => '0xbb')
    expect(await failureOf(endpoints.simulate(call, '0x9'))).to.contain('no endpoint says')
    expect(disproven()).to.deep.equal([])
  })

  it('what cannot be proven is not acted upon', async () => {
    await open(2, undefined, () => Promise.reject(new Error('no endpoint proves eth_getProof')))
    expect(await failureOf(endpoints.simulate(call, '0x9'))).to.contain('no endpoint proves')
  })

  it('without proofs what is simulated is what two say alike', async () => {
    await open(3)
    nodes[0]!.answers['eth_call'] = '0xbb'
    expect(await endpoints.simulate(call, '0x9')).to.equal('0xaa')
  })

  it('tells the chains of all that answer', async () => {
    await open(3)
    nodes[1]!.answers['eth_chainId'] = '0x1'
    nodes[2]!.broken = { status: 500, body: '' }
    expect(await endpoints.chainIds()).to.deep.equal([31_337, 1])
  })
})
