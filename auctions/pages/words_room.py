"""The words of the supplier's live page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from auctions.pages import (
    words_limits,
    words_lines,
    words_packages,
    words_prices,
    words_sealed,
    words_surrogate,
    words_vickrey,
)
from auctions.pages.words import Words, plural
from auctions.pages.words_levels import accepting


def room() -> Words:
    """What only the supplier's page says."""
    own = {**_standing(), **_bid_box(), **_review(), **_outcomes(), **_own_bids(), **_spoken()}
    boxes = {**words_limits.box(), **words_sealed.box(), **words_packages.box()}
    rest = {**words_prices.banner(), **words_lines.box(), **words_surrogate.box()}
    rest |= words_vickrey.box()
    return {**accepting(), **own, **boxes, **rest}


def _standing() -> Words:
    return {
        "clock_alike": _("as the server's"),
        "clock_ahead": _("{value} ahead of the server's"),
        "clock_behind": _("{value} behind the server's"),
        "conn_offline": _("Offline: bids cannot be sent"),
        "leading": _("Leading"),
        "outbid": _("Outbid"),
        "your_rank": _("Your rank"),
        "rank_of": _("rank {rank} of {of}"),
        "rank_only": _("rank {rank}"),
        "rank_hidden": _("Rank hidden"),
        "ranks_hidden_now": _("hidden until the lot closes"),
        "rank_later": _("not shown yet"),
        "ranks_never": _("not shown in this auction"),
        "disqualified_you": _("Disqualified"),
        "does_not_count": _("your bids do not count"),
        "rank_after_start": _("ranked once the lot starts"),
        "bid_to_rank": _("bid to be ranked"),
        "prebid_stands": _("Pre-bid placed"),
        "no_bid_yet": _("No bid yet"),
        "no_bid_made": _("You made no bid"),
        "lot_over": _("Lot closed"),
        "won": pgettext("the reader", "Won"),
        "accepted_at": _("accepted {time}"),
        "prebid_at": _("pre-bid, accepted {time}"),
        "withdrawal_waits": _("Your withdrawal waits for a decision."),
        "lead_yours": _("yours"),
        "lead_set": _("set {time}"),
        "after_your_bid": _("shown after your first bid"),
        "lead_from": plural(
            lambda n: ngettext("shown from {n} bidder on", "shown from {n} bidders on", n)
        ),
        "gap_none": _("nobody is ahead of you"),
        "gap_on_lot": _("{amount} {currency} on the lot"),
        "bids_accepted": plural(lambda n: ngettext("{n} bid accepted", "{n} bids accepted", n)),
        "chart_with_lead": _("Your bids against the lead"),
        "chart_own": _("Your bids by time"),
        "reserve_met": _("Reserve met"),
        "reserve_not_met": _("Reserve not met"),
    }


def _bid_box() -> Words:
    return {
        "next_bid_net": _("Your next bid, {unit} excluding VAT"),
        "next_bid_gross": _("Your next bid, {unit} including VAT"),
        "or_lower": _("{amount} or lower."),
        "no_ceiling": _("Any amount above zero."),
        "in_multiples": _("In multiples of {amount}."),
        "lower_by": _("Lower by {amount}"),
        "raise_by": _("Raise by {amount}"),
        "take_lead": _("Take lead"),
        "one_step": _("{amount} step"),
        "highest_allowed": _("highest"),
        "lot_total": _("Lot total, {quantity} {unit}"),
        "review": _("Review bid"),
        "review_amount": _("Review bid {amount}"),
        "typed_malformed": _("Write a plain number such as 104000.50."),
        "typed_scale": _("At most {scale} decimal places."),
        "typed_zero": _("The amount must be above zero."),
        "fault_too_high": _("Bid {limit} or lower."),
        "fault_off_grid": _("The amount must be a multiple of {limit}."),
        "fault_no_room": _("No lower bid is possible."),
        "no_bid_over": _("The auction has ended."),
        "no_bid_terms": _("Accept the terms first."),
        "no_bid_open": _("An earlier bid has no definite answer yet."),
        "no_bid_withdrawal": _("Your withdrawal waits for a decision."),
        "no_bid_disqualified": _("The buyer disqualified your company."),
        "no_bid_paused": _("No bids while the lot is paused."),
        "no_bid_closed": _("The lot is closed."),
        "no_bid_settling": _("Time is up; waiting for the server's decision."),
        "no_bid_waiting": _("Bidding opens at {time}."),
        "no_bid_waiting_unknown": _("Bidding is not open yet."),
        "no_bid_role": _("You may watch this auction but not bid in it."),
        "no_bid_no_room": _("No lower bid is possible."),
    }


