import { expect } from 'chai'
import { privateKeyToAccount } from 'viem/accounts'
import { signerFor } from '../../../keeper/shell/signer.ts'
import { CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import type { Addresses } from '../../../sdk/protocol/addresses.ts'

const KEY = `0x${'5'.repeat(64)}` as const
const addresses = Object.fromEntries(
  ['accessManager', ...CONTRACT_NAMES].map((name, index) => [name, `0x${String(10 + index).repeat(20)}`]),
) as Addresses
const observation = { underlying: 1, time: 1_584_000_000n, price: 194_86000000n, halfWidth: 0n }

describe('a keeper’s signature', () => {
  const signer = signerFor({ chainId: 31337, addresses }, KEY)
  const { address } = privateKeyToAccount(KEY)

  it('is its own, and no longer when anything under it is changed', async () => {
    const signed = await signer.signObservation(3, observation)
    expect(await signer.isObservationOf(signed, address)).to.equal(true)
    const changed = { ...signed, observation: { ...observation, price: observation.price + 1n } }
    expect(await signer.isObservationOf(changed, address)).to.equal(false)
    expect(await signer.isObservationOf(signed, `0x${'1'.repeat(40)}`)).to.equal(false)
  })

  it('counts on one chain and for one oracle only', async () => {
    const signed = await signer.signObservation(3, observation)
    const elsewhere = signerFor({ chainId: 1, addresses }, KEY)
    expect(await elsewhere.isObservationOf(signed, address)).to.equal(false)
    const other = { ...addresses, reporterOracle: `0x${'9'.repeat(40)}` } as Addresses
    expect(await signerFor({ chainId: 31337, addresses: other }, KEY).isObservationOf(signed, address)).to.equal(false)
  })

  it('stands under a surface as a whole', async () => {
    const slices = [{ expiry: 1_585_296_000, theta: 5n, rho: -3n, phi: 9n, basis: 3 }]
    const signed = await signer.signSurface(3, { underlying: 1, time: 10n, slices })
    expect(await signer.isSurfaceOf(signed, address)).to.equal(true)
    const changed = { ...signed, surface: { ...signed.surface, slices: [{ ...slices[0]!, rho: 3n }] } }
    expect(await signer.isSurfaceOf(changed, address)).to.equal(false)
  })

  it('bytes that are no signature are nobody’s', async () => {
    const signed = { reporter: 3, observation, signature: `0x${'ff'.repeat(65)}` as const }
    expect(await signer.isObservationOf(signed, address)).to.equal(false)
  })
})
