// Do imports point one way? The order of the stages and of the TypeScript layers.
import { expect } from 'chai'
import { filesUnder, importsOf, ownImportsOf, textOf, withoutComments } from './tree.ts'

/** Each may import what stands before it and itself. */
const STAGES = [
  'types',
  'math',
  'access',
  'ledger',
  'keepers',
  'oracle',
  'pricebook',
  'risk',
  'margin',
  'margincall',
  'liquidation',
  'settlement',
  'Clearinghouse',
  'exchange',
  'lens',
  'harness',
]

/** Most specific first. A layer may import itself and what is named. */
const LAYERS: readonly { readonly folder: RegExp; readonly name: string; readonly from: readonly string[] }[] = [
  { name: 'core', folder: /^(keeper|sim|matcher)\/(.*\/)?core\//, from: ['units', 'risk', 'sdk'] },
  { name: 'units', folder: /^units\//, from: [] },
  { name: 'risk', folder: /^risk\//, from: ['units'] },
  { name: 'sdk', folder: /^sdk\//, from: ['units', 'risk'] },
  { name: 'keeper', folder: /^keeper\//, from: ['units', 'risk', 'sdk', 'core'] },
  { name: 'modules', folder: /^modules\//, from: ['units', 'risk', 'sdk'] },
  { name: 'sim', folder: /^sim\//, from: ['units', 'risk', 'sdk', 'core', 'modules'] },
  { name: 'scripts', folder: /^scripts\//, from: ['units', 'risk', 'sdk', 'core', 'keeper', 'modules', 'sim'] },
]

/** What a pure file may not mention: it would not be a function of its arguments any more. */
const IMPURE =
  /\bawait\b|\basync\b|\bDate\.now\b|\bDate\(\)|\bMath\.random\b|\bperformance\.|\bconsole\.|\bprocess\.|\bsetTimeout\b|\bsetInterval\b|\bcreate\w*Client\b|\bfetch\(/
const PURE = /^(units|risk)\/|^(keeper|sim|matcher)\/(.*\/)?core\//

function stageOf(path: string): number {
  const [, name = ''] = path.split('/')
  // What stands beside the front door belongs to it.
  return STAGES.indexOf(name.replace(/^\w+\.sol$/, 'Clearinghouse'))
}

function layerOf(path: string) {
  return LAYERS.find((layer) => layer.folder.test(path))
}

describe('the structure', () => {
  for (const path of filesUnder(/^contracts\//, '.sol')) {
    it(`imports of ${path} point to earlier stages`, () => {
      expect(stageOf(path), 'a stage of the order').to.be.at.least(0)
      for (const target of ownImportsOf(path)) expect(stageOf(target), target).to.be.within(0, stageOf(path))
    })
  }

  for (const path of filesUnder(/^(units|risk|sdk|keeper|sim|modules|scripts)\//, '.ts')) {
    const layer = layerOf(path)
    it(`imports of ${path} stay within what its layer may use`, () => {
      for (const target of ownImportsOf(path))
        expect([layer?.name, ...(layer?.from ?? [])]).to.include(layerOf(target)?.name)
    })
  }

  for (const path of filesUnder(PURE, '.ts')) {
    it(`${path} is pure`, () => {
      expect(withoutComments(textOf(path)).match(IMPURE)?.[0]).to.equal(undefined)
      for (const target of importsOf(path)) expect(target).to.match(/^\.|^viem$|^viem\/utils$|^decimal\.js$/)
    })
  }
})
