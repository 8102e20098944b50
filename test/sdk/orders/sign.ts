// A signature of a local key recovers to the order's owner.
import { expect } from 'chai'
import { recoverTypedDataAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { typedDataOf, type Order } from '../../../sdk/orders/order.ts'
import { signOrder } from '../../../sdk/orders/sign.ts'
import { accountIdOf } from '../../../units/account.ts'
import { cash, price, size, type SeriesId } from '../../../units/values.ts'

const OWNER = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const DOMAIN = { chainId: 31337, exchange: '0x00000000000000000000000000000000000000ee' } as const

describe('a signed order', () => {
  it('recovers to its owner', async () => {
    const order: Order = {
      account: accountIdOf(OWNER.address, 0n),
      series: 1n as SeriesId,
      size: size(1n),
      limit: price(2n),
      maxFee: cash(3n),
      deadline: 4n,
      nonce: 5n,
      reduceOnly: true,
      isMaker: true,
    }
    const { signature } = await signOrder(OWNER, order, DOMAIN)
    expect(await recoverTypedDataAddress({ ...typedDataOf(order, DOMAIN), signature })).to.equal(OWNER.address)
  })
})
