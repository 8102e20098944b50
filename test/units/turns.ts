// Do keepers that share nothing agree on whose turn it is, with each other and with the chain?
import { expect } from 'chai'
import { network } from 'hardhat'
import { encodeAbiParameters, keccak256, parseAbi, type Hex } from 'viem'
import { actor, actsAt, isIdle, onTurn, strideOf } from '../../units/turns.ts'

const hashOf = (value: bigint) => keccak256(encodeAbiParameters([{ type: 'uint256' }], [value]))
const lotOf = (subject: Hex, seed: Hex) =>
  BigInt(keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }], [subject, seed])))

/** The inputs that contracts/harness/TurnHarness.sol derives from one draw. */
function drawn(draw: bigint) {
  const subject = hashOf(draw)
  const bits = BigInt(subject)
  const bitsAt = (shift: bigint, width: bigint) => (bits >> shift) & ((1n << width) - 1n)
  const time = Number((bits >> 192n) >> 24n)
  const dueSince = bits % 2n === 0n ? 0 : time - Number(bitsAt(8n, 64n) % 100n)
  const slotSeconds = 2 + Number(bitsAt(16n, 32n) % 100n)
  const guardSeconds = Math.floor(slotSeconds / 2)
  const count = 1 + Number(bitsAt(48n, 16n) % 40n)
  const everybody = (1n << 256n) - 1n
  const idle = (bits & 6n) === 0n ? 0n : (bits & 14n) === 14n ? everybody : bits >> 128n
  return { lot: lotOf(subject, hashOf(bits)), time, dueSince, rules: { count, idle, slotSeconds, guardSeconds } }
}

describe('turns', () => {
  it('the chain and the keepers name the same keeper in every case drawn', async () => {
    const { viem } = await network.create()
    const harness = await viem.deployContract('TurnHarness')
    const amount = 2_000
    const client = await viem.getPublicClient()
    const positions = await client.readContract({
      address: harness.address,
      abi: parseAbi(['function actors(uint256 draw, uint256 amount) pure returns (uint16[])']),
      functionName: 'actors',
      args: [7n, BigInt(amount)],
    })
    const own = Array.from({ length: amount }, (_, i) => {
      const { lot, time, dueSince, rules } = drawn(7n + BigInt(i))
      return actor(lot, time, dueSince, rules)
    })
    expect(own).to.deep.equal([...positions])
    expect(new Set(own).size).to.be.greaterThan(30)
  })

  it('every keeper has one turn in as many consecutive slots as there are keepers', () => {
    for (let count = 1; count <= 16; count++) {
      for (let draw = 0n; draw < 20n; draw++) {
        const lot = BigInt(hashOf(draw))
        const rules = { count, idle: 0n, slotSeconds: 24, guardSeconds: 12 }
        const seen = Array.from({ length: count }, (_, slot) => onTurn(lot, 1_600_000_000 + 24 * slot, rules))
        expect(new Set(seen).size, `${count} keepers, stride ${strideOf(lot, count)}`).to.equal(count)
      }
    }
  })

  it('a duty stays with the previous keeper for one guard after the hand-over, and no head is idle', () => {
    const rules = { count: 5, idle: 0n, slotSeconds: 24, guardSeconds: 12 }
    const lot = BigInt(hashOf(3n))
    const handOver = 24 * 70_000_000
    const before = onTurn(lot, handOver - 1, rules)
    const after = onTurn(lot, handOver, rules)
    expect(before).to.not.equal(after)
    expect(actor(lot, handOver + 11, 0, rules)).to.equal(before)
    expect(actor(lot, handOver + 12, 0, rules)).to.equal(after)
    // A duty that fell due after the hand-over belongs to the new keeper at once.
    expect(actor(lot, handOver + 1, handOver, rules)).to.equal(after)
    for (let time = handOver; time < handOver + 240; time++) {
      const acting = [0, 1, 2, 3, 4].filter((position) => actsAt(lot, position, time, 0, rules))
      expect(acting).to.have.length(1)
    }
  })

  it('who is idle is passed over, and nobody else’s turn moves', () => {
    const all = { count: 7, idle: 0n, slotSeconds: 24, guardSeconds: 12 }
    for (let draw = 0n; draw < 50n; draw++) {
      const lot = BigInt(hashOf(draw))
      const idle = BigInt(hashOf(lot)) & 0x7fn
      for (let time = 1_600_000_000; time < 1_600_000_000 + 24 * 7; time += 24) {
        const before = onTurn(lot, time, all)
        const now = onTurn(lot, time, { ...all, idle })
        expect(isIdle(idle, now), `${idle}`).to.equal(idle === 0x7fn)
        if (!isIdle(idle, before)) expect(now).to.equal(before)
      }
    }
  })
})
