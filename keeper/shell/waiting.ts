// Has it happened yet? Waiters for a condition that something else makes true, each with its limit.

export type Waiting = {
  /** Looks again at what every waiter waits for. */
  readonly wake: () => void
  /** Resolves when `isTrue`, or when `mostMs` have passed. */
  readonly until: (isTrue: () => boolean, mostMs: number) => Promise<void>
}

export function waiting(): Waiting {
  const checks = new Set<() => void>()
  return {
    wake: () => {
      for (const check of checks) check()
    },
    until: (isTrue, mostMs) =>
      new Promise((resolve) => {
        if (isTrue()) return resolve()
        const end = (): void => {
          clearTimeout(timer)
          checks.delete(check)
          resolve()
        }
        const check = (): void => {
          if (isTrue()) end()
        }
        const timer = setTimeout(end, mostMs)
        checks.add(check)
      }),
  }
}
