// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Who may do what? Role ids of the AccessManager. The deployment grants them and then hands the administrator's role to
// governance, behind its delay; a test walks every function from a stranger and compares with docs/ARCHITECTURE.md.
//
// | role       | held by                                         | may call                                              |
// |------------|-------------------------------------------------|-------------------------------------------------------|
// | admin (0)  | governance, after at least 48 h                 | lists assets and anchors; sets parameters, grids,     |
// |            |                                                 | limits, fees and quorum; admits and expels keepers;   |
// |            |                                                 | grants roles                                          |
// | POSTER     | Clearinghouse, DefaultFund, Auctions, TearUps,  | Ledger.postCash, postCollateral, postPosition         |
// |            | Settlement, WithdrawalQueue, Debts, Rewards     |                                                       |
// | CUSTODIAN  | Clearinghouse, DefaultFund, Auctions,           | Custody.pull, push, WithdrawalQueue.enqueue           |
// |            | WithdrawalQueue                                 |                                                       |
// | EXCHANGE   | Exchange                                        | Clearinghouse.trade                                   |
// | AUCTIONEER | Auctions                                        | Ledger.realiseLoss, DefaultFund.cover,                |
// |            |                                                 | MarginCalls.enterAuction, leaveAuction                |
// | GUARDIAN   | Guardian, whose key acts at once                | Clearinghouse.stopNewRisk, lowerShortCap,             |
// |            |                                                 | Parameters.lowerLongCredit                            |
// | COLLECTOR  | Debts                                           | Ledger.shareGain, takeInterest                        |
// | ORACLE     | ReporterOracle, VolatilityBook                  | KeeperRegistry.punish                                 |

uint64 constant POSTER = 1;
uint64 constant CUSTODIAN = 2;
uint64 constant EXCHANGE = 3;
uint64 constant AUCTIONEER = 4;
uint64 constant GUARDIAN = 5;
uint64 constant ORACLE = 6;
uint64 constant COLLECTOR = 7;

/// @dev [s] What could make a healthy account liquidatable waits at least this long (RULES B9).
uint32 constant GOVERNANCE_DELAY = 48 hours;
