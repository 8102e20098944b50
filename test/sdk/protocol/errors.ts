// A refusal is read wherever a node or viem has put its data.
import { expect } from 'chai'
import { BaseError, encodeErrorResult, RawContractError } from 'viem'
import { errorsAbi } from '../../../sdk/protocol/abi.ts'
import { decodeRefusal, describeRefusal, refusalOf } from '../../../sdk/protocol/errors.ts'

const DATA = encodeErrorResult({ abi: errorsAbi, errorName: 'InsufficientCash', args: [7n, -5n, 0n] })

describe('a refusal', () => {
  it('has the name and the numbers of the custom error', () => {
    const refusal = decodeRefusal(DATA)
    expect(refusal).to.deep.equal({ name: 'InsufficientCash', args: [7n, -5n, 0n] })
    expect(refusal && describeRefusal(refusal)).to.equal('InsufficientCash(7, -5, 0)')
  })

  it('is none where the data is nobody`s', () => {
    expect(decodeRefusal('0xdeadbeef')).to.equal(undefined)
    expect(decodeRefusal('0x')).to.equal(undefined)
  })

  it('is found in the cause of an error of viem', () => {
    const error = new BaseError('call failed', { cause: new RawContractError({ data: DATA }) })
    expect(refusalOf(error)?.name).to.equal('InsufficientCash')
  })

  it('is not found in an error that has none', () => {
    expect(refusalOf(new BaseError('connection reset'))).to.equal(undefined)
    expect(refusalOf(new Error('other'))).to.equal(undefined)
  })
})
