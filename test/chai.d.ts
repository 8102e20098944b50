// What may be compared in a test? chai compares bigint as it compares number; its types do not say so.
declare namespace Chai {
  interface NumberComparer {
    (value: bigint, message?: string): Assertion
  }
}
