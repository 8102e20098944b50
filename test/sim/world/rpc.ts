// One state is read once: what a block may change is forgotten, errors keep their revert data, and subscriptions reach their owner.
import { expect } from 'chai'
import { rememberReads, serveRpc, type Provider } from '../../../sim/world/rpc.ts'

/** A node that counts, and whose answer grows with every block. */
function countingNode(): Provider & { readonly asked: string[] } {
  const asked: string[] = []
  let height = 0
  return {
    asked,
    request: ({ method }) => {
      asked.push(method)
      if (method === 'evm_mine') height += 1
      if (method === 'eth_estimateGas') return Promise.reject({ code: 3, message: 'reverted', data: '0x1234' })
      return Promise.resolve(height)
    },
    on: () => undefined,
    off: () => undefined,
  }
}

describe('sim/world/rpc', () => {
  it('asks the node once for the same read of the same state, and again after a block', async () => {
    const node = countingNode()
    const { request } = rememberReads(node)
    const read = { method: 'eth_call', params: [{ to: '0x1' }, 'latest'] }
    expect(await Promise.all([request(read), request(read)])).to.deep.equal([0, 0])
    expect(node.asked).to.have.length(1)
    await request({ method: 'evm_mine' })
    expect(await request(read)).to.equal(1)
    expect(await request({ ...read, params: [{ to: '0x2' }, 'latest'] })).to.equal(1)
    expect(node.asked).to.deep.equal(['eth_call', 'evm_mine', 'eth_call', 'eth_call'])
  })

  it('never remembers a nonce or an estimate', async () => {
    const node = countingNode()
    const { request } = rememberReads(node)
    const count = { method: 'eth_getTransactionCount', params: ['0x1', 'pending'] }
    await request(count)
    await request(count)
    expect(node.asked).to.have.length(2)
  })

  it('answers over HTTP, one or many at a time, and passes revert data on bare', async () => {
    const node = countingNode()
    const server = await serveRpc(rememberReads(node), node)
    const ask = async (body: unknown) =>
      (await fetch(server.httpUrl, { method: 'POST', body: JSON.stringify(body) })).json()
    expect(await ask({ jsonrpc: '2.0', id: 7, method: 'eth_blockNumber' })).to.deep.equal({
      jsonrpc: '2.0',
      id: 7,
      result: 0,
    })
    const [first, second] = (await ask([
      { id: 1, method: 'eth_estimateGas' },
      { id: 2, method: 'eth_chainId' },
    ])) as unknown[]
    expect(first).to.deep.equal({ jsonrpc: '2.0', id: 1, error: { code: 3, message: 'reverted', data: '0x1234' } })
    expect(second).to.deep.equal({ jsonrpc: '2.0', id: 2, result: 0 })
    await server.close()
  })
})
