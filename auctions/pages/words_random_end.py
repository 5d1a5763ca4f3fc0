"""The words of a random end and of the final stage after it, for every live page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural


def random_end() -> Words:
    """What the head, the banner, the rules, the boxes and the activity say."""
    return {
        "format_open_closed": _("Open, then closed"),
        **_head(),
        **_said(),
        **_rules(),
        **_feed(),
        "no_bid_seeds": _("Bidding is over; the secrets are awaited."),
        "no_bid_not_finalist": _("Final offers are made by the best bidders only."),
        "own_void": _("Void"),
    }


def _head() -> Words:
    return {
        "phase_window": _("Random end"),
        "phase_awaiting_seeds": _("Awaiting the secrets"),
        "phase_final": _("Final offers"),
        "clock_open_until": _("open until {time}, then the window"),
        "clock_window": _("window runs until {time}"),
        "clock_seeds": _("secrets due by {time}"),
    }


def _said() -> Words:
    return {
        "said_window": _("The window of the random end has begun."),
        "said_window_now": _(
            "The cut-off lies in this window and may have passed already. A bid received after it "
            "turns out void; your bid before it counts."
        ),
        "said_window_over": _("The whole window is over; nobody bids any more."),
        "said_seeds": _(
            "The whole window is over; nobody bids any more. The auditor opens the secrets by "
            "{time}, then the cut-off is known."
        ),
        "said_no_secret": _(
            "The auditor's secret is not made yet. Without it the auction is annulled at the start."
        ),
        "said_seed_missing": _(
            "A secret of the random end was missing at the start, or was not opened in time."
        ),
        "said_settling_plain": _("Time is up. What was received in time is being decided."),
        "said_void": plural(
            lambda n: ngettext(
                "{n} of your bids came after the cut-off and is void; the one before counts.",
                "{n} of your bids came after the cut-off and are void; the one before counts.",
                n,
            )
        ),
        "said_finalist": _("You may make a final sealed offer now."),
        "final_none_note": _(
            "Your open bid stands. To improve it, seal a lower price here; it may be replaced "
            "until the deadline."
        ),
        "said_final": _("Final sealed offers are taken until {time}."),
        "said_final_yours": _(
            "You may make one final sealed offer until {time}. Of it and your bid the lower counts."
        ),
        "said_final_not": _(
            "The best bidders make final sealed offers until {time}. Your bid is not among them; "
            "it stands."
        ),
    }


def _rules() -> Words:
    return {
        "rule_open_phase": _("Open bidding"),
        "rule_window": _("Window"),
        "window_after": _("the {time} that follow, always in full"),
        "rule_cut_off": _("Cut-off"),
        "cut_off_void": _("unknown, within the window; later bids are void"),
        "rule_final": _("Final offers"),
        "final_of": plural(
            lambda n: ngettext(
                "all within {percent} % of the best bid, and the best {n} in any case",
                "all within {percent} % of the best bid, and the best {n} in any case",
                n,
            )
        ),
    }


def _feed() -> Words:
    return {
        "feed_seed_committed": _("A secret of the random end was fixed by its hash"),
        "feed_seeds_awaited": _("The window is over; the secrets are due by {time}"),
        "feed_seed_missing": _("A secret of the random end is missing"),
        "feed_seeds_revealed": _("Both secrets were opened"),
        "feed_end_drawn": _("Cut-off: {after} after the window began"),
        "feed_bids_voided": _("Void bids of {name}: {n}"),
        "feed_finalist_named": _("{name} may make a final offer"),
        "feed_final_stage_started": _("Final offers are taken until {time}"),
    }
