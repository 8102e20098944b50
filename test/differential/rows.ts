// Which inputs are tried? The same on every run, edges first, sizes uniform in their number of bits.
import { expect } from 'chai'
import { network } from 'hardhat'

/** Rows a function is tried with, beside its edges. */
export const ROWS = process.env['PLIMSOLL_DEEP'] === '1' ? 20_000 : 2000
export const ONE = 10n ** 18n
export const ONE_Q96 = 1n << 96n

/** xorshift64*. */
function generator(seed: bigint): () => bigint {
  let state = seed
  return () => {
    state ^= state >> 12n
    state = (state ^ (state << 25n)) & 0xffffffffffffffffn
    state ^= state >> 27n
    return (state * 0x2545f4914f6cdd1dn) & 0xffffffffffffffffn
  }
}

export const next = generator(0x9e3779b97f4a7c15n)

export function bits(width: number): bigint {
  let word = 0n
  for (let filled = 0; filled < width; filled += 64) word = (word << 64n) | next()
  return word & ((1n << BigInt(width)) - 1n)
}

/** Every number of bits up to `width` is as likely. Never zero. */
export const magnitude = (width: number): bigint => bits(Number(next() % BigInt(width)) + 1) || 1n
export const between = (least: bigint, most: bigint): bigint => least + (bits(256) % (most - least + 1n))
/** Uniform between two floats, for what is tried in float64. */
export const uniform = (least: number, most: number): number => least + (most - least) * (Number(bits(53)) / 2 ** 53)
export const rows = <Row>(edges: readonly Row[], row: () => Row): Row[] => [
  ...edges,
  ...Array.from({ length: ROWS }, row),
]

type Comparison = <Row, Answer>(name: string, inputs: readonly Row[], twin: (row: Row) => Answer) => Promise<void>

/** Deploys a harness and returns what compares its answers with a twin's, two hundred rows a call. */
export async function comparisonWith(contract: 'KernelHarness' | 'ExoticHarness'): Promise<Comparison> {
  const { viem } = await network.create()
  const harness = await viem.deployContract(contract)
  const client = await viem.getPublicClient()
  return async <Row, Answer>(name: string, inputs: readonly Row[], twin: (row: Row) => Answer) => {
    for (let start = 0; start < inputs.length; start += 200) {
      const page = inputs.slice(start, start + 200)
      const answers = (await client.readContract({
        address: harness.address,
        abi: harness.abi,
        functionName: name,
        args: [page],
      } as never)) as Answer[]
      page.forEach((row, index) => {
        expect(
          answers[index],
          `${name} of ${JSON.stringify(row, (_, it) => (typeof it === 'bigint' ? `${it}` : it))}`,
        ).to.deep.equal(twin(row))
      })
    }
  }
}
