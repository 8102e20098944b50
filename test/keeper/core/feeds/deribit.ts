import { expect } from 'chai'
import { deribit, instrumentOf } from '../../../../keeper/core/feeds/deribit.ts'

const notification = (channel: string, data: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { channel, data } })

const EXPIRY = Date.UTC(2020, 2, 27, 8) / 1000

describe('Deribit messages', () => {
  it('the mark prices of a chain are quotes, volatility a fraction', () => {
    const text = notification('markprice.options.eth_usd', [
      { timestamp: 1584000000123, mark_price: 0.0333, iv: 0.9, instrument_name: 'ETH-27MAR20-200-C' },
      { timestamp: 1584000000123, mark_price: 0.0333, iv: 0.95, instrument_name: 'ETH-27MAR20-180-P' },
    ])
    expect(deribit.parse(text, 'eth_usd')).to.deep.equal({
      kind: 'quotes',
      quotes: [
        {
          time: 1584000000123,
          expiry: EXPIRY,
          strike: 200,
          isCall: true,
          volatility: 0.9,
          forward: undefined,
          mark: 0.0333,
          index: undefined,
        },
        {
          time: 1584000000123,
          expiry: EXPIRY,
          strike: 180,
          isCall: false,
          volatility: 0.95,
          forward: undefined,
          mark: 0.0333,
          index: undefined,
        },
      ],
    })
  })

  it('a ticker is one quote, volatility in per cent, with its forward', () => {
    const text = notification('ticker.ETH-27MAR20-200-C.100ms', {
      timestamp: 1584000000123,
      instrument_name: 'ETH-27MAR20-200-C',
      mark_iv: 90.5,
      underlying_price: 195.2,
      mark_price: 0.03,
      index_price: 194.8,
    })
    const message = deribit.parse(text, 'eth_usd')
    expect(message.kind === 'quotes' && message.quotes[0]?.volatility).to.equal(0.905)
    expect(message.kind === 'quotes' && message.quotes[0]?.forward).to.equal(195.2)
    expect(message.kind === 'quotes' && message.quotes[0]?.index).to.equal(194.8)
  })

  it('asks for its index beside the marks, and takes it with its time', () => {
    expect(deribit.subscribe('ETH_USD').at(-1)).to.contain('"deribit_price_index.eth_usd"')
    const text = notification('deribit_price_index.eth_usd', {
      timestamp: 1584000000123,
      price: 194.8,
      index_name: 'eth_usd',
    })
    expect(deribit.parse(text, 'eth_usd')).to.deep.equal({
      kind: 'index',
      index: { time: 1584000000123, price: 194.8 },
    })
    const empty = notification('deribit_price_index.eth_usd', { timestamp: 1584000000123 })
    expect(deribit.parse(empty, 'eth_usd').kind).to.equal('malformed')
  })

  it('a row without a volatility is left out; a message without a quote is malformed', () => {
    const row = { timestamp: 1584000000123, instrument_name: 'ETH-27MAR20-200-C' }
    const two = deribit.parse(notification('markprice.options.eth_usd', [row, { ...row, iv: 0.9 }]), 'eth_usd')
    expect(two.kind === 'quotes' && two.quotes.length).to.equal(1)
    expect(deribit.parse(notification('markprice.options.eth_usd', [{ ...row, iv: 0 }]), 'eth_usd').kind).to.equal(
      'malformed',
    )
  })

  it('an instrument name carries expiry at 08:00 UTC, strike with d for the point, and side', () => {
    expect(instrumentOf('AVAX_USDC-17OCT25-20d5-P')).to.deep.equal({
      expiry: Date.UTC(2025, 9, 17, 8) / 1000,
      strike: 20.5,
      isCall: false,
    })
    for (const name of ['ETH-PERPETUAL', 'ETH-27XXX20-200-C', 'ETH-27MAR20-0-C', 'ETH-27MAR20-200-X']) {
      expect(instrumentOf(name), name).to.equal(undefined)
    }
  })

  it('a test request is control with an answer ready, an error is a refusal', () => {
    const request = '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}'
    expect(deribit.parse(request, 'eth_usd')).to.deep.include({ kind: 'control', name: 'test_request' })
    expect(deribit.answers?.['test_request']).to.contain('public/test')
    expect(deribit.parse('{"jsonrpc":"2.0","id":2,"error":{"code":11050}}', 'eth_usd').kind).to.equal('refused')
    expect(deribit.parse('{"jsonrpc":"2.0","id":2,"result":[]}', 'eth_usd').kind).to.equal('control')
  })
})
