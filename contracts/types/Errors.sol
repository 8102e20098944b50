// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Why was it refused? Each error names the state that refused, carries the numbers compared, and says what to do.

// ---- types -------------------------------------------------------------------------------------------------

/// @dev The kind byte names no payoff. Remedy: build identifiers with `seriesIdOf`.
error MalformedSeries(uint128 series);

// ---- access ------------------------------------------------------------------------------------------------

/// @dev Parameter number `position` of `MarginParameters`, counted from zero. Remedy: a value inside its bounds.
error ParameterOutOfBounds(uint256 position, uint256 value, uint256 least, uint256 most);

/// @dev Remedy: at least one scenario, at most MAX_SCENARIOS.
error GridTooLarge(uint256 scenarios, uint256 most);

/// @dev Scenario number `position` moves too far, has no weight, turns and moves at once, or is not in ascending
///      order of its move. Remedy: a grid as `IParameters.setGrid` describes it.
error ScenarioOutOfBounds(uint256 position, int256 spotMove, uint256 weight);

/// @dev Remedy: call from the key.
error NotGuardian(address caller, address key);
/// @dev Remedy: governance appoints it anew.
error GuardianLapsed(uint256 time, uint256 lapsesAt);
/// @dev The guardian may lower the credit for bought options, within bounds, and not raise it.
error CreditNotLower(uint256 credit, uint256 present);
/// @dev No change is on its way, or it moved less than an hour ago. Remedy: wait until `from`; zero where nothing moves.
error NothingToAdvance(uint8 underlying, uint256 from);

/// @dev Grid and parameters are not both set. Remedy: list the underlying first.
error UnderlyingNotListed(uint8 underlying);

// ---- ledger ------------------------------------------------------------------------------------------------

/// @dev A posting has a direction and a magnitude. Remedy: swap the two accounts.
error NegativeAmount(int256 amount);
/// @dev More than a slot of the ledger holds. Remedy: split it; no real amount comes near.
error AmountTooLarge(uint256 amount, uint256 largest);
/// @dev Remedy: post at most what is held.
error InsufficientCollateral(uint256 account, uint8 underlying, uint256 held, uint256 asked);
/// @dev Remedy: close or net a position first.
error TooManyPositions(uint256 account, uint256 units, uint256 most);
/// @dev The account zero is the world outside: it has cash and collateral, no positions and no debts to forgive.
error OutsideHoldsNoPositions();
/// @dev Remedy: use an asset below the count; list the token first.
error UnknownAsset(uint8 asset, uint256 count);
/// @dev Remedy: none in this universe; a second universe is a second deployment.
error TooManyAssets(uint256 most);
/// @dev One token under two numbers would be counted twice. Remedy: use the number it has.
error AssetListedAlready(address token);
/// @dev Amounts finer than 18 decimals cannot be told apart inside. Remedy: wrap the token.
error TooManyDecimals(uint8 decimals, uint8 most);
/// @dev The token has no such fraction. Remedy: ask for a multiple of `unit` (`representable` gives the next below).
error AmountNotRepresentable(uint256 amount, uint256 unit);
/// @dev The token took a fee or gave too much. Such tokens are not supported.
error TransferShort(uint256 received, uint256 asked);
/// @dev With less a transfer could be made to fail. Remedy: send more gas, or ask for fewer.
error GasTooLowToPay(uint256 gas, uint256 needed);

// ---- keepers -----------------------------------------------------------------------------------------------

