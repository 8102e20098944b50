// Which files does the project consist of? Those that git knows or would add, as paths from the root.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})

export const FILES: readonly string[] = [...new Set(listed.split('\n'))].filter((path) => path !== '' && isThere(path))

export function filesUnder(folder: RegExp, ending: string): string[] {
  return FILES.filter((path) => folder.test(path) && path.endsWith(ending))
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function isThere(path: string): boolean {
  return existsSync(join(ROOT, path))
}

/** Paths and modules that a Solidity or TypeScript file imports, lazily too, as they are written. */
export function importsOf(path: string): string[] {
  const pattern = /(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/g
  return [...withoutComments(textOf(path)).matchAll(pattern)].map((match) => match[1] ?? '')
}

/** The same, of files of the project only, as paths from the root. */
export function ownImportsOf(path: string): string[] {
  return importsOf(path)
    .filter((it) => it.startsWith('.'))
    .map((it) => join(path, '..', it))
}

export function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '')
}
