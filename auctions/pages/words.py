"""The words of both live pages, in the language of the request, for their scripts.

A value is a string with ``{name}`` places, or, where a number decides, the forms of that string
by the categories of CLDR (``one``, ``few``, ``many``, ``other``), which browsers know too.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages import words_sealed

Words = dict[str, str | dict[str, str]]

# One number of each category, in every language of the site.
_SAMPLES = {"one": 1, "few": 2, "many": 5, "other": 2}


def plural(form: Callable[[int], str]) -> dict[str, str]:
    """The forms of a string: ``plural(lambda n: ngettext("{n} bid", "{n} bids", n))``."""
    return {category: form(number) for category, number in _SAMPLES.items()}


def shared() -> Words:
    """What both pages say."""
    own = {**_head(), **_figures(), **_spoken(), **_rules(), **_states(), **_messages()}
    return {**own, **words_sealed.states()}


def _head() -> Words:
    return {
        "lot": _("Lot {number}"),
        "lot_of": _("Lot {number} of {all}"),
        "extension_chip": _("Extension {number}"),
        "ranks_hidden": _("Ranks hidden"),
        "server_time": _("server {time}"),
        "clock_over": _("ended"),
        "clock_ended": _("ended {time}"),
        "clock_paused": _("left when paused"),
        "clock_resumes": _("resumes {time}"),
        "clock_later": _("start not set yet"),
        "clock_starts": _("starts {time}"),
        "clock_settling": _("time is up, settling"),
        "clock_ends": _("ends {time}"),
        "phase_live": _("Live"),
        "phase_settling": _("Settling"),
        "phase_paused": _("Paused"),
        "phase_prebid": _("Pre-bids"),
        "phase_waiting": _("Scheduled"),
        "phase_scheduled": _("Scheduled"),
        "phase_running": _("Live"),
        "phase_closed": _("Closed"),
        "phase_failed": _("Failed"),
        "phase_no_bid": _("No bids"),
        "phase_reserve": _("Reserve not met"),
        "phase_cancelled": _("Cancelled"),
        "phase_annulled": _("Annulled"),
        "conn_live": _("Live"),
        "conn_stale": _("No news from the server"),
        "conn_closed": _("Disconnected"),
        "live_ms": _("Live · {ms} ms"),
        "reconnecting": _("Connecting again…"),
        "close_4400": _(
            "This page and the server do not understand each other. Load the page again."
        ),
        "close_4401": _("You are not signed in any more. Sign in and open the page again."),
        "close_4403": _(
            "Your company has no place in this auction, it was taken away, or you act for another "
            "side of it as well."
        ),
        "close_4404": _("There is no such auction."),
        "close_4408": _("The connection was too slow to keep up."),
        "close_4409": _(
            "Your session ended: you signed out, or you no longer act for this company."
        ),
        "close_4429": _("Too many messages were sent from this page."),
        "close_1012": _("The server restarts."),
        "close_1006": _("The connection to the server is lost."),
        "not_connected": _("The live view could not be opened."),
        "sound_on": _("Sound on"),
        "sound_off": _("Sound off"),
        "lots_live": _("{live} of {all} live"),
        "opens_at": _("opens {time}"),
        "opens_later": _("opens later"),
        "seconds_short": _("{value} s"),
        "minutes_short": _("{value} min"),
        "hours_short": _("{value} h"),
    }


def _figures() -> Words:
    return {
        "percent": _("{value} %"),
        "ms": _("{value} ms"),
        "you": _("You"),
        "buyer": _("Buyer"),
        "won": _("Won"),
        "lead_word": _("Lead"),
        "chart_label": plural(
            lambda n: ngettext(
                "Step chart of prices by time: {n} bid, at {last}.",
                "Step chart of prices by time: {n} bids, from {first} to {last}.",
                n,
            )
        ),
        "latest_rows": plural(lambda n: ngettext("The latest {n} bid.", "The latest {n} bids.", n)),
        "chart_baseline": _("Baseline {amount}"),
        "chart_target": _("Target {amount}"),
        "no_bids_yet": _("no bids yet"),
        "download_failed": _("The file could not be fetched. Try again."),
        "sending": _("Sending, waiting for the server…"),
        "no_bid_offline": _("Offline: nothing can be sent now."),
    }


def _spoken() -> Words:
    return {
        "left_minutes": plural(lambda n: ngettext("{n} minute left.", "{n} minutes left.", n)),
        "left_seconds": plural(lambda n: ngettext("{n} second left.", "{n} seconds left.", n)),
        "said_offline": _("Connection lost. Nothing can be sent until it is back."),
        "said_online": _("Connected again."),
        "said_started": _("Bidding is open."),
        "said_extended": _("Extended: the lot now ends {time}."),
        "said_resumed": _("Bidding goes on."),
        "said_closed": _("The lot is closed."),
        "said_hard_stop": _("The lot ends {time} at the latest, whatever is bid."),
        "said_message": _("Message from {name}: {text}"),
        "said_new_lead": _("New lead: {amount}."),
    }


def _states() -> Words:
    return {
        "said_cancelled": _("The auction was cancelled."),
        "said_disqualified": _("The buyer disqualified your company: its bids do not count."),
        "said_requalified": _("The buyer counts your company's bids again."),
        "said_annulled": _("The auction was annulled: its bids bind nobody."),
        "said_settling": _(
            "Time is up. Bids received in time are being decided; one may extend the lot."
        ),
        "said_paused": _("The lot is paused."),
        "said_paused_withdrawal": _("The lot is paused: a withdrawal is being decided."),
        "said_paused_connections": _(
            "The lot is paused by itself: many bidders lost their connection at once. It goes on "
            "when enough are back, after {time} at most."
        ),
        "said_paused_consent": _("The lot is paused: changed terms wait for consent."),
        "said_resumes": _("Bidding goes on at {time}."),
        "said_left": _("{time} of bidding remain."),
        "said_no_bid": _("The lot closed without a bid."),
        "said_reserve": _("The lot closed: the reserve was not met."),
        "said_won_by": _("The lot closed: {name} {amount}"),
        "reserve_was": _("the reserve was {amount}"),
        "reason_given": _("Reason: {reason}"),
    }


def _rules() -> Words:
    return {
        "rule_step": _("Bid step"),
        "rule_beat": _("Must beat"),
        "rule_first": _("First bid"),
        "rule_grid": _("Amounts"),
        "rule_extension": _("Extension"),
        "rule_hard_stop": _("Latest end"),
        "rule_sees": _("Suppliers see"),
        "rule_ties": _("Equal prices"),
        "rule_withdrawal": _("Withdrawal"),
        "rule_guard": _("Type again"),
        "rule_block": _("Unlocking"),
        "rule_vat": _("Prices"),
        "rule_rate": _("Frozen rate"),
        "in_own_money": _("{amount}, for you {own}"),
        "typed_invoiced": _("typed as invoiced, with VAT of {rates}"),
        "typed_net": _("typed without it, VAT of {rates} is added"),
        "rule_buffer": _("To take the lead"),
        "rule_automatic": _("Automatic bids"),
        "automatic_by_limit": _("down to a secret limit, if a supplier names one"),
        "rule_surrogates": _("Surrogate bids"),
        "surrogates_by_approval": _("one, by a neutral person, if a supplier approves it"),
        "rule_pause": _("Pause by itself"),
        "pause_by_itself": _(
            "once a lot, when more than {share} of at least {bidders} bidders lose their "
            "connection within {within}; {time} at most"
        ),
        "band_from": _("from {least}: {step}"),
        "rule_score": _("Rank by"),
        "score_is": _("Score {score}"),
        "score_bonus_malus": _("price with bonus and malus"),
        "score_weighted": _("price divided by a quality coefficient"),
        "score_life_cycle": _("life-cycle cost"),
        "score_landed": _("landed cost"),
        "score_most": _("at most {share}"),
        "score_percent": _("percent of the price"),
        "score_amount": _("an amount a unit"),
        "rule_quantity": _("Quantity"),
        "beat_own": _("own best bid"),
        "beat_lead": _("the lead"),
        "at_least": _("{amount}, at least"),
        "at_most": _("{amount} at most"),
        "multiples_of": _("multiples of {amount}"),
        "percent_of_own": _("{percent} of own best"),
        "percent_of_lead": _("{percent} of the lead"),
        "smaller_of": _("{one} or {other}, the smaller"),
        "no_extension": _("none"),
        "extension_any": _("bid in last {window} → {reset}"),
        "extension_rank": _("change in ranks 1 to {rank} in last {window} → {reset}"),
        "extension_limit": plural(lambda n: ngettext("at most {n} time", "at most {n} times", n)),
        "after_start": _("{time} after the start"),
        "sees_rank": _("own rank"),
        "sees_rank_count": _("own rank of how many"),
        "sees_lead": _("lead price"),
        "sees_nothing": _("own bids only"),
        "sees_hidden_last": _("ranks hidden in the last {time}"),
        "ties_first": _("first bid ranks better"),
        "ties_equal_best": _("share the better rank"),
        "ties_equal_worst": _("share the worse rank"),
        "ties_forbid_lead": _("equalling the lead is refused"),
        "withdrawal_within": _("asked within {time}, the buyer decides"),
        "withdrawal_never": _("not possible"),
        "guard_from": _("for steps above {percent} %"),
        "block_from": _("a neutral person, above {percent} %"),
        "vat_net": _("excluding VAT"),
        "vat_gross": _("including VAT"),
    }


def _messages() -> Words:
    return {
        "to_all": _("to all"),
        "to_one": _("to {name}"),
        "all_suppliers": _("All suppliers"),
        "send_to_all": _("Send to all suppliers"),
        "send_to": _("Send to {name}"),
        "message_sending": _("Sending…"),
        "message_sent": _("Sent."),
        "message_not_received": _("The server did not receive it. Send it again."),
        "message_unknown": _(
            "No answer yet. Do not send it again: the page asks what became of it."
        ),
    }
