// Is every error within the bound that the function's own comment states?
import { expect } from 'chai'
import { rows } from '../../scripts/bench/errors.ts'

/** By the rows of `npm run bench -- errors`; a floor to the last unit is part of what is measured. */
const BOUNDS: Readonly<Record<string, number>> = {
  'exp.small': 2,
  'exp.large': 2e-18,
  'exp.q96': 8.6e-19,
  ln: 0.6,
  'ln.ratio': 5e-20,
  sqrt: 1,
  'sqrt.q96': 1e-24,
  cdf: 4.5e-18,
  surface: 1e-23,
  'price.usual': 7.5e-18,
  'price.wide': 7.5e-18,
  'price.far': 2e-17,
  'price.brief': 7.5e-18,
  'price.vast': 7.5e-18,
  'price.largest': 7.5e-18,
  'price.smallest': 0,
  delta: 1e-17,
  vega: 2e-18,
  gamma: 2e-18,
  theta: 2e-18,
  iv: 1e-15,
}

describe('the error of the kernel', () => {
  it('stays within its bound against sixty digits, in every region', async () => {
    const found = await rows()
    expect(found.map(({ id }) => id)).to.have.members(Object.keys(BOUNDS))
    for (const { id, value, note } of found) expect(value, `${id}: ${note}`).to.be.at.most(BOUNDS[id]!)
  })
})