/// @dev Governance has not let this operator join. Remedy: ask for `admit`.
error NotAdmitted(address operator);
/// @dev Signing keys count once, for ever. Remedy: make a new key.
error SignerTaken(address signer, uint16 id);
/// @dev Remedy: use an address that no serving keeper sends from.
error SenderTaken(address sender, uint16 id);
error TooManySenders(uint256 count, uint256 max);
/// @dev Remedy: wait for a seat; where all ids are spent, a new registry.
error RegistryFull(uint256 count, uint256 max);
error UnknownKeeper(uint16 id);
error NotOperator(address caller, address operator);
error AlreadyLeaving(uint16 id, uint64 fromEpoch);
/// @dev Its bond is paid out or forfeited, and it serves no more: nothing is left to lose.
error NothingToForfeit(uint16 id);
/// @dev Remedy: an address that serves a shorter path.
error EndpointTooLong(uint256 bytes_, uint256 max);
/// @dev Remedy: call from a sender of a keeper of this epoch.
error UnknownSender(address caller);
error AsleepAlready(uint16 id);
/// @dev Remedy: wait until nothing was seen of it for `unseenBlocks`.
error SeenLately(uint16 id, uint256 seenAt);
/// @dev Remedy: withdraw once the keeper has left and the delay has passed.
error BondNotDue(uint256 time, uint256 dueAt);
error EpochNotDue(uint256 time, uint256 dueAt);
/// @dev Remedy: let more keepers join before the first epoch.
error TooFewKeepers(uint256 count, uint256 quorum);
/// @dev Asked: N ≥ 3f + 1, M ≥ 2f + 1, M ≤ N − f.
error QuorumUnsafe(uint256 faultTolerance, uint256 quorum, uint256 count);
/// @dev Asked: 0 ≤ guard < slot.
error TurnsMalformed(uint256 slotSeconds, uint256 guardSeconds);

// ---- oracle ------------------------------------------------------------------------------------------------

/// @dev Not a keeper of the current epoch. Remedy: leave it out.
error UnknownReporter(uint16 reporter);
/// @dev Recovered is zero where the signature is malformed. Remedy: leave it out; domain, chain or key differ.
error WrongSigner(address recovered, address signer);
error NotARoundTime(uint256 time, uint256 roundSeconds);
error ObservationFromFuture(uint256 time, uint256 now_);
/// @dev Remedy: sort by (underlying, time, reporter), each once; `index` is the first out of order.
error ObservationsNotSorted(uint256 index);
error ObservationOutOfRange(uint256 price, uint256 halfWidth);
/// @dev Asked: two words of one key about one underlying and round that differ.
error NoEquivocation(uint64 firstTime, uint64 secondTime);
/// @dev No keeper signs or ever signed with it; zero where the signature is malformed.
error UnknownSigner(address signer);
/// @dev Remedy: propose another, and replace it when it has agreed with the reporters for a week (RULES C8).
error AnchorAlreadyListed(uint8 underlying, address aggregator);
/// @dev Remedy: a feed of at most 18 decimals that has an answer now, a heartbeat of at most a day, a step of at most 5 %.
error AnchorUnfit(uint8 underlying, address aggregator, uint8 decimals);
/// @dev Remedy: a pool of the underlying's token and the cash token whose memory reaches half an hour back.
error PoolUnfit(uint8 underlying, address pool);
/// @dev No feed, or no candidate, for the underlying. Remedy: list or propose one.
error AnchorMissing(uint8 underlying);
/// @dev Remedy: wait for a fresh, narrow round of the reporters.
error NothingToCompare(uint256 roundTime, uint256 now_);
/// @dev Asked: seven days of agreement from `since` on, the last record at most two hours old.
error AnchorUnproven(uint8 underlying, uint256 since, uint256 last);
/// @dev Remedy: send more gas; with less, a live feed would look dead.
error GasTooLowToRead(uint256 gas, uint256 needed);

// ---- pricebook ---------------------------------------------------------------------------------------------

