"""The words of the buyer's live console."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages import words_lines, words_sealed, words_surrogate
from auctions.pages.words import Words, plural


def console() -> Words:
    """What only the console says."""
    own = {**_figures(), **_participants(), **words_lines.matrix()}
    asked = {**_actions(), **_decisions(), **words_surrogate.placing()}
    return {**own, **feed(), **asked}


def _figures() -> Words:
    return {
        "conn_offline": _("Offline"),
        "kpi_best": _("Best bid"),
        "kpi_final": _("Closing price"),
        "kpi_total": _("Lot total {amount} {currency}"),
        "kpi_saving": _("Saving against baseline"),
        "kpi_below_ceiling": _("Below the ceiling"),
        "of_amount": _("of {amount} {currency}"),
        "kpi_target": _("Target {amount}"),
        "kpi_reserve": _("Reserve"),
        "met": _("met"),
        "not_met": _("not met"),
        "target_reached": _("reached"),
        "to_go": _("{unit} to go"),
        "meter": _("{percent} % of the way from baseline to target"),
        "recent_bids": plural(lambda n: ngettext("{n} in last 5 min", "{n} in last 5 min", n)),
        "extensions_count": plural(lambda n: ngettext("{n} extension", "{n} extensions", n)),
        "median_gap": _("median gap {time}"),
        "kpi_connected": _("Suppliers connected"),
        "kpi_participants": _("Suppliers"),
        "of_count": _("of {all}"),
        "accepted_terms": _("{accepted} of {all} accepted the terms"),
    }


def _participants() -> Words:
    return {
        "ranked_by_price": _("ranked by unit price"),
        "ranked_by_total": _("ranked by total"),
        "ranked_by_score": _("ranked by score"),
        "disqualified": _("disqualified"),
        "with_vat": _("VAT {rate} %"),
        "blind_note": _("names are hidden until the close"),
        "lot_total_in": _("Lot total, {currency}"),
        "online": _("Online"),
        "offline": _("Offline"),
        "declined": _("Declined"),
        "removed": _("Removed"),
        "terms_open": _("Terms not accepted"),
        "withdrawal_mark": _("Asks to withdraw"),
        "write_to": _("Write to {name}"),
    }


def feed() -> Words:
    """The lines of the activity list."""
    return {
        **words_sealed.feed(),
        **words_surrogate.feed(),
        "feed_opened": _("Auction opened, terms fixed"),
        "feed_seat_admitted": _("{name} invited"),
        "feed_seat_removed": _("{name} leaves the auction"),
        "feed_terms_accepted": _("{name} accepted the terms"),
        "feed_terms_changed": _("Terms changed, consent until {time}"),
        "feed_prebid_opened": _("Pre-bids are open"),
        "feed_lot_scheduled": _("starts {time}"),
        "feed_lot_started": _("Bidding opened"),
        "feed_bid_placed": _("{name} bid {amount}"),
        "feed_prebid_placed": _("{name} placed a pre-bid of {amount}"),
        "feed_deadline_moved": _("Extension {number}: lot now ends {time}"),
        "feed_deadline_moved_buyer": _("Extended by the buyer: lot now ends {time}"),
        "feed_hard_stop_announced": _("Latest end {time} announced"),
        "feed_ranks_hidden": _("Ranks are hidden from now on"),
        "feed_lot_paused": _("Paused. {reason}"),
        "feed_connections_lost": _(
            "{lost} of {bidders} connected bidders lost their connection at once"
        ),
        "feed_connections_back": _("{back} bidders are connected again, of {bidders} before"),
        "feed_pause_lifted": _("One cause of the pause is lifted"),
        "feed_resume_announced": _("Bidding goes on at {time}"),
        "feed_lot_resumed": _("Bidding goes on"),
        "feed_withdrawal_requested": _("{name} asks to withdraw {amount}"),
        "feed_withdrawal_decided": _("A withdrawal was decided"),
        "feed_withdrawal_decided_yes": _("A bid was withdrawn. {reason}"),
        "feed_withdrawal_decided_no": _("A withdrawal was refused. {reason}"),
        "feed_unlock_requested": _("{name} asks to unlock {amount}"),
        "feed_unlock_decided": _("An unlocking was decided"),
        "feed_unlock_decided_yes": _("{amount} was unlocked for {name}. {reason}"),
        "feed_unlock_decided_no": _("Unlocking {amount} for {name} was refused. {reason}"),
        "feed_reserve_opened": _("Reserve opened: {amount}"),
        "feed_seat_disqualified": _("{name} was disqualified. {reason}"),
        "feed_seat_requalified": _("The bids of {name} count again. {reason}"),
        "feed_winner_changed": _("The result of the lot changed: {name} {amount}"),
        "feed_prices_declared": _("{name} bids in {currency}"),
        "feed_scoring_set": _("Values of {name} were set"),
        "feed_lot_closed": _("Lot closed without a winner"),
        "feed_lot_closed_won": _("Lot closed: {name} {amount}"),
        "feed_closed": _("Auction closed"),
        "feed_cancelled": _("Auction cancelled. {reason}"),
        "feed_annulled": _("Auction annulled. {reason}"),
        "feed_buyer_extended": _("The buyer adds {length}"),
        "feed_award_recorded": _("Award recorded: {name}"),
    }


def _actions() -> Words:
    return {
        "do_pause": _("Pause"),
        "do_pause_heading": _("Pause the auction"),
        "do_pause_text": _(
            "Bids received up to this moment are still decided;"
            " every open lot keeps its remaining time."
        ),
        "do_resume": _("Resume"),
        "do_resume_heading": _("Resume the auction"),
        "do_resume_text": _(
            "Suppliers are told, and bidding goes on after the notice of the terms."
        ),
        "do_extend": _("Extend"),
        "do_extend_heading": _("Extend lot {number}"),
        "do_extend_text": _(
            "The terms let you add at most {length} at once, before the last minutes."
        ),
        "do_cancel": _("Cancel the auction"),
        "do_cancel_heading": _("Cancel the auction"),
        "do_cancel_text": _("It ends at once without a result. Suppliers read your reason."),
        "do_annul": _("Annul the auction"),
        "do_annul_heading": _("Annul the auction"),
        "do_annul_text": _(
            "It is declared void because something went wrong; its bids bind nobody."
            " Everybody reads your reason."
        ),
        "action_unknown": _("No answer yet; the page asks what became of it."),
        "action_not_received": _("The server did not receive it. Try again."),
        "said_withdrawal": _("A supplier asks to withdraw its bid."),
        "said_unlock": _("A supplier asks to unlock an amount."),
    }


def _decisions() -> Words:
    return {
        "withdrawal_asked": _(
            "{name} asks to withdraw its bid of {amount}. The lot is paused until it is decided."
        ),
        "withdrawal_neutral": _("A neutral person decides this."),
        "unlock_asked": _("{name} asks to bid {amount}, past the guard's limit."),
        "unlock_neutral": _("A neutral person decides this, not the buyer."),
        "do_decide_withdrawal_yes": _("Approve the withdrawal"),
        "do_decide_withdrawal_yes_heading": _("Approve the withdrawal"),
        "do_decide_withdrawal_yes_text": _(
            "The bid is void and the supplier's previous bid counts again."
            " Everybody is told, without names."
        ),
        "do_decide_withdrawal_no": _("Refuse the withdrawal"),
        "do_decide_withdrawal_no_heading": _("Refuse the withdrawal"),
        "do_decide_withdrawal_no_text": _("The bid stands. The supplier reads your reason."),
        "do_decide_unlock_yes": _("Unlock"),
        "do_decide_unlock_yes_heading": _("Unlock {amount} for {name}"),
        "do_decide_unlock_yes_text": _(
            "The supplier may bid as low as this amount, once, by a new bid."
        ),
        "do_decide_unlock_no": _("Refuse to unlock"),
        "do_decide_unlock_no_heading": _("Refuse to unlock {amount} for {name}"),
        "do_decide_unlock_no_text": _("The guard stands. The supplier reads your reason."),
    }
