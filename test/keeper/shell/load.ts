// Does a keeper see what the contracts hold, and is what it then does accepted by them?
import { expect } from 'chai'
import { createWalletClient, custom, erc20Abi, parseAbi, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { callsOf } from '../../../keeper/core/calls.ts'
import { payWithdrawalsDuties } from '../../../keeper/core/duties/withdrawals.ts'
import { chainAt } from '../../../keeper/shell/chain.ts'
import { advanceView, loadView } from '../../../keeper/shell/load.ts'
import type { View } from '../../../keeper/core/view.ts'
import { ABIS, type ContractName } from '../../../sdk/protocol/addresses.ts'
import { openChain, type Chain as World } from '../../../sim/world/chain.ts'
import { deployUniverse, viemChainOf, type Universe } from '../../../sim/world/deploy.ts'
import { addressOf, keyOf } from '../../../sim/world/keys.ts'
import { accountIdOf } from '../../../units/account.ts'

const ETHER = 10n ** 18n
const CASH_UNIT = 10n ** 6n
const OWED = 100n
const RECEIVER = '0x00000000000000000000000000000000000000a5'

describe('a withdrawal that waits, seen and paid on the real contracts', function () {
  this.timeout(300_000)
  const key = keyOf(1, 'somebody')
  const account = accountIdOf(addressOf(key), 0n)
  let world: World
  let universe: Universe

  before(async () => {
    world = await openChain({ startTime: 1_583_884_800, forkUrl: undefined })
    universe = await deployUniverse(world, { seed: 1, symbol: 'ETH', spot: 200, operators: [addressOf(key)] })
    await world.giveEther(addressOf(key), ETHER)
  })
  after(() => world.close())

  async function send(to: Hex, abi: unknown, functionName: string, args: readonly unknown[], gas = 3_000_000n) {
    const signer = privateKeyToAccount(key)
    const transport = custom({ request: world.client.request as never })
    const wallet = createWalletClient({ account: signer, chain: await viemChainOf(world), transport })
    const hash = await wallet.writeContract({ address: to, abi, functionName, args, gas } as never)
    const { status } = await world.client.waitForTransactionReceipt({ hash })
    expect(status).to.equal('success')
  }

  /** Puts a withdrawal last as the front door does, before there are any tokens. */
  async function enqueue(amount: bigint): Promise<void> {
    const { clearinghouse, withdrawalQueue } = universe.deployment.addresses
    await world.giveEther(clearinghouse, ETHER)
    const request = world.client.request as (call: { method: string; params: unknown[] }) => Promise<unknown>
    await request({ method: 'hardhat_impersonateAccount', params: [clearinghouse] })
    const transport = custom({ request: world.client.request as never })
    const door = createWalletClient({ account: clearinghouse, chain: await viemChainOf(world), transport })
    const hash = await door.writeContract({
      address: withdrawalQueue,
      abi: ABIS.withdrawalQueue,
      functionName: 'enqueue',
      args: [account, RECEIVER, amount],
      gas: 1_000_000n,
    })
    expect((await world.client.waitForTransactionReceipt({ hash })).status).to.equal('success')
  }

  it('is told from the chain, waits for tokens, is due once they are there, and is then paid once', async () => {
    const { custody, clearinghouse } = universe.deployment.addresses
    const chain = chainAt([world.rpc.httpUrl], universe.deployment.addresses, 10)
    try {
      const empty = await loadView(chain, await chain.newest())
      expect(empty.waiting).to.equal(undefined)

      await enqueue(OWED * ETHER)
      const waits = await advanceView(chain, empty, await chain.newest())
      expect(waits.waiting).to.deep.equal({ place: 0n, payout: OWED * ETHER, tokens: 0n })
      expect(payWithdrawalsDuties(waits)).to.deep.equal([])

      await send(universe.cashToken, FAUCET, 'faucet', [addressOf(key), OWED * CASH_UNIT])
      await send(universe.cashToken, erc20Abi, 'approve', [custody, OWED * CASH_UNIT])
      await send(clearinghouse, ABIS.clearinghouse, 'deposit', [account, 0, OWED * ETHER])
      const due = await advanceView(chain, waits, await chain.newest())
      // From the start and from head to head it sees the same.
      expect(due.waiting).to.deep.equal((await loadView(chain, due.head)).waiting)
      expect(payWithdrawalsDuties(due)).to.deep.equal([{ kind: 'payWithdrawals', place: 0n }])

      await carryOut(due)
      const args = [RECEIVER] as const
      const read = { address: universe.cashToken, abi: erc20Abi, functionName: 'balanceOf', args } as const
      expect(await world.client.readContract(read)).to.equal(OWED * CASH_UNIT)
      expect((await advanceView(chain, due, await chain.newest())).waiting).to.equal(undefined)
    } finally {
      chain.close()
    }
  })

  async function carryOut(view: View): Promise<void> {
    for (const { contract, functionName, args, gas } of callsOf(payWithdrawalsDuties(view), 15_000_000n)) {
      const name: ContractName = contract
      await send(universe.deployment.addresses[name], ABIS[name], functionName, args, gas)
    }
  }
})

const FAUCET = parseAbi(['function faucet(address receiver, uint256 amount)'])
