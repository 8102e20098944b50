// What can go wrong, and what must hold all the same? Each case breaks something in a running fleet and says what it found amiss.
import { PROCESS_CASES } from './cases/processes.ts'
import { ENDPOINT_CASES } from './cases/endpoints.ts'
import { CHAIN_CASES } from './cases/chain.ts'
import { TRANSACTION_CASES } from './cases/transactions.ts'
import { FEED_CASES } from './cases/feeds.ts'
import { RIVAL_CASES } from './cases/rivals.ts'
import { MACHINE_CASES } from './cases/machine.ts'
import { SOCKET_CASES } from './cases/sockets.ts'
import type { Case } from './work.ts'

export const CASES: readonly Case[] = [
  ...PROCESS_CASES,
  ...ENDPOINT_CASES,
  ...SOCKET_CASES,
  ...CHAIN_CASES,
  ...TRANSACTION_CASES,
  ...FEED_CASES,
  ...RIVAL_CASES,
  ...MACHINE_CASES,
]
