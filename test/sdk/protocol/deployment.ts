// A deployment record is whole or names the field that is wrong.
import { expect } from 'chai'
import { CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import { parseDeployment } from '../../../sdk/protocol/deployment.ts'

const ADDRESS = '0x00000000000000000000000000000000000000ee'
const RECORD = {
  chainId: 31337,
  blockNumber: 5,
  addresses: Object.fromEntries(['accessManager', ...CONTRACT_NAMES].map((name) => [name, ADDRESS])),
}

describe('a deployment record', () => {
  it('is read as it was written', () => {
    expect(parseDeployment(JSON.parse(JSON.stringify(RECORD)))).to.deep.equal(RECORD)
  })

  it('is refused by the name of the field that is wrong', () => {
    expect(() => parseDeployment(null)).to.throw('deployment is not an object')
    expect(() => parseDeployment({ ...RECORD, chainId: '1' })).to.throw('chainId')
    expect(() => parseDeployment({ ...RECORD, blockNumber: -1 })).to.throw('blockNumber')
    expect(() => parseDeployment({ ...RECORD, addresses: { ...RECORD.addresses, lens: '0x1' } })).to.throw(
      'addresses.lens',
    )
  })
})
