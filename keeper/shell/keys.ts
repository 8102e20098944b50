// Where is the key? Never in the configuration: in a file, in the environment, or in an encrypted keystore.
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { decryptKeystoreJsonSync } from 'ethers'
import { z } from 'zod'

const path = z.string().min(1)

/** A file or an environment variable that holds 0x and 64 hex digits, or a Web3 keystore (version 3) and the file of its password. */
export const secretSource = z.union(
  [
    z.strictObject({ file: path }),
    z.strictObject({ env: path }),
    z.strictObject({ keystore: path, passwordFile: path }),
  ],
  {
    error:
      'expected {"file": PATH}, {"env": NAME} or {"keystore": PATH, "passwordFile": PATH}; a key itself is never written here',
  },
)

export type SecretSource = z.infer<typeof secretSource>
export type Hex = `0x${string}`

/** Reads the key that `source` names, paths relative to `directory`. Throws a TypeError that shows neither key nor password. */
export function keyOf(source: SecretSource, directory: string, environment: NodeJS.ProcessEnv): Hex {
  if ('keystore' in source) return keystoreKeyOf(source.keystore, source.passwordFile, directory)
  const text = 'file' in source ? secretIn(resolve(directory, source.file)) : environment[source.env]
  if (text === undefined) throw new TypeError(`environment variable ${'env' in source ? source.env : ''} is not set`)
  // The text itself is never shown: it may be a key written wrongly.
  if (!/^0x[0-9a-fA-F]{64}$/.test(text.trim())) throw new TypeError('does not hold 0x and 64 hex digits')
  return text.trim() as Hex
}

/** A secret that others on the machine can read is none. */
function secretIn(file: string): string {
  const others = statSync(file).mode & 0o077
  if (others !== 0) throw new TypeError(`${file} can be read or written by others: chmod 600 it`)
  return readFileSync(file, 'utf8')
}

function keystoreKeyOf(keystore: string, passwordFile: string, directory: string): Hex {
  const json = readFileSync(resolve(directory, keystore), 'utf8')
  // An editor ends the file with a line break that is no part of the password.
  const password = secretIn(resolve(directory, passwordFile)).replace(/\r?\n$/, '')
  try {
    return decryptKeystoreJsonSync(json, password).privateKey as Hex
  } catch {
    throw new TypeError(`keystore ${keystore} does not open with the password in ${passwordFile}`)
  }
}
