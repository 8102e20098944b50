import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import { json, serveHttp, text, wholeOf } from '../../../keeper/shell/http.ts'
import type { HttpServer } from '../../../keeper/shell/http.ts'

describe('the keeper’s HTTP', () => {
  let server: HttpServer
  before(async () => {
    server = await serveHttp('127.0.0.1', 0, {
      '/live': () => text(503, 'asleep\n'),
      '/sum': (query) => json(200, { is: (wholeOf(query, 'a') ?? 0) + 1 }),
      '/broken': () => {
        throw new Error('we are wrong')
      },
    })
  })
  after(() => server.close())

  it('answers by route, with the status the route gives', async () => {
    const live = await fetch(`${server.url}/live`)
    expect([live.status, await live.text()]).to.deep.equal([503, 'asleep\n'])
    expect(await (await fetch(`${server.url}/sum?a=4`)).json()).to.deep.equal({ is: 5 })
  })

  it('names what there is where there is nothing', async () => {
    const answer = await fetch(`${server.url}/toString`)
    expect(answer.status).to.equal(404)
    expect(await answer.text()).to.contain('/live')
  })

  it('a route that fails is an error of its own, and the server goes on', async () => {
    expect((await fetch(`${server.url}/broken`)).status).to.equal(500)
    expect((await fetch(`${server.url}/live`)).status).to.equal(503)
  })

  it('who asks nothing takes a place among few, and loses it', async function () {
    this.timeout(20_000)
    const { hostname, port } = new URL(server.url)
    const silent = Array.from({ length: 80 }, () => connect(Number(port), hostname).on('error', () => undefined))
    const closed = silent.map((socket) => once(socket, 'close'))
    let gone = 0
    for (const socket of silent) socket.resume().on('close', () => (gone += 1))
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(gone).to.be.within(80 - 64, 80 - 1)
    await Promise.all(closed)
    expect((await fetch(`${server.url}/sum?a=4`)).status).to.equal(200)
  })

  it('a whole number in a query is digits and nothing else', () => {
    const query = new URLSearchParams('a=12&b=-1&c=1e3&d=')
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => wholeOf(query, name))).to.deep.equal([
      12,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
