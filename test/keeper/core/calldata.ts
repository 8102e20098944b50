import { expect } from 'chai'
import { encodeAbiParameters, encodeFunctionData, parseAbi } from 'viem'
import type { Hex } from 'viem'
import type { SignedSurface } from '../../../keeper/core/calls.ts'
import { surfacesIn } from '../../../keeper/core/calldata.ts'
import { ABIS } from '../../../sdk/protocol/addresses.ts'

const TIME = 1_600_000_000n
const signed: readonly SignedSurface[] = [1, 2, 3].map((reporter) => ({
  reporter,
  surface: {
    underlying: 1,
    time: TIME,
    slices: [
      { expiry: 1_600_100_000, theta: 10n ** 16n, rho: -(10n ** 17n), phi: 10n ** 18n, basis: -5 },
      { expiry: 1_600_200_000, theta: 10n ** 17n, rho: 10n ** 17n, phi: 10n ** 18n, basis: 5 },
    ],
  },
  signature: `0x${String(reporter).repeat(130)}`,
}))
const submission = encodeFunctionData({ abi: ABIS.volatilityBook, functionName: 'submit', args: [signed] })

describe('surfaces in calldata', () => {
  it('are found in a call of the book', () => {
    expect(surfacesIn(submission)).to.deep.equal(signed)
  })

  it('are found in a call within calls, and behind other arguments of another function', () => {
    const execute = parseAbi(['function execute(address target, uint256 value, bytes data)'])
    const target = '0x1111111111111111111111111111111111111111'
    const inner = encodeFunctionData({ abi: execute, args: [target, 3n, submission] })
    expect(surfacesIn(encodeFunctionData({ abi: execute, args: [target, 3n, inner] }))).to.deep.equal(signed)

    const [submit] = ABIS.volatilityBook.filter((item) => item.type === 'function' && item.name === 'submit')
    const list = submit?.type === 'function' ? submit.inputs : []
    const relayed = encodeAbiParameters([{ type: 'uint256' }, ...list, { type: 'bytes' }], [
      7n,
      signed,
      '0x1234',
    ] as never)
    expect(surfacesIn(`0xdeadbeef${relayed.slice(2)}`)).to.deep.equal(signed)
    // Packed, so that no word stands where words stand.
    expect(surfacesIn(`0x010203${submission.slice(2)}ff`)).to.deep.equal(signed)
  })

  it('are none in anything else, however long or broken', () => {
    expect(surfacesIn('0x')).to.deep.equal([])
    expect(surfacesIn(submission.slice(0, -200) as Hex)).to.deep.equal([])
    const report = parseAbi(['function report((uint16 reporter, bytes signature)[] list)'])
    const other = encodeFunctionData({ abi: report, args: [[{ reporter: 1, signature: '0x12' }]] })
    expect(surfacesIn(other)).to.deep.equal([])
    // Lists that begin and never end hide nothing that comes after them.
    const word = (value: number) => value.toString(16).padStart(64, '0')
    const noise = (word(1) + word(32) + word(5) + word(96)).repeat(200)
    expect(surfacesIn(`0x${noise}${submission.slice(2)}`)).to.deep.include.members([...signed])
    expect(surfacesIn(`0x${'00'.repeat(131_073)}`)).to.deep.equal([])
  })
})
