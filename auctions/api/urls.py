"""Addresses of the auction API, below /api/v1/."""

from __future__ import annotations

from django.urls import path

from auctions.api import checking, debrief, integrity, observers, own_bids, sealing, views
from auctions.realtime import messages as m

COMMANDS = (
    ("bids", m.Bid, "place_bid", "Place a binding bid."),
    ("sealed-offers", m.SealedOffer, "place_sealed_offer", "Place an encrypted offer."),
    ("sealed-packages", m.SealedPackage, "place_sealed_package", "Place an encrypted package."),
    ("package-withdrawals", m.WithdrawPackage, "withdraw_package", "Take a package back."),
    ("acceptances", m.Accept, "accept_level", "Accept the price of a level of a lot."),
    ("withdrawals", m.Withdraw, "withdraw", "Ask to take back your latest bid on a lot."),
    ("unlocks", m.Unlock, "request_unlock", "Ask a neutral person to let so low a bid pass."),
    ("bid-limits", m.SetLimit, "set_bid_limit", "Have bids placed for you, down to a limit."),
    ("bid-limit-ends", m.EndLimit, "end_bid_limit", "Have no more bids placed for you on a lot."),
    ("surrogate-approvals", m.ApproveSurrogate, "approve_surrogate", "Let a neutral person bid."),
    ("surrogate-ends", m.EndSurrogate, "end_surrogate", "Take that approval back."),
    ("surrogate-bids", m.SurrogateBid, "place_surrogate_bid", "Place an approved bid."),
    ("consents", m.AcceptTerms, "accept_terms", "Accept a version of the terms by its hash."),
    (
        "price-declarations",
        m.DeclarePrices,
        "declare_prices",
        "Say in which currency and with which VAT you bid.",
    ),
    ("messages", m.PostMessage, "post_message", "Write to the buyer, to all or to one seat."),
    ("pause", m.Pause, "pause", "Stop bidding on every open lot."),
    ("resume", m.Resume, "resume", "Announce that bidding goes on."),
    ("extend", m.Extend, "extend", "Move a running lot's deadline."),
    ("withdrawal-decisions", m.DecideWithdrawal, "decide_withdrawal", "Decide a withdrawal."),
    ("unlock-decisions", m.DecideUnlock, "decide_unlock", "Decide a request to unlock."),
    ("terms", m.ChangeTerms, "change_terms", "Change the times of a paused auction."),
    ("cancel", m.Cancel, "cancel", "End the auction without a result."),
    ("annul", m.Annul, "annul", "Declare the auction void."),
)

_ONE = "auctions/<uuid:auction_id>/"
urlpatterns = [
    path("auctions/check/", checking.LedgerCheckView.as_view(), name="api-ledger-check"),
    path("auctions/", views.AuctionsView.as_view(), name="api-auctions"),
    path(_ONE, views.AuctionView.as_view(), name="api-auction"),
    *(
        path(f"{_ONE}{name}/", views.command_view(message, operation, text), name=f"api-{name}")
        for name, message, operation, text in COMMANDS
    ),
    path(f"{_ONE}commands/<str:ref>/", views.CommandStatusView.as_view(), name="api-command"),
    path(f"{_ONE}ledger/", views.LedgerView.as_view(), name="api-auction-ledger"),
    path(f"{_ONE}receipts/", views.ReceiptsView.as_view(), name="api-auction-receipts"),
    path(f"{_ONE}checkpoints/", views.CheckpointsView.as_view(), name="api-auction-checkpoints"),
    path(f"{_ONE}debrief/", debrief.DebriefView.as_view(), name="api-debrief"),
    path(f"{_ONE}connections/", integrity.ConnectionsView.as_view(), name="api-connections"),
    path(f"{_ONE}integrity/", integrity.IntegrityAlertsView.as_view(), name="api-integrity"),
    path(
        f"{_ONE}integrity/<uuid:alert_id>/decisions/",
        integrity.AlertDecisionsView.as_view(),
        name="api-integrity-decide",
    ),
    path(f"{_ONE}bids.xlsx", own_bids.OwnBidsView.as_view(), name="api-auction-own-bids"),
    path(f"{_ONE}sealing/", sealing.SealingView.as_view(), name="api-sealing"),
    path(
        f"{_ONE}sealing/auditor-key/", sealing.AuditorKeyView.as_view(), name="api-sealing-auditor"
    ),
    path(f"{_ONE}sealing/round-keys/", sealing.RoundKeysView.as_view(), name="api-sealing-rounds"),
    path(f"{_ONE}sealing/hand-over/", sealing.HandOverView.as_view(), name="api-sealing-hand-over"),
    path(f"{_ONE}sealing/seeds/", sealing.SeedsView.as_view(), name="api-sealing-seeds"),
    path(f"{_ONE}sealing/open/", sealing.OpeningView.as_view(), name="api-sealing-open"),
    path(f"{_ONE}sealing/office-key/", sealing.OfficeKeyView.as_view(), name="api-sealing-office"),
    path(f"{_ONE}observers/", observers.ObserverLinksView.as_view(), name="api-auction-observers"),
    path(
        f"{_ONE}observers/<uuid:link_id>/",
        observers.ObserverLinkView.as_view(),
        name="api-auction-observer",
    ),
]
