import { expect } from 'chai'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { FeedMessage } from '../../../../keeper/core/feeds/message.ts'
import { okx } from '../../../../keeper/core/feeds/okx.ts'
import { plain } from '../../../../keeper/core/feeds/plain.ts'
import { listen } from '../../../../keeper/shell/feeds/socket.ts'

const TRADE = '{"type":"trade","pair":"ETHUSD","time":1584000000123,"price":"194.86"}'

describe('a feed’s socket', () => {
  let server: WebSocketServer
  let stop: () => void = () => undefined
  const messages: FeedMessage[] = []
  const states: boolean[] = []

  beforeEach(async () => {
    messages.length = 0
    states.length = 0
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
  })
  afterEach(() => {
    stop()
    for (const client of server.clients) client.terminate()
    server.close()
  })

  async function connect(): Promise<WebSocket> {
    const { port } = server.address() as AddressInfo
    const connected = once(server, 'connection')
    stop = listen(plain, `ws://127.0.0.1:${port}`, 'ETHUSD', {
      onMessage: (message) => messages.push(message),
      onState: (isOpen) => states.push(isOpen),
    })
    const [socket] = (await connected) as [WebSocket]
    return socket
  }

  it('subscribes when it opens', async () => {
    const socket = await connect()
    const [said] = (await once(socket, 'message')) as [Buffer]
    expect(said.toString()).to.equal('{"type":"subscribe","pair":"ETHUSD"}')
  })

  it('a pong says that everything sent before the ping has been taken in', async () => {
    const socket = await connect()
    for (let count = 0; count < 50; count++) socket.send(TRADE)
    socket.ping()
    await once(socket, 'pong')
    expect(messages.filter(({ kind }) => kind === 'trades')).to.have.length(50)
  })

  it('what it cannot read is told and dropped, and the next message is heard', async () => {
    const socket = await connect()
    for (const text of ['{', '<html>', '[]', TRADE]) socket.send(text)
    socket.ping()
    await once(socket, 'pong')
    expect(messages.map(({ kind }) => kind)).to.deep.equal(['malformed', 'malformed', 'malformed', 'trades'])
  })

  it('says what keeps it open, where the venue asks for that', async () => {
    const { port } = server.address() as AddressInfo
    const connected = once(server, 'connection')
    const events = { onMessage: (message: FeedMessage) => messages.push(message), onState: () => undefined }
    stop = listen(okx, `ws://127.0.0.1:${port}`, 'ETH-USDT', events, 20)
    const [socket] = (await connected) as [WebSocket]
    const heard: string[] = []
    socket.on('message', (said: Buffer) => {
      heard.push(said.toString())
      if (said.toString() === 'ping') socket.send('pong')
    })
    while (heard.filter((said) => said === 'ping').length < 2) await once(socket, 'message')
    expect(messages.some((message) => message.kind === 'control' && message.name === 'pong')).to.equal(true)
  })

  it('opens again when the venue closes, or refuses', async () => {
    const socket = await connect()
    const again = once(server, 'connection')
    socket.close()
    const [second] = (await again) as [WebSocket]
    const third = once(server, 'connection')
    second.send('{"type":"error","reason":"busy"}')
    await third
    expect(states.slice(0, 3)).to.deep.equal([true, false, true])
  })
})
