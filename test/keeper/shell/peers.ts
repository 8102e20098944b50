import { expect } from 'chai'
import { zeroAddress } from 'viem'
import type { SignedObservation } from '../../../keeper/core/calls.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { json, serveHttp } from '../../../keeper/shell/http.ts'
import type { Answer, HttpServer } from '../../../keeper/shell/http.ts'
import { peersFrom } from '../../../keeper/shell/peers.ts'
import type { Peers } from '../../../keeper/shell/peers.ts'
import { signerFor } from '../../../keeper/shell/signer.ts'
import type { Signer } from '../../../keeper/shell/signer.ts'
import { toWire } from '../../../keeper/shell/wire.ts'
import { CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import type { Addresses } from '../../../sdk/protocol/addresses.ts'
import { head } from '../core/example.ts'

const ROUND = 1_584_000_000
const addresses = Object.fromEntries(
  ['accessManager', ...CONTRACT_NAMES].map((name, index) => [name, `0x${String(10 + index).repeat(20)}`]),
) as Addresses
const signerOf = (id: number): Signer => signerFor({ chainId: 31337, addresses }, `0x${String(id).repeat(64)}`)
const observed = { underlying: 1, time: BigInt(ROUND), price: 200n * 10n ** 8n, halfWidth: 0n }

describe('gathering what peers saw', () => {
  const servers: HttpServer[] = []
  const missed: [number, string][] = []
  const punished = new Set<number>()
  let peers: Peers

  /** Keepers 1 … n, each answering /observation as told. */
  async function meet(answers: readonly (() => Promise<Answer> | Answer)[]): Promise<void> {
    for (const answer of answers) servers.push(await serveHttp('127.0.0.1', 0, { '/observation': answer }))
    const chain = {
      read: async (_contract: string, functionName: string, [id]: [number]) => {
        if (functionName === 'signerOf') return punished.has(id) ? zeroAddress : signerOf(id).address
        return { signer: signerOf(id).address, endpoint: `${servers[id - 1]?.url}/` }
      },
    }
    peers = peersFrom(chain as unknown as Chain, signerOf(9), 100, (id, reason) => missed.push([id, reason]))
    await peers.meet(
      answers.map((_, index) => index + 1),
      head,
    )
  }
  const signedBy = async (id: number, as = id, changed = {}): Promise<SignedObservation> => {
    return { ...(await signerOf(id).signObservation(as, { ...observed, ...changed })) }
  }
  const saying = (signed: Promise<SignedObservation>) => async () => json(200, toWire(await signed))
  const gathered = async (except = 0): Promise<number[]> => {
    return (await peers.observations(1, ROUND, except)).map(({ reporter }) => reporter)
  }

  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
    missed.length = 0
    punished.clear()
  })

  it('all that answer are gathered at once, this keeper itself left out', async () => {
    await meet([1, 2, 3].map((id) => saying(signedBy(id))))
    expect(await gathered()).to.deep.equal([1, 2, 3])
    expect(await gathered(2)).to.deep.equal([1, 3])
  })

  it('one whose word counts no more is not asked: it would spoil the report', async () => {
    punished.add(2)
    await meet([1, 2, 3].map((id) => saying(signedBy(id))))
    expect(await gathered()).to.deep.equal([1, 3])
    expect(peers.idOf(signerOf(2).address)).to.equal(0)
  })

  it('one that is silent is waited for no longer than the limit, and the others count', async () => {
    await meet([saying(signedBy(1)), () => new Promise<Answer>(() => undefined), saying(signedBy(3))])
    expect(await gathered()).to.deep.equal([1, 3])
    expect(missed[0]?.[0]).to.equal(2)
  })

  it('of one that answers without end no more is taken in than an answer can be', async () => {
    await meet([saying(signedBy(1)), () => json(200, ' '.repeat(100_000) + '{}'), saying(signedBy(3))])
    expect(await gathered()).to.deep.equal([1, 3])
    expect(missed).to.deep.equal([[2, 'more than 65536 bytes']])
  })

  it('what its key did not sign is not carried, nor what would spoil the report', async () => {
    await meet([
      saying(signedBy(2, 1)), // signed by another
      saying(signedBy(2, 1)), // in another's name
      saying(signedBy(3, 3, { time: BigInt(ROUND - 10) })), // of another round
      saying(signedBy(4, 4, { halfWidth: 101n * 10n ** 8n })), // wider than the oracle takes
      () => json(200, 'noise'),
      () => json(404, { error: 'nothing signed' }),
      saying(signedBy(7)),
    ])
    expect(await gathered()).to.deep.equal([7])
    expect(missed.map(([id]) => id).toSorted((a, b) => a - b)).to.deep.equal([1, 2, 3, 4, 5, 6])
  })

  it('an id is found by its signing key', async () => {
    await meet([saying(signedBy(1)), saying(signedBy(2))])
    expect(peers.idOf(signerOf(2).address)).to.equal(2)
    expect(peers.idOf(signerOf(9).address)).to.equal(0)
  })
})
