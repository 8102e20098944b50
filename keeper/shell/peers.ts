// What have the other keepers seen? Asks each at its registered endpoint, all at once and not for long; believes signatures only.
import { zeroAddress } from 'viem'
import type { Hex } from 'viem'
import type { Chain } from './chain.ts'
import type { SignedObservation, SignedSurface } from '../core/calls.ts'
import type { Head } from '../core/view.ts'
import type { Signer } from './signer.ts'
import { observationFromWire, surfaceFromWire } from './wire.ts'

export type Peer = { readonly id: number; readonly signer: Hex; readonly endpoint: string }

export type Peers = {
  /** The keepers of an epoch, from the registry at `head`. */
  readonly meet: (ids: readonly number[], head: Head) => Promise<void>
  /** Id in the registry of the keeper that signs with `signer`; zero if none. */
  readonly idOf: (signer: Hex) => number
  readonly observations: (underlying: number, round: number, except: number) => Promise<readonly SignedObservation[]>
  readonly surfaces: (underlying: number, round: number, except: number) => Promise<readonly SignedSurface[]>
}

export function peersFrom(
  chain: Chain,
  signer: Signer,
  timeoutMs: number,
  onMissed: (id: number, reason: string) => void,
): Peers {
  let peers: readonly Peer[] = []

  async function gather<Signed extends { readonly reporter: number }>(
    path: string,
    except: number,
    check: (json: unknown, peer: Peer) => Promise<Signed | undefined>,
  ): Promise<readonly Signed[]> {
    const asked = peers
      .filter(({ id }) => id !== except)
      .map(async (peer) => {
        try {
          const signed = await check(await ask(`${peer.endpoint}${path}`, timeoutMs), peer)
          if (signed === undefined) onMissed(peer.id, 'not what its key signs')
          return signed
        } catch (cause) {
          onMissed(peer.id, reasonOf(cause))
          return undefined
        }
      })
    return (await Promise.all(asked)).filter((signed) => signed !== undefined)
  }

  return {
    meet: async (ids, head) => {
      const met = await Promise.all(ids.map((id) => peerAt(chain, id, head)))
      peers = met.filter((peer) => peer !== undefined)
    },
    idOf: (address) => peers.find((peer) => peer.signer.toLowerCase() === address.toLowerCase())?.id ?? 0,
    observations: (underlying, round, except) =>
      gather(`/observation?underlying=${underlying}&time=${round}`, except, async (json, { id, signer: key }) => {
        const signed = observationFromWire(json)
        if (signed === undefined || signed.reporter !== id) return undefined
        const { observation } = signed
        const isAsked = observation.underlying === underlying && observation.time === BigInt(round)
        // The oracle refuses all that is carried with one that is out of range.
        if (observation.price <= 0n || observation.halfWidth > observation.price / 2n) return undefined
        return isAsked && (await signer.isObservationOf(signed, key)) ? signed : undefined
      }),
    surfaces: (underlying, round, except) =>
      gather(`/surface?underlying=${underlying}&time=${round}`, except, async (json, { id, signer: key }) => {
        const signed = surfaceFromWire(json)
        if (signed === undefined || signed.reporter !== id) return undefined
        const { surface } = signed
        const isAsked = surface.underlying === underlying && surface.time === BigInt(round)
        return isAsked && (await signer.isSurfaceOf(signed, key)) ? signed : undefined
      }),
  }
}

/** Undefined for a keeper whose word counts no more: one punished within the epoch would spoil every report it is carried in. */
async function peerAt(chain: Chain, id: number, head: Head): Promise<Peer | undefined> {
  const [{ endpoint }, signer] = await Promise.all([
    chain.read('keeperRegistry', 'keeper', [id], head.hash),
    chain.read('keeperRegistry', 'signerOf', [id], head.hash),
  ])
  return signer === zeroAddress ? undefined : { id, signer, endpoint: endpoint.replace(/\/$/, '') }
}

/** [bytes] An answer longer than this is none of ours. */
const ANSWER_MOST = 65_536

async function ask(url: string, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  const text = await textOf(response)
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 80)}`)
  return JSON.parse(text)
}

/** Never more is taken in than an answer of ours can be, whatever is sent. */
async function textOf({ body }: Response): Promise<string> {
  if (body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let taken = 0
  // Leaving the loop early ends the connection.
  for await (const chunk of body) {
    taken += chunk.byteLength
    if (taken > ANSWER_MOST) throw new Error(`more than ${ANSWER_MOST} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : ''
  return `${cause.message}${inner}`
}
