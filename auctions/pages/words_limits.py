"""The words of automatic bids on the supplier's live page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural


def box() -> Words:
    """What the box of the limit says."""
    return {
        "limit_label": _("Bid automatically down to, {unit}"),
        "limit_down_to": _("Automatic down to {amount} {unit}."),
        "limit_works": _("Bids are placed for you whenever you do not lead."),
        "limit_reached": _("No further automatic bid fits above this limit."),
        "limit_left": plural(
            lambda n: ngettext(
                "A limit may be set {n} more time on this lot.",
                "A limit may be set {n} more times on this lot.",
                n,
            )
        ),
        "limit_bid_first": _("Place a bid first: automatic bids go on from it."),
        "limit_used_up": _("You have set a limit as often as the terms allow."),
        "limit_open": _("An earlier limit has no definite answer yet."),
        "limit_too_high": _("At most {limit}: one step below your best bid."),
        "limit_block": _(
            "This is {percent} % below your last bid, further than the terms allow a limit to be."
        ),
        "limit_confirm": _("Bid automatically down to {amount} {unit}"),
        "set_limit_sending": _("Sending the limit {amount} {unit}, waiting for the server…"),
        "set_limit_refused": _("The limit {amount} {unit} was refused."),
        "set_limit_retry": _("Not decided: the limit {amount} {unit}."),
        "set_limit_unknown": _("Unknown whether the limit {amount} {unit} arrived."),
        "set_limit_not_received": _("The limit {amount} {unit} did not arrive."),
        "end_limit_sending": _("Stopping automatic bids…"),
        "end_limit_refused": _("Automatic bids were not stopped."),
        "end_limit_retry": _("Not decided: stopping automatic bids."),
        "end_limit_unknown": _("Unknown whether automatic bids were stopped."),
        "end_limit_not_received": _("The request to stop automatic bids did not arrive."),
    }
