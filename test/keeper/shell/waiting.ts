import { expect } from 'chai'
import { waiting } from '../../../keeper/shell/waiting.ts'

describe('waiting', () => {
  it('ends when it has happened, and at once when it has already', async () => {
    const { until, wake } = waiting()
    let block = 0
    const reached = until(() => block >= 5, 10_000)
    for (block = 1; block < 5; block++) wake()
    wake()
    await reached
    await until(() => block >= 5, 10_000)
    expect(block).to.equal(5)
  })

  it('ends at its limit when it never happens', async () => {
    let isOver = false
    await waiting()
      .until(() => false, 5)
      .then(() => (isOver = true))
    expect(isOver).to.equal(true)
  })
})
