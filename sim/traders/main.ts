// A trader as a process of its own: decides on every head, says so, and ends with its parent.
import { serveStatus } from '../status.ts'
import { createBidder } from './bidder.ts'
import { readTraderConfig } from './config.ts'
import { openDesk, type Head } from './desk.ts'
import { createOwner } from './owner.ts'

const [flag, file] = process.argv.slice(2)
if (flag !== '--config' || file === undefined) {
  console.error('usage: node sim/traders/main.ts --config FILE')
  process.exit(2)
}

// The parent holds the other end: when it ends, however it ends, so do we.
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))

const config = readTraderConfig(file)
const desk = await openDesk(config)
const decide = config.role === 'owner' ? createOwner(desk) : createBidder(desk)
const status = await serveStatus(config.statusPort)

let newest: Head | undefined
let isDeciding = false

async function decideOnNewest(): Promise<void> {
  if (isDeciding) return
  isDeciding = true
  while (newest !== undefined) {
    const head = newest
    newest = undefined
    const due = await decide(head).catch((error: unknown) => {
      console.error(`${config.role}: block ${head.number}: ${String(error)}`)
      return 0
    })
    status.tell({ decidedBlock: head.number, due })
  }
  isDeciding = false
}

desk.client.watchBlocks({
  emitOnBegin: true,
  onBlock: (block) => {
    newest = { number: Number(block.number), time: Number(block.timestamp), baseFeeWei: block.baseFeePerGas ?? 0n }
    void decideOnNewest()
  },
  // The chain has gone, and with it the run.
  onError: () => process.exit(0),
})
