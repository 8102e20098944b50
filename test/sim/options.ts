// Flags mean what the help says, and a wrong one is refused by its name.
import { expect } from 'chai'
import { parseRunOptions } from '../../sim/options.ts'

const refusal = (...argv: string[]) => {
  const options = parseRunOptions(argv)
  if (options === 'help' || !('refusal' in options)) throw new Error('not refused')
  return options.refusal
}

describe('sim/options', () => {
  it('runs Black Thursday as a film by default, and as fast as it goes without a picture', () => {
    expect(parseRunOptions([])).to.deep.include({ scenario: 'black-thursday', kill: 0, seed: 1, speed: 1200 })
    expect(parseRunOptions(['--headless'])).to.deep.include({ isHeadless: true, speed: undefined })
    expect(parseRunOptions(['--headless', '--speed', '60'])).to.deep.include({ speed: 60 })
    expect(parseRunOptions(['--help'])).to.equal('help')
  })

  it('reads times, cuts and kills', () => {
    const options = parseRunOptions(['--from', '2020-03-12T06:00Z', '--hours', '12', '--kill', '4', '--seed', '7'])
    expect(options).to.deep.include({ from: 1583992800, hours: 12, kill: 4, seed: 7 })
  })

  it('refuses what it does not know, and names it', () => {
    expect(refusal('--sped', '3')).to.include('--sped')
    expect(refusal('--kill', '6')).to.include('--kill')
    expect(refusal('--kill', '1.5')).to.include('--kill')
    expect(refusal('--kill-at', '2020-03-12T06:00Z')).to.include('--kill-at')
    expect(refusal('--hours', '')).to.include('--hours')
    expect(refusal('--from', 'noon')).to.include('--from')
    expect(refusal('--from', '2020-03-12', '--to', '2020-03-11')).to.include('--to')
    expect(refusal('--to', '2020-03-12', '--hours', '3')).to.include('--hours')
    expect(refusal('black-thursday')).to.include('black-thursday')
  })
})