error NotExpired(uint256 time, uint256 expiry);
error SettlementPriceAlreadyFixed(uint8 underlying, uint32 expiry);
/// @dev Remedy: name the last checkpoint at or before `time`, or the first at or after it, as the function asks.
error CheckpointNotBracketing(uint256 checkpoint, uint256 time);
/// @dev Less than 80 % of the window. Remedy: the next rung, once it is open.
error CoverageTooLow(uint256 coveredSeconds, uint256 windowSeconds);
/// @dev The average over the window is covered. Remedy: the first rung.
error AverageIsCovered(uint256 coveredSeconds, uint256 windowSeconds);
/// @dev Remedy: wait for `from`, or, past `to`, take the next rung.
error RungNotOpen(uint256 time, uint256 from, uint256 to);
/// @dev Remedy: name the anchor's last round at or before the window's start and count to the newest at or before expiry.
error RoundsNotBracketing(uint80 round, uint256 updatedAt, uint256 time);
error TooManyRounds(uint256 count, uint256 max);
/// @dev Remedy: surfaces of at least a quorum of reporters.
error SurfaceQuorumMissing(uint256 surfaces, uint256 quorum);
/// @dev Asked: one underlying, one round, the same expiries, reporters ascending; `index` is the first that differs.
error SurfacesDiffer(uint256 index);
error SurfaceNotNewer(uint256 time, uint256 last);
error SurfaceTooOld(uint256 age, uint256 max);
/// @dev Asked: 1 to 16 slices, expiries ascending after the surface's time, θ > 0, φ > 0, |ρ| ≤ 0.99, the basis
///      within 3 % and 60 % a year.
error SliceOutOfRange(uint256 expiry);
/// @dev No slice goes through the reporters' medians.
error ButterflyArbitrage(uint256 expiry);
/// @dev Half way between the medians the smile would lie outside what the reporters but f to either side have said there.
///      Remedy: carry another quorum of them; the honest agree.
error SmileOutsideReports(uint256 expiry, uint256 variance, uint256 low, uint256 high);
/// @dev This expiry's total variance would be below the one before it.
error CalendarArbitrage(uint256 expiry);
/// @dev Total variance may change by a bounded share a minute. Remedy: wait; the bound widens.
error SurfaceMovedTooFar(uint256 expiry, uint256 from, uint256 to);
/// @dev Asked: expiry on a full hour, at most `most` hours. Remedy: name the window of the series.
error WindowMalformed(uint32 expiry, uint24 windowHours, uint24 most);
error NotAFullHour(uint256 time);
/// @dev Remedy: wait for `from`; past `to` the hour stays unobserved, and untouched.
error HourNotObservable(uint256 time, uint256 from, uint256 to);
/// @dev The price at that hour lies on the near side of the barrier, or the hour after expiry.
error BarrierNotTouched(uint256 price, uint256 barrier);
/// @dev [1e-9] A forward may move against spot by a bounded share a minute. Remedy: wait; the bound widens.
error ForwardMovedTooFar(uint256 expiry, int256 from, int256 to);
/// @dev No second before expiry was agreed. Remedy: wind-down.
error NothingAgreed(uint8 underlying, uint32 expiry);
/// @dev A source is live, or was since the note. Remedy: none; the market goes on.
error MarketAlive(uint8 underlying, uint8 state);
/// @dev No source is live. Remedy: wait for one.
error MarketSilent(uint8 underlying);
/// @dev [s] Remedy: wait until `needed`; note the silence first.
error SilenceTooShort(uint8 underlying, uint256 passed, uint256 needed);
error AlreadyDeclared(uint8 underlying);
error NotDeclared(uint8 underlying);
/// @dev The price is fixed, or its time has passed. Remedy: settle; or `fixLastAgreed`.
error WindDownOver(uint8 underlying);

// ---- math --------------------------------------------------------------------------------------------------

/// @dev e^x does not fit a word. Remedy: keep x at or below `largest`.
error ExpOverflow(int256 x, int256 largest);

/// @dev No volatility makes an out-of-the-money option worth min(forward, strike) or more. Remedy: check the quote's bounds.
error NoVolatility(uint256 value, uint256 bound);

/// @dev Nobody averages over a window of four hundred per cent total volatility. Remedy: mend the mark.
error VarianceTooLarge(uint256 variance, uint256 largest);

/// @dev The kind has no barrier. Remedy: price it by its own function.
error NotABarrier(uint8 kind);

/// @dev The logarithm of forward over strike does not exist. Remedy: read a price before pricing.
error ZeroPrice();

/// @dev Remedy: take logarithms of positive numbers only.
error LnOfZero();

// ---- risk and margin ---------------------------------------------------------------------------------------

/// @dev Remedy: fewer positions.
error PortfolioTooLarge(uint256 units, uint256 most);

/// @dev Remedy: a size whose magnitude is below 2^100.
error SizeOutOfBounds(int256 size, uint256 most);

/// @dev A candidate price is zero or at least 2^98. Remedy: none; the price book does not say such prices.
error PriceOutOfBounds(uint256 price, uint256 most);

/// @dev The price book names no price for `underlying`. Remedy: wait for one.
error PriceMissing(uint8 underlying);

