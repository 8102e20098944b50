// What do files of one venue each say together? The market over the time that all of them cover.
import { cut, endOf, type Scenario } from './scenario.ts'

/** Throws RangeError where they are of different bars, name a venue twice, or share no time. */
export function joined(scenarios: readonly Scenario[]): Scenario {
  const [first] = scenarios
  if (first === undefined) throw new RangeError('nothing to join')
  const { barSeconds } = first
  const odd = scenarios.find((one) => one.barSeconds !== barSeconds || (one.start - first.start) % barSeconds !== 0)
  if (odd !== undefined) throw new RangeError(`${odd.name} has other bars than ${first.name}`)
  const names = scenarios.flatMap(({ venues }) => venues.map(({ venue }) => venue))
  if (new Set(names).size < names.length) throw new RangeError(`a venue is named twice: ${names.join(' ')}`)

  const from = Math.max(...scenarios.map(({ start }) => start))
  const to = Math.min(...scenarios.map(endOf))
  if (to <= from) throw new RangeError(`${scenarios.map(({ name }) => name).join(' and ')} share no time`)
  const alike = scenarios.map((one) => cut(one, from, to))
  const barCount = (to - from) / barSeconds
  const venues = alike.flatMap((one) => one.venues)
  return { ...first, name: names.join('+'), start: from, barCount, venues }
}
