// What can a market say to us? The shapes every venue's dialect is translated into.

/** `price` in 1e-8 units of the pair's quote currency; `time` the venue's own, in unix milliseconds. */
export type Trade = { readonly time: number; readonly price: bigint }

/** `expiry` unix seconds; `strike` and `forward` in units of account; `volatility` annual, 0.8 is 80 %. */
export type OptionQuote = {
  readonly time: number
  readonly expiry: number
  readonly strike: number
  readonly isCall: boolean
  readonly volatility: number
  readonly forward: number | undefined
  /** Price in units of the underlying, where the venue tells it: of a call and a put on one strike, forwards follow by parity. */
  readonly mark: number | undefined
  /** What the venue itself holds the underlying for at that moment, where it tells it: its forwards stand against this. */
  readonly index: number | undefined
}

/** The venue's own price of the underlying; `time` in unix milliseconds. */
export type VenueIndex = { readonly time: number; readonly price: number }

/** `sequence` where the venue numbers its messages or trades without gaps; `through`: the last number in a message that holds several. */
export type FeedMessage =
  | {
      readonly kind: 'trades'
      readonly trades: readonly Trade[]
      readonly sequence: number | undefined
      readonly through?: number | undefined
    }
  | { readonly kind: 'quotes'; readonly quotes: readonly OptionQuote[] }
  | { readonly kind: 'index'; readonly index: VenueIndex }
  | {
      readonly kind: 'control'
      readonly name: string
      readonly sequence: number | undefined
      /** Number of the last trade that the venue has told: who has missed it knows by this. */
      readonly lastTrade?: number | undefined
    }
  | { readonly kind: 'refused'; readonly reason: string } // an error frame: reconnect, with backoff
  | { readonly kind: 'malformed'; readonly reason: string }

/** One venue's language: how to ask for trades of `pair`, and what its answers mean. */
export type Dialect = {
  readonly venue: string
  /** Messages to send when the socket opens. */
  readonly subscribe: (pair: string) => readonly string[]
  readonly parse: (text: string, pair: string) => FeedMessage
  /** What to answer to a control message of this name, where the venue asks for one. */
  readonly answers?: Readonly<Record<string, string>>
  /** What to say every so often, where the venue closes a socket that says nothing. */
  readonly keepAlive?: string
}

export const control = (name: string, sequence?: number): FeedMessage => ({ kind: 'control', name, sequence })
export const refused = (reason: string): FeedMessage => ({ kind: 'refused', reason })
export const malformed = (reason: string): FeedMessage => ({ kind: 'malformed', reason })