/// @dev No mark for an expiry that is held. Remedy: ask the price book for every expiry of the portfolio.
error MarkMissing(uint8 underlying, uint32 expiry);

// ---- margin calls ------------------------------------------------------------------------------------------

/// @dev `health` under the named scenarios is not below the level asked. Remedy: name worse scenarios, or leave it alone.
error AccountHealthy(uint256 account, int256 health);
/// @dev The market says too little for this step (RULES C4). Remedy: wait for its sources.
error MarketNotCallable(uint8 underlying, uint8 state);
/// @dev Neither options nor collateral. Remedy: `writeOff`, if it owes.
error NothingHeld(uint256 account);
/// @dev The account belongs to the house, or to nobody.
error HouseAccount(uint256 account);
/// @dev Remedy: `openMarginCall` first.
error NotCalled(uint256 account, uint8 status);
/// @dev `health` at INITIAL is still negative. Remedy: deposit or reduce by that much.
error AccountNotCured(uint256 account, int256 health);
/// @dev `health` at INITIAL is restored: that is a cure, not a lapse. Remedy: `recordCure`.
error AccountCured(uint256 account, int256 health);
/// @dev Remedy: wait `secondsLeft` of market time; the largest number stands for an account that was never called.
error GraceNotOver(uint256 account, uint64 secondsLeft);
/// @dev `health` at MAINTENANCE is negative: the call does not lapse. Remedy: start an auction.
error AccountBelowMaintenance(uint256 account, int256 health);
/// @dev `health` under the named scenarios is not lower than under those recorded. Remedy: name worse ones.
error WitnessNotWorse(int256 health, int256 recorded);

// ---- liquidation -------------------------------------------------------------------------------------------

/// @dev Remedy: bid.
error AlreadyInAuction(uint256 account);
/// @dev Remedy: `start`, where the account is due.
error NotInAuction(uint256 account);
/// @dev The buyer's account is the one in auction. Remedy: bid into another.
error BidOnOwnAccount(uint256 account);
/// @dev The portfolio is not the one the bidder has seen. Remedy: quote again.
error SeriesChanged(bytes32 seen, bytes32 held);
/// @dev [1e18 of the maintenance margin] Below equity. Remedy: wait, or name a lower floor.
error DiscountTooSmall(uint256 discount, uint256 floor);
/// @dev [1e18] Remedy: bid for at least `least`.
error FractionTooSmall(uint256 fraction, uint256 least);
/// @dev Neither above INITIAL nor empty. Remedy: bid, deposit, or wait.
error AuctionNotOver(uint256 account);
/// @dev In auction, not in debt, with something left, or the house's.
error NotADebtor(uint256 account, int256 cash);
/// @dev The fund has paid what it may in this block and holds the rest back. Remedy: the next block.
error FundCapReached(uint256 account, int256 cash);
/// @dev [1e18] The discount still grows. Remedy: wait an hour of market time from the start, or bid.
error FloorNotReached(uint256 account, uint256 discountShare);
/// @dev Equity is not negative: the account pays for itself. Remedy: bid.
error AccountSolvent(uint256 account, int256 equity);
/// @dev The default fund still pays bidders. Remedy: bid.
error FundNotEmpty(int256 cash);
/// @dev Remedy: name a series that the account holds.
error SeriesNotHeld(uint256 account, uint128 series);
/// @dev The owner still has time to pay. Remedy: wait until `dueAt`.
error DebtNotDue(uint256 account, uint256 dueAt);
/// @dev Remedy: buy.
error SaleOpenAlready(uint256 account, uint8 underlying);
/// @dev Remedy: `openSale`; a sale ends with its debt.
error SaleNotOpen(uint256 account, uint8 underlying);
/// @dev Remedy: a higher limit, or wait for the discount.
error PriceAboveLimit(uint256 price, uint256 most);
/// @dev Asked to be redeemed: those shares stay. Remedy: move at most `free`.
error SharesAwaitRedemption(address owner, uint256 shares, uint256 free);
/// @dev The auction house of a fund is set once.
error AuctionsAlreadySet(address auctions);

// ---- settlement --------------------------------------------------------------------------------------------

/// @dev Remedy: fix the price first.
error SettlementPriceNotFixed(uint8 underlying, uint32 expiry);
/// @dev Remedy: call `settle`.
error NotSelf(address caller);

