import { expect } from 'chai'
import { EMPTY_BOOK, observationIn, seen, viewIn } from '../../../keeper/core/observations.ts'
import type { OwnView } from '../../../keeper/core/observe.ts'

const narrow = (price: bigint): OwnView => ({ kind: 'narrow', price, halfWidth: 0n, venues: [] })
const looking = (price: bigint) => () => ({ view: narrow(price), surface: undefined })

describe('what a keeper has seen', () => {
  it('nothing is signed for a round that may have begun before the first head', () => {
    const started = seen(EMPTY_BOOK, 1_003, [1], looking(5n))
    expect(observationIn(started, 1, 1_000)).to.equal(undefined)
    expect(observationIn(seen(started, 1_009, [1], looking(5n)), 1, 1_000)).to.equal(undefined)
    expect(observationIn(seen(started, 1_010, [1], looking(5n)), 1, 1_010)).to.deep.equal({
      underlying: 1,
      time: 1_010n,
      price: 5n,
      halfWidth: 0n,
    })
  })

  it('a round’s value is that of its first head, whatever is seen later', () => {
    const first = seen(seen(EMPTY_BOOK, 1_003, [1], looking(5n)), 1_010, [1], looking(6n))
    const later = seen(first, 1_017, [1], looking(7n))
    expect(later).to.equal(first)
    expect(observationIn(later, 1, 1_010)?.price).to.equal(6n)
  })

  it('a head that steps back in time changes no round', () => {
    const first = seen(seen(EMPTY_BOOK, 1_003, [1], looking(5n)), 1_030, [1], looking(6n))
    expect(seen(first, 1_010, [1], looking(7n))).to.equal(first)
  })

  it('without a view there is nothing to sign', () => {
    const blind = () => ({ view: { kind: 'none', reason: '' } as const, surface: undefined })
    const book = seen(seen(EMPTY_BOOK, 1_003, [1], blind), 1_010, [1], blind)
    expect(viewIn(book, 1, 1_010)?.kind).to.equal('none')
    expect(observationIn(book, 1, 1_010)).to.equal(undefined)
  })

  it('old rounds are forgotten', () => {
    let book = seen(EMPTY_BOOK, 1_000, [1], looking(1n))
    for (let time = 1_010; time < 2_000; time += 10) book = seen(book, time, [1], looking(1n))
    expect(viewIn(book, 1, 1_010)).to.equal(undefined)
    expect(viewIn(book, 1, 1_990)).to.not.equal(undefined)
    expect(book.views.size).to.equal(32)
  })
})
