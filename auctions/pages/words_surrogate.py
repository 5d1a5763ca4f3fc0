"""The words of surrogate bids: in the supplier's room, and on the neutral person's console."""

from __future__ import annotations

from django.utils.translation import gettext as _

from auctions.pages.words import Words


def box() -> Words:
    """What the supplier's box of its approval says."""
    return {
        "surrogate_label": _("Lowest price you approve, {unit}"),
        "surrogate_down_to": _("Approved: one bid, not below {amount} {unit}."),
        "surrogate_waits": _("A bid of your own ends the approval."),
        "surrogate_reached": _("No bid fits above this price any more."),
        "surrogate_hint": _(
            "Tell the neutral person by telephone or mail when to bid, and what amount."
        ),
        "surrogate_open": _("An earlier approval has no definite answer yet."),
        "surrogate_too_high": _("At most {limit}: what you could bid yourself."),
        "surrogate_block": _(
            "This is {percent} % below your last bid: a neutral person must unlock it first."
        ),
        "surrogate_confirm": _("Approve one bid, not below {amount} {unit}"),
        "approve_surrogate_sending": _(
            "Sending the approval {amount} {unit}, waiting for the server…"
        ),
        "approve_surrogate_refused": _("The approval {amount} {unit} was refused."),
        "approve_surrogate_retry": _("Not decided: the approval {amount} {unit}."),
        "approve_surrogate_unknown": _("Unknown whether the approval {amount} {unit} arrived."),
        "approve_surrogate_not_received": _("The approval {amount} {unit} did not arrive."),
        "end_surrogate_sending": _("Taking the approval back…"),
        "end_surrogate_refused": _("The approval was not taken back."),
        "end_surrogate_retry": _("Not decided: taking the approval back."),
        "end_surrogate_unknown": _("Unknown whether the approval was taken back."),
        "end_surrogate_not_received": _("The request to take the approval back did not arrive."),
        "own_surrogate": _("surrogate bid"),
        "said_surrogate": _("A neutral person placed your approved bid of {amount}."),
    }


def placing() -> Words:
    """What the console says to the neutral person who may place an approved bid."""
    return {
        "surrogate_asked": _("{name} lets you place one bid for it."),
        "surrogate_range": _("From {least} to {most}."),
        "surrogate_at_least": _("{least} or higher."),
        "surrogate_place": _("Place the bid"),
        "surrogate_price": _("Unit price, {unit}"),
        "surrogate_total": _("Lot total {amount} {currency}."),
        "surrogate_below": _("The supplier approved no bid below {least}."),
        "said_surrogate_approved": _("A supplier approved a surrogate bid."),
        "surrogate_mark": _("surrogate bid"),
        "do_surrogate_bid": _("Place the bid"),
        "do_surrogate_bid_heading": _("Place a bid for {name}"),
        "do_surrogate_bid_text": _(
            "Place only what the supplier told you. The bid binds the supplier, is marked as a"
            " surrogate bid, and the supplier reads your reason."
        ),
        "typed_malformed": _("Write a plain number such as 104000.50."),
        "typed_scale": _("At most {scale} decimal places."),
        "typed_zero": _("The amount must be above zero."),
        "fault_too_high": _("Bid {limit} or lower."),
        "fault_off_grid": _("The amount must be a multiple of {limit}."),
        "fault_no_room": _("No lower bid is possible."),
    }


def feed() -> Words:
    """Its lines of the activity list."""
    return {
        "feed_surrogate_approved": _(
            "{name} lets a neutral person bid for it once, not below {amount}"
        ),
        "feed_surrogate_ended": _("{name} took back its approval of a surrogate bid"),
        "feed_surrogate_bid": _("{name} bid {amount}, placed by a neutral person. {reason}"),
    }
