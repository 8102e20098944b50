// How does an owner agree? By a signature of its key, in this process or behind a wallet.
import type { Hex } from 'viem'
import { typedDataOf, type Order, type OrderDomain, type SignedOrder } from './order.ts'

/** A local account of viem has this; a wallet client with an account is wrapped into it. */
export type Signer = { readonly signTypedData: (data: ReturnType<typeof typedDataOf>) => Promise<Hex> }

/** Signs `order` for one exchange on one chain. */
export async function signOrder(signer: Signer, order: Order, domain: OrderDomain): Promise<SignedOrder> {
  return { order, signature: await signer.signTypedData(typedDataOf(order, domain)) }
}
