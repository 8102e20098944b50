// How much gas does one pure function take? Compiles each in a contract of its own and measures it from inside.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { network } from 'hardhat'
import { decodeAbiParameters, encodeFunctionData, type Abi, type Hex } from 'viem'

const ROOT = join(import.meta.dirname, '../..')
const require = createRequire(import.meta.url)
const solc: { compile(input: string, callbacks: object): string } = require('solc')

/** `call` is a Solidity expression of the parameters' names; `imports` whole import lines from the project's root. */
export type Subject = {
  readonly imports: string
  readonly parameters: string
  readonly results: readonly string[]
  readonly call: string
}
export type Target = 'osaka' | 'cancun'
export type Measurement = { readonly used: number; readonly results: readonly bigint[] }
export type Meter = (inputs: readonly (readonly bigint[])[]) => Promise<readonly (Measurement | undefined)[]>

/** Gas between two reads of `gasleft`, the result stored in between so that no work can move out. */
function sourceOf(subject: Subject): string {
  const names = subject.results.map((_, index) => `r${index}`)
  const declared = subject.results.map((type, index) => `${type} r${index}`)
  const sink = names.map((name, index) => `mstore(${512 + index * 32}, ${name})`).join(' ')
  return `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;
${subject.imports}
contract Measured {
    function run(${subject.parameters}) external view returns (uint256 used, ${declared.join(', ')}) {
        assembly { mstore(1024, 0) }
        uint256 start = gasleft();
        ${names.length === 1 ? names[0] : `(${names.join(', ')})`} = ${subject.call};
        assembly { ${sink} }
        unchecked { used = start - gasleft(); }
    }
}`
}

/** What the measuring itself costs: one GAS, and DUP, PUSH, MSTORE for each result (into memory grown beforehand). */
const costOfMeter = (subject: Subject): number => 2 + 9 * subject.results.length

type Compiled = { readonly abi: Abi; readonly bytecode: Hex }

/** Before osaka a word's leading zeros are counted by a ladder of comparisons. */
function contentsOf(path: string, target: Target): { readonly contents: string } | { readonly error: string } {
  const here = target === 'cancun' ? path.replace(/LeadingZeros\.sol$/, 'LeadingZerosLadder.sol') : path
  try {
    return { contents: readFileSync(join(ROOT, here.startsWith('contracts/') ? '' : 'node_modules', here), 'utf8') }
  } catch {
    return { error: `no file ${here}` }
  }
}

/** One compiler run over `content`, imports read from the project; every contract that `content` names, by its own name. */
function compile(
  content: string,
  names: readonly string[],
  target: Target,
  runs: number,
): Readonly<Record<string, Compiled>> {
  const input = {
    language: 'Solidity',
    sources: { 'Measured.sol': { content } },
    settings: {
      evmVersion: target,
      viaIR: true,
      optimizer: { enabled: true, runs },
      outputSelection: { '*': Object.fromEntries(names.map((name) => [name, ['abi', 'evm.bytecode.object']])) },
    },
  }
  const find = (path: string) => contentsOf(path, target)
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find }))
  const errors = (output.errors ?? []).filter((it: { severity: string }) => it.severity === 'error')
  if (errors.length > 0)
    throw new Error(errors.map((it: { formattedMessage: string }) => it.formattedMessage).join('\n'))
  const files: Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>[] = Object.values(output.contracts)
  const found = Object.assign({}, ...files) as (typeof files)[number]
  return Object.fromEntries(
    names.map((name) => {
      const { abi, evm } = found[name]!
      return [name, { abi, bytecode: `0x${evm.bytecode.object}` }]
    }),
  )
}

/** The project's own contracts as `target` would have them, with the project's optimizer; paths from the project's root. */
export function contractsFor(paths: Readonly<Record<string, string>>, target: Target) {
  const imports = Object.values(paths).map((path) => `import "${path}";`)
  const content = ['// SPDX-License-Identifier: MIT', 'pragma solidity ^0.8.29;', ...imports].join('\n')
  return compile(content, Object.keys(paths), target, 10_000)
}

/** A meter on a chain of its own; undefined where the function refuses its input. */
export async function meterOf(subject: Subject, target: Target): Promise<Meter> {
  const { viem, provider } = await network.create({ override: { hardfork: target } })
  const [wallet] = await viem.getWalletClients()
  const client = await viem.getPublicClient()
  const deploy = async (source: string) => {
    const { abi, bytecode } = compile(source, ['Measured'], target, 1_000_000)['Measured']!
    const hash = await wallet!.deployContract({ abi, bytecode })
    const { contractAddress } = await client.getTransactionReceipt({ hash })
    return async (parameters: readonly bigint[]): Promise<Measurement | undefined> => {
      const data = encodeFunctionData({ abi, functionName: 'run', args: parameters })
      const answer = await provider
        .request({ method: 'eth_call', params: [{ to: contractAddress, data, gas: '0xf4240' }] })
        .catch(() => undefined)
      if (answer === undefined) return undefined
      const types = ['uint256', ...subject.results].map((type) => ({ type }))
      const [used, ...results] = decodeAbiParameters(types, answer as Hex) as bigint[]
      return { used: Number(used), results }
    }
  }
  const measured = await deploy(sourceOf(subject))
  return async (inputs) => {
    const answers: (Measurement | undefined)[] = []
    for (const input of inputs) {
      const answer = await measured(input)
      answers.push(answer === undefined ? undefined : { ...answer, used: answer.used - costOfMeter(subject) })
    }
    return answers
  }
}