// ---- clearinghouse -----------------------------------------------------------------------------------------

/// @dev Remedy: call from the address in the upper 160 bits of the account.
error NotAccountOwner(uint256 account, address caller);
/// @dev Nobody could ever take it out again. Remedy: build identifiers with `accountIdOf`.
error AccountWithoutOwner(uint256 account);
/// @dev Less than the token's smallest unit. Remedy: ask for more.
error NothingToMove(uint256 amount);
/// @dev Cash would be below what the rules allow. Remedy: deposit, or ask for less.
error InsufficientCash(uint256 account, int256 cash, int256 least);
/// @dev Remedy: deposit, or reduce; `Lens.account` shows what is missing.
error BelowInitialMargin(uint256 account, int256 health);
/// @dev Only deposits and reductions until it is cured. Remedy: deposit until above INITIAL, then `recordCure`.
error AccountInCall(uint256 account);
/// @dev Only deposits and bids until the auction has ended. Remedy: deposit.
error AccountInAuction(uint256 account);
/// @dev A market that the account depends on is not believed enough (RULES C4). Remedy: wait for the sources; reduce.
error NewRiskRefused(uint8 underlying, uint8 state, uint8 least);
/// @dev The guardian has stopped new risk, or the market is wound down. Remedy: reduce, withdraw, or wait for governance.
error NewRiskStopped();
/// @dev Not on the calendar, the tick or the range of strikes, too near expiry, or of a kind not yet priced (RULES A6).
error SeriesNotListed(uint128 series);
/// @dev Remedy: trade at least the minimum of the underlying.
error TradeTooSmall(uint256 size, uint256 least);
/// @dev Remedy: trade another expiry.
error ShortCapReached(uint256 openInterest, uint256 most);
/// @dev What f + 1 lying reporters could move between longs and shorts passes their bonds (RULES F2). Remedy: trade less, or only
///      what raises no open interest; governance lets in more with larger bonds.
error OpenInterestUncovered(uint256 atStake, uint256 cover);
/// @dev A reduction may not leave the account worse off at this level (RULES D2). Remedy: a better price, or INITIAL.
error ReductionRefused(uint256 account, uint8 level, int256 healthAfter, int256 least);
/// @dev Both sides are the same account, or the size is not positive, or a fee is negative.
error MalformedTrade(int256 size, int256 buyerFee, int256 sellerFee);
/// @dev The guardian may lower a cap, not raise it.
error CapNotLower(uint256 shortCap, uint256 present);

// ---- exchange ----------------------------------------------------------------------------------------------

/// @dev Neither the owner's key nor, for a contract, its ERC-1271 answer. Remedy: sign `digestOf(order)`.
error WrongSignature(bytes32 order, address owner);
/// @dev Remedy: sign an order with a later deadline.
error OrderExpired(uint256 time, uint256 deadline);
/// @dev Cancelled by its owner, singly or by the floor. Remedy: sign an order with another nonce.
error OrderCancelled(address owner, uint64 nonce);
/// @dev Another order has this nonce. Remedy: one order, one nonce.
error NonceUsed(address owner, uint64 nonce);
/// @dev Remedy: fill at most what is left.
error FillTooLarge(uint256 size, uint256 left);
/// @dev Remedy: a price at the order's limit or better.
error PriceBeyondLimit(uint256 price, uint256 limit);
/// @dev Remedy: sign for a higher fee, or trade where it is lower.
error FeeAboveLimit(int256 fee, int256 limit);
/// @dev Remedy: fill at most what the account holds the other way.
error NotReducing(uint256 account, int256 held, int256 change);
/// @dev Both orders only rest. Remedy: one of the two owners signs an order that takes.
error NobodyTakes(uint256 buyer, uint256 seller);
/// @dev The two orders are not a buy and a sell of one series.
error OrdersDoNotMatch(uint128 bought, uint128 sold);
/// @dev A floor only rises. Remedy: name a nonce above the present floor.
error FloorNotHigher(uint64 floor, uint64 present);
/// @dev Remedy: stay within the bounds of contracts/types/Fees.sol; whose order rests pays no more than whose order takes.
error FeeOutOfBounds(uint256 share, uint256 most);
