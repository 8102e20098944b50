// An operator whom governance admitted joins with one command; whoever was not, or has no bond, is told why.
import { expect } from 'chai'
import { privateKeyToAddress } from 'viem/accounts'
import type { Config } from '../../../keeper/shell/config.ts'
import type { Hex } from '../../../keeper/shell/keys.ts'
import { joinRegistry } from '../../../keeper/shell/membership.ts'
import { protocolAt } from '../../../sdk/protocol/client.ts'
import { openChain, type Chain } from '../../../sim/world/chain.ts'
import { deployUniverse, KEEPER_BOND } from '../../../sim/world/deploy.ts'
import { accountKeyOf, beginFirstEpoch, localNodeAt, provide, type LocalNode } from '../../../sim/world/local.ts'

const ENDPOINT = 'http://127.0.0.1:9101'
const OPERATORS = [1, 2, 3, 4].map(accountKeyOf)
const key = (digit: string): Hex => `0x${digit.repeat(64)}`

describe('keeper/shell/membership', function () {
  this.timeout(60_000)
  let chain: Chain
  let node: LocalNode

  before(async () => {
    chain = await openChain({ startTime: 1_584_000_000, forkUrl: undefined })
    const operators = OPERATORS.map(privateKeyToAddress)
    const { deployment } = await deployUniverse(chain, { seed: 1, symbol: 'ETH', spot: 200, operators })
    node = await localNodeAt(chain.rpc.httpUrl, deployment)
  })
  after(() => chain.close())

  function configOf(digit: string): Config {
    const { deployment } = node
    const keys = { signingKey: key(digit), senderKey: key('a'), urgentKey: key('b') }
    return { rpcUrls: [chain.rpc.httpUrl], chainId: deployment.chainId, deployment, ...keys } as Config
  }
  async function refusalOf(action: Promise<unknown>): Promise<string> {
    return action.then(
      () => 'none',
      (error: Error) => error.message,
    )
  }

  it('without the bond nothing is sent, and the message says how much is lacking', async () => {
    const refusal = await refusalOf(joinRegistry(configOf('1'), OPERATORS[0]!, ENDPOINT))
    expect(refusal).to.match(/^the bond is 50000000000 units of the token 0x\w+; 0x\w+ has 0$/)
  })

  it('joins with every sender and the endpoint, the bond paid, and asked twice joins once', async () => {
    const operator = privateKeyToAddress(OPERATORS[0]!)
    await provide(node, operator, privateKeyToAddress(key('a')))
    const joined = await joinRegistry(configOf('1'), OPERATORS[0]!, ENDPOINT)
    expect(joined).to.deep.equal({
      id: 1,
      operator,
      signer: privateKeyToAddress(key('1')),
      senders: [key('a'), key('b')].map(privateKeyToAddress),
      endpoint: ENDPOINT,
      servesAfter: 0,
    })
    expect(await joinRegistry(configOf('1'), OPERATORS[0]!, ENDPOINT)).to.deep.equal(joined)
    const { keeperRegistry } = protocolAt(node.client, node.deployment.addresses)
    expect((await keeperRegistry.read.keeper([1])).bond).to.equal(KEEPER_BOND)
  })

  it('a sender that another keeper has is refused in the registry’s words', async () => {
    await provide(node, privateKeyToAddress(OPERATORS[1]!), privateKeyToAddress(key('a')))
    expect(await refusalOf(joinRegistry(configOf('2'), OPERATORS[1]!, ENDPOINT))).to.match(/^SenderTaken\(0x/)
  })

  it('an operator whom nobody admitted is refused by name', async () => {
    const stranger = accountKeyOf(7)
    await provide(node, privateKeyToAddress(stranger), privateKeyToAddress(key('a')))
    expect(await refusalOf(joinRegistry(configOf('2'), stranger, ENDPOINT))).to.match(/^NotAdmitted\(0x/)
  })

  it('fewer than a quorum begin no epoch', async () => {
    expect(await refusalOf(beginFirstEpoch(node))).to.contain('TooFewKeepers')
  })
})
