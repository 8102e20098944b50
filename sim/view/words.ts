// How is one event said in a line? The same words on the live screen and in a plain log.
import type { Happening, Run } from '../report/run.ts'
import { nameOf, senderNameOf } from '../report/run.ts'

/** `2020-03-12 10:41`, in UTC. */
export function stamp(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')
}

export function amount(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

/** One sentence without its time; undefined for what is counted and not told. */
export function sentenceOf(run: Run, it: Happening): string | undefined {
  switch (it.kind) {
    case 'marginCall':
      return `margin call to ${nameOf(run, it.account)}, by ${senderNameOf(run, it.by)}`
    case 'cure':
      return `${nameOf(run, it.account)} is cured, recorded by ${senderNameOf(run, it.by)}`
    case 'lapse':
      return `the call to ${nameOf(run, it.account)} lapses, by ${senderNameOf(run, it.by)}`
    case 'deposit':
      return `${nameOf(run, it.account)} deposits ${amount(it.amount)}`
    case 'auctionStart':
      return `auction of ${nameOf(run, it.account)} starts, by ${senderNameOf(run, it.by)}`
    case 'bid':
      return `bid for ${amount(it.fraction * 100)} % of ${nameOf(run, it.account)} at ${amount(it.paid)}, by ${senderNameOf(run, it.by)}`
    case 'auctionEnd':
      return `auction of ${nameOf(run, it.account)} ends, deficit ${amount(it.deficit)}`
    case 'settlementPrice':
      return `settlement price ${amount(it.price)} for ${stamp(it.expiry)} (rung ${it.rung}), by ${senderNameOf(run, it.by)}`
    case 'settlement':
      return `${nameOf(run, it.account)} is settled with ${amount(it.payoff)}, by ${senderNameOf(run, it.by)}`
    case 'killed':
      return `keeper ${it.keeper} is killed`
    case 'violation':
      return `VIOLATION of ${it.guarantee}: ${it.detail}`
    case 'falseCall':
      return `FALSE CALL of ${nameOf(run, it.account)}: ${it.detail}`
    case 'failedTransaction':
      return `a transaction of ${senderNameOf(run, it.by)} is refused: ${it.error}`
    case 'noCluster':
    case 'surface':
    case 'fund':
      return undefined
  }
}
