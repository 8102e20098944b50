// What happened? Turns logs into the protocol's events.
import { decodeEventLog, type ContractEventName, type GetEventArgs, type Hex } from 'viem'
import type { Address } from '../../units/account.ts'
import { ABIS, CONTRACT_NAMES, type Addresses, type ContractName } from './addresses.ts'

/** What a log of any client has. */
export type RawLog = { readonly address: string; readonly topics: readonly Hex[]; readonly data: Hex }

type Exact = { EnableUnion: false; IndexedOnly: false; Required: true }

type EventOf<Name extends ContractName> = {
  [Event in ContractEventName<(typeof ABIS)[Name]>]: {
    readonly contract: Name
    readonly eventName: Event
    readonly args: GetEventArgs<(typeof ABIS)[Name], Event, Exact>
  }
}[ContractEventName<(typeof ABIS)[Name]>]

/** Discriminated by `contract`, then by `eventName`. */
export type ProtocolEvent = { [Name in ContractName]: EventOf<Name> }[ContractName]

/** The event in a log; undefined where the log is not of this universe, or of a kind its ABI does not name. */
export type EventDecoder = (log: RawLog) => ProtocolEvent | undefined

/** Reads the logs of the universe at `addresses`. */
export function eventDecoder(addresses: Addresses): EventDecoder {
  const names = new Map(CONTRACT_NAMES.map((name) => [addresses[name].toLowerCase(), name]))
  return (log) => {
    const contract = names.get(log.address.toLowerCase())
    return contract === undefined ? undefined : decode(contract, log)
  }
}

/** Addresses whose logs concern a reader, for a filter. */
export function loggingAddresses(addresses: Addresses): Address[] {
  return CONTRACT_NAMES.map((name) => addresses[name])
}

function decode(contract: ContractName, log: RawLog): ProtocolEvent | undefined {
  try {
    const event = decodeEventLog({ abi: ABIS[contract], topics: log.topics as [Hex, ...Hex[]], data: log.data })
    return { contract, ...event } as ProtocolEvent
  } catch {
    return undefined
  }
}
