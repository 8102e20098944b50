import { expect } from 'chai'
import { network } from 'hardhat'
import { parseAbi } from 'viem'
import { combined, isCalendarFree, phiMax, totalVariance } from '../../../risk/exact/smile.ts'
import type { Slice } from '../../../units/observation.ts'
import { drawsFrom } from '../../differential/marginCases.ts'

const WAD = 10n ** 18n
const slice = (theta: number, rho: number, phi: number) => ({
  theta: BigInt(Math.round(theta * 1e6)) * 10n ** 12n,
  rho: BigInt(Math.round(rho * 1e6)) * 10n ** 12n,
  phi: BigInt(Math.round(phi * 1e6)) * 10n ** 12n,
})

describe('the conditions that the chain checks', () => {
  it('the largest curvature is the one that the two butterfly conditions allow', () => {
    const { theta, rho } = slice(0.04, -0.3, 0)
    const bound = phiMax(theta, rho)
    expect(Number(bound) / 1e18).to.be.closeTo(2 / Math.sqrt(0.04 * 1.3), 1e-9)
    expect(bound * bound * theta * (WAD - rho) <= 4n * WAD ** 4n).to.equal(true)
    expect((bound + 1n) ** 2n * theta * (WAD - rho) > 4n * WAD ** 4n).to.equal(true)
    const wide = slice(9, 0, 0)
    expect(Number(phiMax(wide.theta, 0n)) / 1e18).to.be.closeTo(4 / 9, 1e-9)
  })

  it('slices are apart where variance and both wings do not fall and curvature does not rise', () => {
    const near = slice(0.04, -0.5, 4)
    expect(isCalendarFree(near, slice(0.05, -0.5, 4))).to.equal(true)
    expect(isCalendarFree(near, slice(0.039, -0.5, 4))).to.equal(false)
    expect(isCalendarFree(near, slice(0.041, 0.5, 3.9))).to.equal(false)
    expect(isCalendarFree(near, slice(0.05, -0.5, 4.1))).to.equal(false)
  })
})

/** Of one expiry: three to seven reporters who differ a little or much, and now and then a liar among them. */
function drawnSet(draw: (below: number) => number): readonly Slice[] {
  const [theta, rho, shape] = [0.001 + draw(1_000) / 10_000, draw(1_400) / 1_000 - 0.9, 0.2 + draw(1_400) / 1_000]
  const apart = [0.001, 0.01, 0.05, 0.3][draw(4)] ?? 0
  const aside = (): number => apart * (draw(2_001) / 1_000 - 1)
  const count = 3 + draw(5)
  return Array.from({ length: count }, (_, index) => {
    const isLiar = index === 0 && draw(3) === 0
    const { theta: t, ...rest } = slice(
      theta * (1 + aside()) * (isLiar ? 1 + draw(5) : 1),
      Math.max(-0.98, Math.min(0.98, rho + 2 * aside())),
      (shape / Math.sqrt(theta)) * (1 + 2 * aside()) * (isLiar ? 1 + draw(5) : 1),
    )
    return { expiry: 1_600_000_000, theta: t, ...rest, basis: draw(2_001) - 1_000 }
  })
}

const ABI = parseAbi([
  'struct Slice { uint32 expiry; uint64 theta; int64 rho; uint96 phi; int32 basis; }',
  'function answers(Slice[][] sets, uint256 faultTolerance) view returns (Slice[] smiles)',
])

describe('one smile of several', () => {
  it('the chain and its twin make the same smile, or refuse the same, in every case drawn', async () => {
    const { viem } = await network.create()
    const { address } = await viem.deployContract('SmileHarness')
    const client = await viem.getPublicClient()
    const draw = drawsFrom(7n)
    let refusals = 0
    for (let page = 0; page < 10; page++) {
      const sets = Array.from({ length: 40 }, () => drawnSet(draw))
      const answers = await client.readContract({ address, abi: ABI, functionName: 'answers', args: [sets, 1n] })
      const own = sets.map((said) => combined(said, 1) ?? NONE)
      expect(own).to.deep.equal(answers)
      refusals += own.filter(({ theta }) => theta === 0n).length
    }
    expect(refusals).to.be.within(10, 390)
  })

  it('what all say alike is the smile, and half way between the medians it is what they say', () => {
    const said = { expiry: 1, ...slice(0.04, -0.3, 4), basis: 5 }
    const smile = combined([said, said, said], 1)
    expect(smile?.theta).to.equal(said.theta)
    expect(Number(smile?.rho)).to.be.closeTo(Number(said.rho), 1e10)
    const at = WAD / 10n
    expect(Number(totalVariance(smile ?? NONE, at))).to.be.closeTo(Number(totalVariance(said, at)), 1e10)
  })

  it('two who differ in shape and a third who sets one against the other make none', () => {
    // At the money the one, at one deviation to a side the other.
    const [steep, flat] = [slice(0.04, -0.3, 5), slice(0.046, 0.3, 2)]
    const honest = [steep, flat].map((one) => ({ expiry: 1, ...one, basis: 0 }))
    const refused = [slice(0.044, -0.9, 9), slice(0.042, 0.9, 9)].map((liar) =>
      combined([...honest, { expiry: 1, ...liar, basis: 0 }], 1),
    )
    expect(refused).to.deep.equal([undefined, undefined])
  })
})

const NONE: Slice = { expiry: 0, theta: 0n, rho: 0n, phi: 0n, basis: 0 }
