"""Moves of orders in words."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.orders.domain.life import RULES, Move

BUTTON: dict[Move, tuple[Promise, str]] = {
    Move.ACKNOWLEDGE: (_("Acknowledge receipt"), "inbox"),
    Move.ACCEPT: (_("Accept as ordered"), "circle-check"),
    Move.REJECT: (_("Reject"), "circle-x"),
    Move.AGREE: (_("Agree to these values"), "circle-check"),
    Move.DISAGREE: (_("Do not agree"), "arrow-back-up"),
    Move.CANCEL: (_("Cancel the order"), "ban"),
    Move.CLOSE: (_("Close the order"), "archive"),
}
"""A move that needs no values: its button and its icon."""

DONE: dict[str, Promise] = {
    Move.ISSUE: pgettext_lazy("order", "Issued"),
    Move.ACKNOWLEDGE: pgettext_lazy("order", "Acknowledged"),
    Move.ACCEPT: pgettext_lazy("order", "Accepted"),
    Move.OFFER_OTHER: pgettext_lazy("order", "Other values offered"),
    Move.REJECT: pgettext_lazy("order", "Rejected"),
    Move.AGREE: pgettext_lazy("order", "Other values agreed"),
    Move.DISAGREE: pgettext_lazy("order", "Other values not agreed"),
    Move.CANCEL: pgettext_lazy("order", "Cancelled"),
    Move.CLOSE: pgettext_lazy("order", "Closed"),
}
"""A move in the history."""

SCOPES: dict[str, Promise] = {
    "contract": _("Contract price"),
    "customer": _("Price for your company"),
    "group": _("Price of a customer group"),
    "public": _("Public price"),
    "quote": _("Quoted price"),
}


def rule(kept: dict[str, Any]) -> str:
    """The rule that won, as it is kept on a line."""
    scope = str(SCOPES.get(kept.get("scope", ""), ""))
    return " ".join(each for each in (scope, kept.get("contract", "")) if each)


def buttons(moves: tuple[Move, ...]) -> list[dict[str, Any]]:
    """The buttons of moves that need no values."""
    return [
        {"move": each.value, "text": BUTTON[each][0], "icon": BUTTON[each][1],
         "needs_reason": RULES[each].reason}
        for each in moves
        if each in BUTTON
    ]  # fmt: skip
