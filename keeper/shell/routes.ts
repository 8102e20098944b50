// Which questions does a keeper answer? Peers ask for observations and surfaces, operators and supervisors for the rest.
import { json, text, wholeOf } from './http.ts'
import type { Routes } from './http.ts'
import type { Keeper } from './keeper.ts'
import type { Lookout } from './lookout.ts'
import type { Metrics } from './metrics.ts'
import { toWire } from './wire.ts'

/** [ms] Without a finished turn for so long it is not alive. */
const QUIET_MOST = 60_000

export function routesOf(keeper: Keeper, lookout: Lookout, metrics: Metrics): Routes {
  return {
    '/observation': async (query) => signed(query, lookout, lookout.observation),
    '/surface': async (query) => signed(query, lookout, lookout.surface),
    '/status': async (query) => {
      const after = wholeOf(query, 'after')
      return json(200, after === undefined ? keeper.status() : await keeper.statusAfter(after))
    },
    '/metrics': async () => ({
      status: 200,
      type: metrics.registry.contentType,
      body: await metrics.text(),
    }),
    '/live': () => {
      const quiet = keeper.quietMs()
      return quiet <= QUIET_MOST ? text(200, 'alive\n') : text(503, `no turn finished for ${Math.round(quiet)} ms\n`)
    },
    '/ready': () => {
      const reasons = keeper.unready()
      return reasons.length === 0 ? text(200, 'ready\n') : text(503, `${reasons.join('\n')}\n`)
    },
  }
}

async function signed<Signed extends Parameters<typeof toWire>[0]>(
  query: URLSearchParams,
  lookout: Lookout,
  answer: (underlying: number, round: number) => Promise<Signed | undefined>,
) {
  const underlying = wholeOf(query, 'underlying')
  const time = wholeOf(query, 'time')
  if (underlying === undefined || time === undefined) return json(400, { error: 'ask with underlying= and time=' })
  await lookout.untilRound(time)
  const found = await answer(underlying, time)
  return found === undefined
    ? json(404, { error: `nothing signed for underlying ${underlying} at ${time}` })
    : json(200, toWire(found))
}
