// Does the twin of the market policy say what the contract says?
import { expect } from 'chai'
import { network } from 'hardhat'
import { encodeAbiParameters, keccak256, parseAbi } from 'viem'
import { candidatesOf, stateOf, type Round, type Sources } from '../../../risk/exact/market.ts'
import { MARKET_STATES } from '../../../units/portfolio.ts'

const TIME = 1_600_000_000n
const LAST_AGREED = 1_234n * 10n ** 18n
const E18 = 10n ** 18n
/** Draws to a call, and calls. */
const PAGE = 100
const PAGES = 10

/** The sources that contracts/harness/MarketHarness.sol derives from one draw. */
function drawn(draw: bigint): Sources {
  const bits = BigInt(keccak256(encodeAbiParameters([{ type: 'uint256' }], [draw])))
  const at = (shift: bigint, below: bigint) => (bits >> shift) % below
  const flag = (mask: bigint) => (bits & mask) === mask
  const price = 1_000n * E18 + at(8n, 10n ** 20n)
  return {
    newest: round(TIME - (at(16n, 2n ** 240n) % 200n), price, at(24n, 10n ** 20n), flag(1n)),
    previous: round(TIME - 200n, price + at(32n, 10n ** 19n), at(40n, 10n ** 19n), flag(2n)),
    anchor: {
      isLive: !flag(12n),
      price: 1_000n * E18 + at(48n, 10n ** 20n),
      updatedAt: TIME - at(56n, 4_000n),
      deviation: at(64n, 10_000n),
    },
    isNewestLive: !flag(48n),
    isPreviousLive: flag(64n),
    outsideSince: flag(128n) ? TIME - at(72n, 2_000n) : 0n,
    time: TIME,
    pool: (bits & 768n) === 0n ? 0n : (price * (850_000n + at(80n, 300_000n))) / 1_000_000n,
  }
}

function round(time: bigint, median: bigint, halfWidth: bigint, isWide: boolean): Round {
  const width = isWide ? halfWidth : 0n
  return { time, median, low: median - width, high: median + width, isWide }
}

describe('the market policy', () => {
  it('the chain and its twin name the same states and candidates in every case drawn', async () => {
    const { viem } = await network.create()
    const harness = await viem.deployContract('MarketHarness')
    const client = await viem.getPublicClient()
    const words: bigint[] = []
    for (let page = 0; page < PAGES; page++) {
      const answers = await client.readContract({
        address: harness.address,
        abi: parseAbi(['function answers(uint256 draw, uint256 amount) pure returns (uint256[])']),
        functionName: 'answers',
        args: [BigInt(page * PAGE), BigInt(PAGE)],
      })
      words.push(...answers)
    }
    const own = Array.from({ length: PAGES * PAGE }, (_, i) => drawn(BigInt(i)))
    const expected = own.flatMap((sources) => {
      const lists = (['BELOW', 'ABOVE', 'TAKING'] as const).map((side) => candidatesOf(sources, side, LAST_AGREED))
      const state = BigInt(MARKET_STATES.indexOf(stateOf(sources)))
      return [state, ...lists.flatMap((list) => [BigInt(list.length), ...list])]
    })
    expect(expected).to.deep.equal(words)
    // The others are steps of a reopening, which the book takes by its clock and no reading of the sources gives.
    expect([...new Set(own.map(stateOf))]).to.have.members(['DEAD', 'SINGLE', 'WIDE', 'DISPUTED', 'AGREED'])
  })
})
