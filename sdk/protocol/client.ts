// How is the protocol spoken to? One typed viem contract for each of its own.
import { getContract, type Client, type GetContractReturnType } from 'viem'
import { ABIS, CONTRACT_NAMES, type Addresses, type ContractName } from './addresses.ts'

/** `client` is a public client to read, or a wallet client extended with public actions to write too. */
export type Protocol<C extends Client = Client> = {
  readonly [Name in ContractName]: GetContractReturnType<(typeof ABIS)[Name], C>
}

/** Typed contracts at `addresses`: `protocol.lens.read.market([1, []])`. */
export function protocolAt<C extends Client>(client: C, addresses: Addresses): Protocol<C> {
  const contracts = CONTRACT_NAMES.map((name) => [
    name,
    getContract({ address: addresses[name], abi: ABIS[name], client: client as Client }),
  ])
  return Object.fromEntries(contracts) as Protocol<C>
}
