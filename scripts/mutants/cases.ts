// Which faults must the tests see? Each replaces one passage of one file; `npm run mutants` plants them one by one.

/**
 * @param search A passage that stands in `file` once. @param tests Files that must see the fault, quickest first.
 * @param build Contracts that those tests deploy by name; none where they compile what they test.
 */
export type Mutant = {
  readonly id: string
  readonly fault: string
  readonly file: string
  readonly search: string
  readonly replace: string
  readonly tests: readonly string[]
  readonly build?: readonly string[]
}

type Change = readonly [id: string, fault: string, search: string, replace: string]

/** Faults of one file that the same tests must see. */
function faultsIn(
  file: string,
  tests: readonly string[],
  changes: readonly Change[],
  build?: readonly string[],
): Mutant[] {
  return changes.map(([id, fault, search, replace]) => ({
    ...{ id, fault, file, search, replace, tests },
    ...(build === undefined ? {} : { build }),
  }))
}

const LIBRARIES: readonly Mutant[] = [
  ...faultsIn(
    'contracts/ledger/CashIndexLib.sol',
    ['test/contracts/ledger/CashIndexLib.t.sol'],
    [
      [
        'index-rounds-up',
        'what holders keep rounds up',
        'Math.mulDiv(index, kept, before + 1)',
        'Math.mulDiv(index, kept, before, Math.Rounding.Ceil)',
      ],
      [
        'cash-rounds-up',
        'a share is worth a unit more',
        '(uint256(int256(balance)) * index) / FIRST_INDEX)',
        '(uint256(int256(balance)) * index) / FIRST_INDEX + 1)',
      ],
      [
        'loss-forgets-holders',
        'a loss takes what was there, not what was lost',
        'Math.min(before - left, loss) : 0',
        'Math.min(before, loss) : 0',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/liquidation/AuctionLib.sol',
    ['test/contracts/liquidation/AuctionLib.t.sol'],
    [
      [
        'fund-pays-all',
        'the fund pays any share of the margin',
        'Math.min(discountShare, FUND_SHARE)',
        'discountShare',
      ],
      [
        'fraction-flipped',
        'fractions round for the bidder',
        'size.isShort() ? Math.Rounding.Ceil : Math.Rounding.Floor',
        'size.isShort() ? Math.Rounding.Floor : Math.Rounding.Ceil',
      ],
      [
        'reserve-forgotten',
        'the reserve is left out of what restores the buffer',
        'lacking + price.raw() - reserve.raw()',
        'lacking + price.raw()',
      ],
      [
        'discount-steps-back',
        'the discount falls after a quarter of an hour',
        'return MIDDLE_SHARE + rise',
        'return FIRST_SHARE + rise',
      ],
      ['price-below-zero', 'a solvent account pays its bidder', 'isSolvent && price < 0 ? int256(0) : price', 'price'],
    ],
  ),
  ...faultsIn(
    'contracts/liquidation/WaterfallLib.sol',
    ['test/contracts/liquidation/WaterfallLib.t.sol'],
    [['holders-pay-rewards', 'holders of cash pay a bidder’s reward', 'loss < owed ? loss : owed', 'owed']],
  ),
  ...faultsIn(
    'contracts/settlement/PayoffLib.sol',
    ['test/contracts/settlement/PayoffLib.t.sol'],
    [
      [
        'payoff-towards-zero',
        'what shorts pay rounds towards zero',
        'if (exact < 0 && whole * 1e18 != exact) --whole;',
        '',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/math/ExoticLib.sol',
    ['test/contracts/settlement/PayoffLib.t.sol'],
    [
      [
        'digital-turned',
        'a digital pays on the wrong side',
        '(price >= strike) == kind.isCall()',
        '(price >= strike) != kind.isCall()',
      ],
      [
        'put-is-call',
        'a put pays as a call',
        'return strike > price ? strike - price : 0;',
        'return price > strike ? price - strike : 0;',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/ReductionLib.sol',
    ['test/contracts/ReductionLib.t.sol'],
    [['reduction-turns', 'a reduction may turn a position', ' && held.magnitude() >= change.magnitude()', '']],
  ),
  ...faultsIn(
    'contracts/ListingLib.sol',
    ['test/contracts/ListingLib.t.sol'],
    [
      ['thursday', 'weeklies expire on Thursdays', 'day % 7 == 1', 'day % 7 == 0'],
      ['any-strike', 'strikes have no upper end', ' && strike.raw() <= spot.raw() * 3', ''],
    ],
  ),
  ...faultsIn(
    'contracts/margincall/MarginCallLib.sol',
    ['test/contracts/margincall/MarginCallLib.t.sol'],
    [
      [
        'lapse-forgotten',
        'a lapse earns the long grace again',
        'remembered ? GRACE_AFTER_LAPSE_SECONDS : GRACE_SECONDS',
        'GRACE_SECONDS',
      ],
      [
        'collateral-decides',
        'a gift of collateral decides whose clock stands',
        'held.options != 0 ? held.options : held.collateral',
        'all(held)',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/margincall/WatchLib.sol',
    ['test/contracts/margincall/WatchLib.t.sol'],
    [
      ['fastest-clock', 'the fastest market is the clock', 'if (passed < least) least = passed;', 'least = passed;'],
      ['strongest-market', 'the best known market speaks for all', 'if (its <= state)', 'if (its >= state)'],
    ],
  ),
  ...faultsIn(
    'contracts/oracle/MedianLib.sol',
    ['test/contracts/oracle/MedianLib.t.sol'],
    [
      [
        'median-is-highest',
        'an even median is its upper middle',
        '(values[middle - 1] + values[middle]) / 2',
        'values[values.length - 1]',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/pricebook/CheckpointLib.sol',
    ['test/contracts/pricebook/CheckpointLib.t.sol'],
    [
      [
        'stale-price-covers',
        'one observation covers any silence',
        'return (price, price == 0 ? 0 : COVER_SECONDS);',
        'return (price, price == 0 ? 0 : 1 days);',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/pricebook/CombineLib.sol',
    ['test/contracts/pricebook/CombineLib.t.sol'],
    [
      [
        'unseen-between',
        'nothing is checked half way between the medians',
        'require(isNear, SmileOutsideReports(slice.expiry, variance, low, high));',
        '',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/pricebook/MarketLib.sol',
    ['test/contracts/pricebook/MarketLib.t.sol'],
    [
      ['anchor-vetoes', 'a silent anchor keeps its say', '(SILENCE_PPM_PER_MINUTE * silence) / 60', '0'],
      [
        'one-source-agrees',
        'a single source is believed as two',
        '!sources.isNewestLive || !sources.anchor.isLive) return MarketState.SINGLE',
        '!sources.isNewestLive && !sources.anchor.isLive) return MarketState.SINGLE',
      ],
    ],
  ),
  ...faultsIn(
    'contracts/keepers/TurnLib.sol',
    ['test/contracts/keepers/TurnLib.t.sol'],
    [
      [
        'stride-not-prime',
        'some keepers are never on turn',
        'while (greatestCommonDivisor(stride, count) != 1)',
        'while (stride > count)',
      ],
    ],
  ),
]

const CALLS = ['contracts/margincall/MarginCalls.sol']
const AUCTIONS = ['contracts/liquidation/Auctions.sol']
const FUND = ['contracts/liquidation/DefaultFund.sol']
const DOOR = ['contracts/Clearinghouse.sol']

const CONTRACTS: readonly Mutant[] = [
  ...faultsIn(
    'contracts/margincall/MarginCalls.sol',
    ['test/contracts/margincall/MarginCalls.t.sol'],
    [
      ['deadline-moves', 'a second call moves the deadline', 'if (_isPending(record.status)) return false;', ''],
      [
        'cured-too-low',
        'a call is cured at MAINTENANCE',
        'health[uint256(Level.INITIAL)];\n        require(health >= NO_CASH, AccountNotCured',
        'health[uint256(Level.MAINTENANCE)];\n        require(health >= NO_CASH, AccountNotCured',
      ],
      [
        'better-witness',
        'a better witness replaces a worse',
        'require(health < recorded, WitnessNotWorse(health.raw(), recorded.raw()));',
        '',
      ],
    ],
    CALLS,
  ),
  ...faultsIn(
    'contracts/liquidation/Auctions.sol',
    ['test/contracts/liquidation/Auctions.t.sol'],
    [
      [
        'any-series',
        'a bidder may be given another book',
        'require(offer.seriesHash == terms.seriesHash, SeriesChanged(offer.seriesHash, terms.seriesHash));',
        '',
      ],
      [
        'poor-bidder',
        'a bidder may end below INITIAL',
        'require(left >= NO_CASH, BelowInitialMargin(offer.buyer.raw(), left.raw()));',
        '',
      ],
      [
        'no-grace',
        'an auction does not wait for the grace',
        'require(left == 0, GraceNotOver(account.raw(), left));',
        '',
      ],
      [
        'holders-first',
        'holders of cash pay before the fund',
        'received = fund.cover(to, owed);\n        if',
        'received = NO_CASH;\n        if',
      ],
      [
        'write-off-all',
        'a debtor with something left is forgiven',
        'require(isDebtor && _holdsNothing(account)',
        'require(isDebtor',
      ],
    ],
    AUCTIONS,
  ),
  ...faultsIn(
    'contracts/liquidation/DefaultFund.sol',
    ['test/contracts/liquidation/DefaultFund.t.sol'],
    [
      ['no-cap', 'a block may empty the fund', 'COVER_SHARE_A_BLOCK = 0.25e18', 'COVER_SHARE_A_BLOCK = 1e18'],
      ['no-delay', 'shares are paid at once', 'block.timestamp >= payableAt ? shares : 0', 'shares'],
      [
        'no-brake',
        'deposits leave before the losses',
        'ledger.cashOf(fundAccount()) - brake',
        'ledger.cashOf(fundAccount())',
      ],
      [
        'blind-value',
        'a share ignores open deficits',
        'ledger.cashOf(fundAccount()) - deficits',
        'ledger.cashOf(fundAccount())',
      ],
    ],
    FUND,
  ),
  ...faultsIn(
    'contracts/ledger/Ledger.sol',
    ['test/contracts/ledger/Ledger.t.sol'],
    [
      ['one-sided', 'a posting has one side', '_addCash(from, -amount);\n        _addCash(to', '_addCash(to'],
      ['uncounted', 'open interest is not counted', 'if (longs != 0) _countOpenInterest(series, longs);', ''],
      [
        'anyone-posts',
        'anyone may move cash',
        'function postCash(AccountId from, AccountId to, Cash amount) external restricted',
        'function postCash(AccountId from, AccountId to, Cash amount) external',
      ],
    ],
    ['contracts/ledger/Ledger.sol'],
  ),
  ...faultsIn(
    'contracts/ledger/Custody.sol',
    ['test/contracts/ledger/Custody.t.sol'],
    [
      [
        'short-transfer',
        'a token that keeps a part is believed',
        'require(received == tokens, TransferShort(received, tokens));',
        '',
      ],
    ],
    ['contracts/ledger/Custody.sol'],
  ),
  ...faultsIn(
    'contracts/ledger/WithdrawalQueue.sol',
    ['test/contracts/ledger/WithdrawalQueue.t.sol'],
    [['overtaking', 'who asks for little overtakes', '_first != _next || amount > _tokens()', 'amount > _tokens()']],
    ['contracts/ledger/WithdrawalQueue.sol'],
  ),
  ...faultsIn(
    'contracts/Clearinghouse.sol',
    ['test/contracts/Clearinghouse.t.sol'],
    [
      [
        'withdraw-uncovered',
        'a withdrawal is not held against the margin',
        '        _requireStates(account, LEAST_STATE_TO_WITHDRAW, 0);\n        _requireAboveInitial(account, _healthOf(account, Side.TAKING));\n',
        '',
      ],
      [
        'open-without-bonds',
        'no bond limits what is opened',
        'require(atStake <= cover, OpenInterestUncovered(atStake, cover));',
        '',
      ],
      [
        'strangers-withdraw',
        'anyone withdraws',
        'require(msg.sender == account.owner(), NotAccountOwner(account.raw(), msg.sender));',
        '',
      ],
      [
        'one-source-trades',
        'one source is enough for new risk',
        'LEAST_STATE_FOR_NEW_RISK = MarketState.DISPUTED',
        'LEAST_STATE_FOR_NEW_RISK = MarketState.SINGLE',
      ],
    ],
    DOOR,
  ),
  ...faultsIn(
    'contracts/exchange/Exchange.sol',
    ['test/contracts/exchange/Exchange.t.sol'],
    [
      ['unsigned', 'an order needs no signature', 'require(isSigned, WrongSignature(digest, owner));', 'isSigned;'],
      [
        'nonce-reused',
        'two orders share a nonce',
        'require(_used[owner][word] & bit == 0, NonceUsed(owner, order.nonce));',
        '',
      ],
    ],
    ['contracts/exchange/Exchange.sol'],
  ),
  ...faultsIn(
    'contracts/settlement/Settlement.sol',
    ['test/contracts/settlement/Settlement.t.sol'],
    [
      [
        'settled-twice',
        'a position stays after it is paid',
        'ledger.postPosition(account, _counterparty(series), series, positions[i].size);',
        '',
      ],
    ],
    ['contracts/settlement/Settlement.sol'],
  ),
]

const KEEPERS: readonly Mutant[] = [
  ...faultsIn(
    'keeper/core/observe.ts',
    ['test/keeper/core/observe.ts'],
    [
      [
        'silent-venues',
        'silent venues are not counted as configured',
        'majorityOf(samples.length, rules)',
        'majorityOf(quotes.length, rules)',
      ],
      [
        'old-samples',
        'a sample of any age is fresh',
        '<= (maxAgeSeconds ?? maxSampleAgeSeconds) * 1000 ? trade.price : undefined',
        '<= (maxAgeSeconds ?? maxSampleAgeSeconds) * 1_000_000 ? trade.price : undefined',
      ],
    ],
  ),
  ...faultsIn(
    'units/turns.ts',
    ['test/units/turns.ts', 'test/keeper/core/decide.ts'],
    [['no-guard', 'a duty leaves its keeper at the hand-over', 'time - rules.guardSeconds', 'time']],
  ),
  ...faultsIn(
    'keeper/core/fees.ts',
    ['test/keeper/core/fees.ts'],
    [
      [
        'fee-above-cap',
        'a fee may pass the operator’s cap',
        'const needed = smaller(baseFee + tip, cap)',
        'const needed = baseFee + tip',
      ],
    ],
  ),
  ...faultsIn(
    'sim/checks/core/overdue.ts',
    ['test/sim/checks/core/overdue.ts'],
    [['never-overdue', 'an account in auction stays on the watch', 'if (isBelow && isAuctionable)', 'if (isBelow)']],
  ),
]

export const MUTANTS: readonly Mutant[] = [...LIBRARIES, ...CONTRACTS, ...KEEPERS]
