import { expect } from 'chai'
import { refusals } from '../../../keeper/shell/refusals.ts'
import { head } from '../core/example.ts'

describe('what was refused', () => {
  it('is not asked again until the markets change or a minute has passed', () => {
    const refused = refusals()
    refused.remember('lapse:1', head, 'agreed')
    const later = (seconds: number) => ({ ...head, time: head.time + seconds })
    expect(refused.isRefused('lapse:1', later(59), 'agreed')).to.equal(true)
    expect(refused.isRefused('lapse:1', later(60), 'agreed')).to.equal(false)
    expect(refused.isRefused('lapse:1', later(12), 'disputed')).to.equal(false)
    expect(refused.isRefused('lapse:2', later(12), 'agreed')).to.equal(false)
  })
})
