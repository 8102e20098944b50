// How is text laid out on a terminal? Colours, columns and bars, measured as a person sees them.
import { stripVTControlCharacters } from 'node:util'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const
export type Tone = keyof typeof CODES

export function toned(tone: Tone, text: string): string {
  return `\x1b[${CODES[tone]}m${text}\x1b[0m`
}

/** Exactly `width` columns: padded, or cut with its colours. */
export function fitted(text: string, width: number): string {
  const plain = stripVTControlCharacters(text)
  if (plain.length <= width) return text + ' '.repeat(width - plain.length)
  return cut(text, Math.max(width - 1, 0)) + (width > 0 ? '…' : '')
}

/** Two blocks of lines side by side, the left one `leftWidth` wide. */
export function beside(left: readonly string[], right: readonly string[], leftWidth: number): string[] {
  const lines = Array.from({ length: Math.max(left.length, right.length) }, (_, row) => row)
  return lines.map((row) => fitted(left[row] ?? '', leftWidth) + (right[row] ?? ''))
}

/** `share` of `width` filled. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(Math.max(share, 0), 1) * width)
  return '█'.repeat(filled) + '░'.repeat(width - filled)
}

const STEPS = '▁▂▃▄▅▆▇█'

/** A line of little columns, lowest to highest value; blank where there is none. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined)
  const low = Math.min(...known)
  const spread = Math.max(...known) - low
  const step = (value: number) => STEPS[spread === 0 ? 3 : Math.floor(((value - low) / spread) * (STEPS.length - 1))]
  return values.map((value) => (value === undefined ? ' ' : step(value))).join('')
}

function cut(text: string, width: number): string {
  let seen = 0
  let kept = ''
  // oxlint-disable-next-line no-control-regex -- colours are control characters
  for (const part of text.split(/(\x1b\[\d+m)/)) {
    if (part.startsWith('\x1b')) kept += part
    else {
      kept += part.slice(0, width - seen)
      seen += Math.min(part.length, width - seen)
    }
  }
  return kept
}
