// A log of the universe becomes an event by name; others are left alone.
import { expect } from 'chai'
import { encodeAbiParameters, encodeEventTopics, type Hex } from 'viem'
import { ledgerAbi } from '../../../sdk/protocol/abi.ts'
import { CONTRACT_NAMES, type Addresses } from '../../../sdk/protocol/addresses.ts'
import { eventDecoder } from '../../../sdk/protocol/events.ts'
import type { Address } from '../../../units/account.ts'

const names = ['accessManager', ...CONTRACT_NAMES] as const
const addresses = Object.fromEntries(
  names.map((name, index) => [name, `0x${(index + 1).toString(16).padStart(40, '0')}`]),
) as Record<string, Address> as Addresses
const decode = eventDecoder(addresses)

const topics = encodeEventTopics({ abi: ledgerAbi, eventName: 'CashChanged', args: { account: 7n } }) as Hex[]
const data = encodeAbiParameters([{ type: 'int256' }, { type: 'uint64' }], [-5n, 3n])

describe('a log', () => {
  it('of a contract of the universe becomes its event, however its address is spelt', () => {
    const address = addresses.ledger.toUpperCase().replace('0X', '0x')
    expect(decode({ address, topics, data })).to.deep.include({
      contract: 'ledger',
      eventName: 'CashChanged',
      args: { account: 7n, cash: -5n, version: 3n },
    })
  })

  it('of another contract is nothing', () => {
    expect(decode({ address: '0x00000000000000000000000000000000000000ff', topics, data })).to.equal(undefined)
  })

  it('that the contract`s ABI does not name is nothing', () => {
    const unknown = [`0x${'ab'.repeat(32)}`] as Hex[]
    expect(decode({ address: addresses.ledger, topics: unknown, data })).to.equal(undefined)
  })
})
