// Did anything become dearer? Median gas of every function in the Solidity tests, and bytecode size, against gas.json.
// `--update` rewrites gas.json; `--measured FILE` compares what a run of the tests has written already.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { run } from './steps.ts'
import { isMeasured, solidityFiles } from './testFiles.ts'
import { dearer, parseMeasured, type Gas } from './gasTable.ts'

const SNAPSHOT = 'gas.json'
const { values } = parseArgs({ options: { update: { type: 'boolean' }, measured: { type: 'string' } } })

async function measure(): Promise<Gas> {
  const file = values.measured ?? 'cache/gas.json'
  if (values.measured === undefined) {
    const { code } = await run(
      'hardhat',
      'test',
      'solidity',
      '--gas-stats-json',
      file,
      ...solidityFiles(false).filter(isMeasured),
    )
    if (code !== 0) process.exit(code)
  }
  return parseMeasured(JSON.parse(readFileSync(file, 'utf8')))
}

const measured = await measure()
if (values.update === true) {
  writeFileSync(SNAPSHOT, `${JSON.stringify(measured, undefined, 2)}\n`)
  console.log(`${SNAPSHOT} rewritten`)
} else {
  const findings = dearer(JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Gas, measured)
  for (const finding of findings) console.log(finding)
  console.log(findings.length === 0 ? 'gas: nothing became dearer' : 'gas: if that is wanted, npm run gas -- --update')
  process.exit(findings.length === 0 ? 0 : 1)
}
