// By which key is a call sent? What protects the house goes by a lane of its own, where nothing stuck stands before it.
import type { Call } from '../core/calls.ts'
import type { DutyKind } from '../core/duties/duty.ts'
import type { Sender } from './sender.ts'

const URGENT: ReadonlySet<DutyKind> = new Set(['startAuction', 'openMarginCall'])

/** One sender to everybody else; without `urgent` it is `main` itself. */
export function lanesOf(main: Sender, urgent: Sender | undefined): Sender {
  if (urgent === undefined) return main
  const laneOf = ({ duties }: Call): Sender => (duties.some(({ kind }) => URGENT.has(kind)) ? urgent : main)
  return {
    address: main.address,
    addresses: [...main.addresses, ...urgent.addresses],
    inFlight: () => new Set([...main.inFlight(), ...urgent.inFlight()]),
    backlog: () => main.backlog() + urgent.backlog(),
    raises: () => main.raises() + urgent.raises(),
    settle: async (head, again) => [...(await urgent.settle(head, again)), ...(await main.settle(head, again))],
    send: (call, head, isDryRun) => laneOf(call).send(call, head, isDryRun),
  }
}