def _review() -> Words:
    return {
        "confirm_heading": _("Confirm this binding bid"),
        "confirm_prebid": _("Confirm this binding pre-bid"),
        "confirm_amount": _("Confirm bid {amount} {unit}"),
        "first_bid": _("first bid"),
        "takes_lead": _("takes the lead"),
        "equals_lead": _("equals the lead"),
        "behind_lead": _("stays behind the lead"),
        "guard_large": _("This is {percent} % below your last bid. Check the decimal point."),
        "guard_first": _("Your first bid on this lot: type the amount again."),
        "guard_block": _(
            "This is {percent} % below your last bid: a neutral person must unlock it first."
        ),
    }


def _outcomes() -> Words:
    return {
        "bid_sending": _("Sending {amount} {unit}, waiting for the server…"),
        "bid_accepted": _("Accepted: {amount} {unit}"),
        "bid_last_accepted": _("Last accepted: {amount} {unit}"),
        "bid_refused": _("Refused: {amount} {unit}."),
        "bid_retry": _("Not decided: {amount} {unit}."),
        "bid_unknown": _("Unknown: {amount} {unit}."),
        "bid_not_received": _("Not received: {amount} {unit}."),
        "bid_dropped": _("Dropped: {amount} {unit} will not be placed."),
        "unlock_sending": _("Asking to unlock {amount} {unit}…"),
        "unlock_accepted": _("Asked to unlock {amount} {unit}; a neutral person decides."),
        "unlock_refused": _("Unlocking {amount} {unit} was refused."),
        "unlock_retry": _("Not decided: unlocking {amount} {unit}."),
        "unlock_unknown": _("Unknown whether the request to unlock {amount} {unit} arrived."),
        "unlock_not_received": _("The request to unlock {amount} {unit} did not arrive."),
        "unlock_dropped": _("The request to unlock {amount} {unit} was dropped."),
        "withdraw_sending": _("Asking to withdraw your last bid…"),
        "withdraw_accepted": _("Withdrawal asked for; the lot pauses until it is decided."),
        "withdraw_refused": _("The withdrawal was refused."),
        "withdraw_retry": _("The withdrawal is not decided."),
        "withdraw_unknown": _("Unknown whether the withdrawal arrived."),
        "withdraw_not_received": _("The withdrawal did not arrive."),
        "withdraw_dropped": _("The withdrawal was dropped."),
        "at_server_time": _("at {time} server time"),
        "explain_unknown": _(
            "It was sent but no answer came. Check what became of it; it is never placed twice."
        ),
        "explain_abandoning": _(
            "The server is asked never to place it; it may have been placed before."
        ),
        "explain_not_received": _("The server has no such bid. Send the same again or leave it."),
        "check": _("Check"),
        "never_mind": _("Never mind"),
        "send_again": _("Send again"),
        "dismiss": _("Close"),
        "receipt": _("Receipt"),
        "copy_receipt": _("Copy"),
        "save_receipt": _("Save receipt"),
        "save_receipt_of": _("Save receipt of {amount}"),
        "copied": _("Copied."),
    }


def _own_bids() -> Words:
    return {
        "own_accepted": _("Accepted"),
        "own_refused": _("Refused"),
        "own_automatic": _("automatic"),
        "own_withdrawn": _("Withdrawn"),
        "count_accepted": plural(lambda n: ngettext("{n} accepted", "{n} accepted", n)),
        "count_refused": plural(lambda n: ngettext("{n} refused", "{n} refused", n)),
        "withdraw_left": _("Your last bid may be withdrawn for {seconds} s more."),
        "terms_first": _("Accept the terms, version {version}, to bid"),
        "terms_changed": _("The terms changed: version {version} waits for your consent"),
        "consent_until": _("{left} left to consent, until {time}"),
    }


def _spoken() -> Words:
    return {
        "said_outbid": _("Outbid."),
        "said_outbid_rank": _("Outbid: your rank is now {rank}."),
        "said_leading": _("You lead."),
        "said_rank": _("Your rank is now {rank}."),
        "said_automatic": _("A bid of {amount} was placed for you."),
        "said_accepted": _("Accepted."),
        "said_refused": _("Refused: {reason}"),
        "said_unknown": _("No answer from the server. Check what became of your bid."),
    }
