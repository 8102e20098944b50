// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {Witness} from "../types/Margin.sol";

/// @title Who takes it over, and for how much?
/// @notice Offers the whole portfolio at equity less a growing share of the maintenance margin, recomputed at every bid:
///         one formula, solvent or not (RULES D3–D6). Positive prices go to the account, negative ones come from the fund.
interface IAuctions {
    /// @param startedAt [unix s]
    /// @param bids Taken so far.
    struct Auction {
        uint64 startedAt;
        uint32 bids;
        Witness[] witnesses;
    }

    /// @param buyer Account of the bidder, above INITIAL afterwards.
    /// @param fraction [1e18] Of everything, at most; the contract takes less where less restores INITIAL.
    /// @param minDiscount [1e18] Floor for (equity − price − penalty) / maintenance margin.
    /// @param seriesHash Portfolio the bidder has seen.
    struct Bid {
        AccountId account;
        AccountId buyer;
        uint256 fraction;
        uint256 minDiscount;
        bytes32 seriesHash;
    }

    /// @param equity E = health(MARK). @param maintenance R = E − health(MAINTENANCE). @param initial M = E − health(INITIAL).
    /// @param reserve What of each requirement is the same for a part of the portfolio as for the whole (RULES B7).
    /// @param discountShare [1e18] x: share of R below equity at this moment.
    /// @param price Of the whole; negative is paid by the fund.
    /// @param maxFraction [1e18] Largest fraction a bid may take. @param leastFraction [1e18] Smallest.
    struct Quote {
        Cash equity;
        Cash maintenance;
        Cash initial;
        Cash reserve;
        uint256 discountShare;
        Cash price;
        uint256 maxFraction;
        uint256 leastFraction;
        bytes32 seriesHash;
    }

    event AuctionStarted(AccountId indexed account, Witness[] witnesses);
    event BidTaken(AccountId indexed account, AccountId indexed buyer, uint256 fraction, Cash paid, Cash equity);
    /// @param penalty Passed on to the fund by the bidder, on top of what he paid: a share of the discount.
    event PenaltyPaid(AccountId indexed account, AccountId indexed buyer, Cash penalty);
    event WitnessReplaced(AccountId indexed account, Witness[] witnesses);
    /// @param deficit Paid by the fund, then by the cash index.
    event AuctionEnded(AccountId indexed account, Cash deficit);

    /// @notice Needs, at this moment: below MAINTENANCE with the grace over, or below CLOSEOUT.
    /// @custom:reverts AccountHealthy, GraceNotOver, AlreadyInAuction, MarketNotCallable, NothingHeld, HouseAccount
    function start(AccountId account, Witness[] calldata witnesses) external;

    /// @notice Takes a fraction of every position, of collateral and of cash, at the price of this moment.
    /// @custom:reverts NotInAuction, NotAccountOwner, BidOnOwnAccount, MarketNotCallable, SeriesChanged, DiscountTooSmall,
    ///                 FractionTooSmall, BelowInitialMargin
    /// @return fraction [1e18] Taken. @return paid Negative: received from the fund.
    function bid(Bid calldata offer) external returns (uint256 fraction, Cash paid);

    /// @notice The same, into an account that is first given `cash` [1e18] of the caller's, who has approved Custody: a fresh
    ///         account always works (RULES D4).
    /// @custom:reverts As `bid`, AmountNotRepresentable, TransferShort
    function fundAndBid(Bid calldata offer, uint256 cash) external returns (uint256 fraction, Cash paid);

    /// @notice A later, worse witness raises the requirement from this block on; it never moves the clock.
    /// @custom:reverts NotInAuction, WitnessNotWorse
    function replaceWitness(AccountId account, Witness[] calldata witnesses) external;

    /// @notice Ends an auction whose account is above INITIAL, or has nothing left; a debt that remains goes to the fund.
    /// @custom:reverts NotInAuction, AuctionNotOver
    function close(AccountId account) external;

    /// @notice Closes a debtor that holds neither positions nor collateral through the loss order. What the fund may not pay
    ///         in this block stays owed.
    /// @custom:reverts NotADebtor, FundCapReached
    function writeOff(AccountId account) external;

    function auctionOf(AccountId account) external view returns (Auction memory);

    /// @notice What a bid would be judged by at this moment.
    function quote(AccountId account) external view returns (Quote memory);

    /// @notice Reckons anew, from the prices in force, what each of `accounts` may cost the fund. Anyone may, at any time; starts,
    ///         bids and worse witnesses do it too. Accounts not in auction are passed over.
    /// @return reckoned How many were.
    function reckon(AccountId[] calldata accounts) external returns (uint256 reckoned);

    /// @notice What the fund may have to pay for the open auctions, each as it was reckoned last, dust apart (RULES D7).
    /// @return deficits Σ max(0, −E).
    /// @return brake The worst case, Σ max(0, ρR − E).
    /// @return isKnown Each was reckoned in this minute or the one before; for every sixty of them one minute more is allowed, and
    ///         fifteen at most.
    function exposure() external view returns (Cash deficits, Cash brake, bool isKnown);

    /// @notice Accounts in auction, a page of them; dust comes last.
    function openAuctions(uint256 offset, uint256 count) external view returns (AccountId[] memory);

    function openAuctionCount() external view returns (uint256);
}
