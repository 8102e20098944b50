// What does the caller do next? The three ways to fail, named by the answer.

export type Failure =
  | { readonly kind: 'transient'; readonly reason: string } // retry, with backoff
  | { readonly kind: 'refused'; readonly error: string } // the protocol said no: do not repeat
  | { readonly kind: 'broken'; readonly invariant: string } // we are wrong: stop, wake a person
