// Is this the header of that block? Its hash is that of its fields, so a state root that is in it cannot be made up.
import { keccak256, toRlp } from 'viem'
import type { Hash } from './view.ts'

export type Fields = Readonly<Record<string, unknown>>

/** In the order in which Ethereum hashes them; those of later forks stand at the end and may be absent. */
const FIELDS = [
  'parentHash',
  'sha3Uncles',
  'miner',
  'stateRoot',
  'transactionsRoot',
  'receiptsRoot',
  'logsBloom',
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'extraData',
  'mixHash',
  'nonce',
  'baseFeePerGas',
  'withdrawalsRoot',
  'blobGasUsed',
  'excessBlobGas',
  'parentBeaconBlockRoot',
  'requestsHash',
] as const

/** Whole numbers among them: without leading zeros. */
const NUMBERS: ReadonlySet<string> = new Set([
  'difficulty',
  'number',
  'gasLimit',
  'gasUsed',
  'timestamp',
  'baseFeePerGas',
  'blobGasUsed',
  'excessBlobGas',
])

/** The hash of `header` as nodes tell it; another one on a chain whose headers have fields of their own. */
export function hashOfHeader(header: Fields): Hash {
  const present = FIELDS.filter((name) => typeof header[name] === 'string')
  return keccak256(toRlp(present.map((name) => encoded(name, header[name] as Hash))))
}

function encoded(name: string, value: Hash): Hash {
  if (!NUMBERS.has(name)) return value
  const digits = value.slice(2).replace(/^0+/, '')
  return `0x${digits.length % 2 === 0 ? digits : `0${digits}`}`
}
