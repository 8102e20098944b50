// What happened in a run? The driver tells it as a stream of these; the live view, the checks and the report are folds of it.
// Amounts are for people: units of account as numbers. Times are unix seconds of the replayed market.

export type AccountStatus = 'healthy' | 'called' | 'auction' | 'closed'

/** Where an input of the run comes from: the report prints this list as it is told. */
export type Input = { readonly name: string; readonly origin: 'real' | 'synthetic'; readonly source: string }

export type RunEvent =
  | {
      readonly kind: 'started'
      readonly scenario: string
      readonly underlying: string
      readonly venues: readonly string[]
      readonly keepers: readonly { readonly id: number; readonly address: string }[]
      readonly accounts: readonly { readonly account: string; readonly name: string; readonly strategy: string }[]
      readonly inputs: readonly Input[]
      readonly from: number
      readonly to: number
      readonly seed: number
    }
  /** Last trade of every venue at this moment; undefined where it has printed none lately. */
  | { readonly kind: 'tick'; readonly time: number; readonly prices: Readonly<Record<string, number | undefined>> }
  | {
      readonly kind: 'block'
      readonly number: number
      readonly time: number
      readonly baseFeeGwei: number
      readonly gasUsed: number
      readonly transactions: number
    }
  | {
      readonly kind: 'market'
      readonly time: number
      readonly state: string
      readonly price: number
      readonly reporters: number | undefined
      readonly anchor: number | undefined
    }
  /** A keeper found no cluster of venues and signed a wide observation, or none. */
  | { readonly kind: 'noCluster'; readonly time: number; readonly keeper: number }
  | {
      readonly kind: 'account'
      readonly time: number
      readonly account: string
      readonly status: AccountStatus
      readonly equity: number
      readonly maintenance: number
      readonly initial: number
    }
  | { readonly kind: 'onTurn'; readonly time: number; readonly keeper: number }
  | { readonly kind: 'reported'; readonly time: number; readonly by: string; readonly observations: number }
  | { readonly kind: 'surface'; readonly time: number; readonly by: string; readonly atTheMoneyVolatility: number }
  | { readonly kind: 'marginCall'; readonly time: number; readonly account: string; readonly by: string }
  | { readonly kind: 'cure'; readonly time: number; readonly account: string; readonly by: string }
  | { readonly kind: 'lapse'; readonly time: number; readonly account: string; readonly by: string }
  | { readonly kind: 'deposit'; readonly time: number; readonly account: string; readonly amount: number }
  | { readonly kind: 'auctionStart'; readonly time: number; readonly account: string; readonly by: string }
  | {
      readonly kind: 'bid'
      readonly time: number
      readonly account: string
      readonly by: string
      readonly fraction: number
      readonly paid: number
    }
  | { readonly kind: 'auctionEnd'; readonly time: number; readonly account: string; readonly deficit: number }
  | {
      readonly kind: 'settlementPrice'
      readonly time: number
      readonly expiry: number
      readonly price: number
      readonly rung: number
      readonly by: string
    }
  | {
      readonly kind: 'settlement'
      readonly time: number
      readonly account: string
      readonly expiry: number
      readonly payoff: number
      readonly by: string
    }
  | {
      readonly kind: 'fund'
      readonly time: number
      readonly assets: number
      readonly used: number
      readonly badDebt: number
    }
  | { readonly kind: 'killed'; readonly time: number; readonly keeper: number }
  | {
      readonly kind: 'failedTransaction'
      readonly time: number
      readonly by: string
      readonly error: string
      readonly gasUsed: number
    }
  /** A called account that the true median of the venues did not show below maintenance. */
  | { readonly kind: 'falseCall'; readonly time: number; readonly account: string; readonly detail: string }
  | { readonly kind: 'violation'; readonly time: number; readonly guarantee: string; readonly detail: string }
  | { readonly kind: 'finished'; readonly time: number; readonly wallSeconds: number }
