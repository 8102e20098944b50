// What if the machine fails: its clock, its disks, its descriptors, its processor, its settings?
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADDRESSES, CHAIN_ID } from '../universe.ts'
import { unless } from '../work.ts'
import type { Case } from '../work.ts'

export const MACHINE_CASES: readonly Case[] = [
  {
    name: 'wrong settings are refused by their field, and no secret is told',
    faults: [45],
    isQuick: true,
    run: async (world) => {
      const directory = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
      const key = `0x${'5'.repeat(64)}`
      writeFileSync(join(directory, 'key'), key, { mode: 0o600 })
      writeFileSync(join(directory, 'open'), key, { mode: 0o644 })
      const whole = {
        rpcUrls: [world.keepers[0]!.endpoints[0]!.url],
        chainId: CHAIN_ID,
        deployment: { blockNumber: 0, addresses: ADDRESSES },
        senderKey: { file: 'key' },
        signingKey: { file: 'key' },
        underlyings: [
          { underlying: 1, symbol: 'ETH', feeds: [{ venue: 'a', url: world.venues.urls[0], pair: 'ETHUSD' }] },
        ],
      }
      const wrong: readonly (readonly [object, string])[] = [
        [{ colour: 'red' }, 'colour'],
        [{ rpcUrls: [] }, 'rpcUrls'],
        [{ senderKey: key }, 'senderKey'],
        [{ senderKey: { file: 'open' } }, 'senderKey'],
        [{ limits: { maxFeePerGasGwei: -1 } }, 'limits.maxFeePerGasGwei'],
        [{ chainId: 'one' }, 'chainId'],
      ]
      const findings = wrong.flatMap(([changed, field]) => {
        const file = join(directory, 'keeper.json')
        writeFileSync(file, JSON.stringify({ ...whole, ...changed }))
        const parameters = [join(import.meta.dirname, '../../../keeper/main.ts'), '--config', file, '--check']
        const { status, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' })
        return [
          ...unless(status === 2 && stderr.includes(field), `${field}: ${status} ${stderr}`),
          ...unless(!stderr.includes('5'.repeat(64)), `${field}: a secret was told`),
        ]
      })
      rmSync(directory, { recursive: true })
      return findings
    },
  },
]
