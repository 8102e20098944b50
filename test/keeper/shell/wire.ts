import { expect } from 'chai'
import { observationFromWire, surfaceFromWire, toWire } from '../../../keeper/shell/wire.ts'

const signature = `0x${'ab'.repeat(65)}` as const
const observation = { underlying: 1, time: 1_584_000_000n, price: 2n ** 63n, halfWidth: 0n }
const surface = {
  underlying: 1,
  time: 1_584_000_000n,
  slices: [{ expiry: 1_585_296_000, theta: 5n, rho: -3n, phi: 2n ** 80n, basis: -7 }],
}

describe('the form in which keepers hand over what they signed', () => {
  it('is read as it was written', () => {
    const said = { reporter: 3, observation, signature }
    expect(observationFromWire(JSON.parse(toWire(said)))).to.deep.equal(said)
    const told = { reporter: 3, surface, signature }
    expect(surfaceFromWire(JSON.parse(toWire(told)))).to.deep.equal(told)
  })

  it('anything else is nothing', () => {
    const said = JSON.parse(toWire({ reporter: 3, observation, signature })) as Record<string, unknown>
    for (const wrong of [
      undefined,
      [],
      'text',
      { ...said, more: 1 },
      { ...said, reporter: -1 },
      { ...said, signature: '0x12' },
      { ...said, observation: { ...observation, price: 1.5, time: 1 } },
      { ...said, observation: { underlying: 1, time: '1', price: '1e9', halfWidth: '0' } },
    ]) {
      expect(observationFromWire(wrong)).to.equal(undefined)
    }
    expect(surfaceFromWire(said)).to.equal(undefined)
  })
})
