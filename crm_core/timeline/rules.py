"""EVENT_RULES: which side is told of which event, in which words, and what bursts become.

One entry a kind. A side that has no words here is never told. The words get the facts of that
side alone, so nothing can be written of which it may not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm_core.timeline.models import Perspective

Facts = Mapping[str, Any]
Words = Callable[[int, Facts], str]
"""The sentence for so many times, with ``{places}`` that ``wording`` fills."""

BURST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a kind of event is told. ``merge``: what follows within it joins what was before."""

    label: str | Promise
    icon: str
    tone: str  # of the design system: empty, ok, warn, bad, info
    words: Mapping[Perspective, Words]
    merge: timedelta | None = None


def _one(text: str | Promise) -> Words:
    return lambda times, facts: str(text)


def _bid_to_buyer(times: int, facts: Facts) -> str:
    if times == 1:
        return _("{partner} bid {best} on lot {lot} of {reference}.")
    return ngettext(
        "{partner} placed {times} bid on lot {lot} of {reference}, the best {best}.",
        "{partner} placed {times} bids on lot {lot} of {reference}, the best {best}.",
        times,
    )


def _bid_to_supplier(times: int, facts: Facts) -> str:
    if times == 1:
        return _("You bid {best} on lot {lot} of {reference}.")
    return ngettext(
        "You placed {times} bid on lot {lot} of {reference}, the best {best}.",
        "You placed {times} bids on lot {lot} of {reference}, the best {best}.",
        times,
    )


def _bid_to_operator(times: int, facts: Facts) -> str:
    return ngettext(
        "{partner} placed {times} bid on lot {lot} of {reference}.",
        "{partner} placed {times} bids on lot {lot} of {reference}.",
        times,
    )


def _outbid_to_buyer(times: int, facts: Facts) -> str:
    if times == 1:
        return _("{partner} was outbid on lot {lot} of {reference}; its rank was then {rank}.")
    return ngettext(
        "{partner} was outbid {times} time on lot {lot} of {reference}; its rank was then {rank}.",
        "{partner} was outbid {times} times on lot {lot} of {reference}; its rank was then {rank}.",
        times,
    )


def _outbid_to_supplier(times: int, facts: Facts) -> str:
    if facts.get("rank") is None:
        if times == 1:
            return _("You were outbid on lot {lot} of {reference} and led no more.")
        return ngettext(
            "You were outbid {times} time on lot {lot} of {reference} and led no more.",
            "You were outbid {times} times on lot {lot} of {reference} and led no more.",
            times,
        )
    if times == 1:
        return _("You were outbid on lot {lot} of {reference}; your rank was then {rank}.")
    return ngettext(
        "You were outbid {times} time on lot {lot} of {reference}; your rank was then {rank}.",
        "You were outbid {times} times on lot {lot} of {reference}; your rank was then {rank}.",
        times,
    )


def _voided_to_buyer(times: int, facts: Facts) -> str:
    return ngettext(
        "{bids} bid of {partner} on lot {lot} of {reference} came after the cut-off and is void.",
        "{bids} bids of {partner} on lot {lot} of {reference} came after the cut-off and are void.",
        int(facts["bids"]),
    )


def _voided_to_supplier(times: int, facts: Facts) -> str:
    return ngettext(
        "{bids} bid of yours on lot {lot} of {reference} came after the cut-off and is void.",
        "{bids} bids of yours on lot {lot} of {reference} came after the cut-off and are void.",
        int(facts["bids"]),
    )


def _extended(times: int, facts: Facts) -> str:
    if times == 1:
        return _("Lot {lot} of {reference} was extended to {until}.")
    return ngettext(
        "Lot {lot} of {reference} was extended {times} time, last to {until}.",
        "Lot {lot} of {reference} was extended {times} times, last to {until}.",
        times,
    )


def _lost_to_buyer(times: int, facts: Facts) -> str:
    if facts["cause"] == "price":
        return _("{partner} lost lot {lot} of {reference} by price: {best}, rank {rank}, +{gap}.")
    if facts["cause"] == "package":
        return _(
            "Lot {lot} of {reference} went to offers that cost less over several lots; {partner} "
            "had bid {best}."
        )
    if facts["cause"] == "quantity":
        return _(
            "{partner} lost lot {lot} of {reference} by quantity: {best}, rank {rank}, −{gap}."
        )
    if facts["cause"] == "not_awarded":
        return _("Lot {lot} of {reference} was not awarded; {partner} had bid {best}.")
    return _("Lot {lot} of {reference} went to another by your decision; {partner} had bid {best}.")


def _won_to_buyer(times: int, facts: Facts) -> str:
    if "unit" in facts:
        return _("You awarded lot {lot} of {reference} to {partner} with {price}.")
    return _("You awarded lot {lot} of {reference} to {partner} at {price}.")


def _won_to_supplier(times: int, facts: Facts) -> str:
    if "unit" in facts:
        return _("You won lot {lot} of {reference} with {price}.")
    return _("You won lot {lot} of {reference} at {price}.")


def _lost_to_supplier(times: int, facts: Facts) -> str:
    if facts.get("rank") is not None:
        return _("You lost lot {lot} of {reference} at {best}, rank {rank}.")
    return _("You lost lot {lot} of {reference} at {best}.")


B, S, O = Perspective.BUYER, Perspective.SUPPLIER, Perspective.OPERATOR  # noqa: E741
N_ = gettext_lazy  # a name that is collected for translation, short enough for the table

EVENT_RULES: Mapping[str, Rule] = {
    "invited_here": Rule(
        N_("Invited to the platform"), "mail", "info",
        {B: _one(N_("You invited {partner} to the platform.")),
         S: _one(N_("{partner} invited you to the platform.")),
         O: _one(N_("{partner} was invited to the platform by {other}."))},
    ),
    "joined_here": Rule(
        N_("Joined the platform"), "user-plus", "ok",
        {B: _one(N_("{partner} joined at your invitation.")),
         S: _one(N_("You joined at the invitation of {partner}.")),
         O: _one(N_("{partner} joined at the invitation of {other}."))},
    ),
    "invited": Rule(
        N_("Invited"), "mail", "info",
        {B: _one(N_("You invited {partner} to {reference}: {title}.")),
         S: _one(N_("{partner} invited you to {reference}: {title}.")),
         O: _one(N_("{partner} was invited to {reference} by {other}."))},
    ),
    "uninvited": Rule(
        N_("Invitation withdrawn"), "user-minus", "warn",
        {B: _one(N_("You withdrew the invitation of {partner} to {reference}: {reason}")),
         S: _one(N_("{partner} withdrew the invitation to {reference}: {reason}")),
         O: _one(N_("The invitation of {partner} to {reference} was withdrawn by {other}."))},
    ),
    "seen": Rule(
        N_("Seen"), "eye", "",
        {B: _one(N_("{partner} opened the invitation to {reference}.")),
         S: _one(N_("You opened the invitation to {reference}.")),
         O: _one(N_("{partner} opened the invitation to {reference}."))},
    ),
    "accepted": Rule(
        N_("Terms accepted"), "check", "ok",
        {B: _one(N_("{partner} accepted version {version} of the terms of {reference}.")),
         S: _one(N_("You accepted version {version} of the terms of {reference}.")),
         O: _one(N_("{partner} accepted version {version} of the terms of {reference}."))},
    ),
    "declined": Rule(
        N_("Declined"), "x", "warn",
        {B: _one(N_("{partner} declined {reference}: {reason}")),
         S: _one(N_("You declined {reference}: {reason}")),
         O: _one(N_("{partner} declined {reference}."))},
    ),
    "bid": Rule(
        N_("Bid"), "gavel", "info",
        {B: _bid_to_buyer, S: _bid_to_supplier, O: _bid_to_operator},
        merge=BURST,
    ),
    "offered": Rule(
        N_("Sealed offer opened"), "lock-open", "info",
        {B: _one(N_("The sealed offer of {partner} on lot {lot} of {reference}: {best}.")),
         S: _one(N_("Your sealed offer on lot {lot} of {reference} was opened: {best}.")),
         O: _one(N_("A sealed offer of {partner} on lot {lot} of {reference} was opened."))},
    ),
    "offer_rejected": Rule(
        N_("Sealed offer rejected"), "circle-x", "warn",
        {B: _one(N_("The sealed offer of {partner} on lot {lot} of {reference} was rejected at the "
                    "opening.")),
         S: _one(N_("Your sealed offer on lot {lot} of {reference} was rejected at the opening.")),
         O: _one(N_("A sealed offer of {partner} on lot {lot} of {reference} was rejected."))},
    ),
    "voided": Rule(
        N_("Bids void"), "ban", "warn",
        {B: _voided_to_buyer, S: _voided_to_supplier,
         O: _one(N_("Late bids of {partner} on lot {lot} of {reference} are void."))},
    ),
    "withdrew": Rule(
        N_("Bid withdrawn"), "arrow-back-up", "warn",
        {B: _one(N_("{partner} took a bid on lot {lot} of {reference} back.")),
         S: _one(N_("You took a bid on lot {lot} of {reference} back.")),
         O: _one(N_("{partner} took a bid on lot {lot} of {reference} back."))},
    ),
    "outbid": Rule(
        N_("Outbid"), "trending-down", "warn",
        {B: _outbid_to_buyer, S: _outbid_to_supplier},
        merge=BURST,
    ),
    "extended": Rule(
        N_("Extended"), "clock-plus", "",
        {B: _extended, S: _extended},
        merge=BURST,
    ),
    "no_result": Rule(
        N_("No result"), "circle-x", "warn",
        {B: _one(N_("Lot {lot} of {reference} closed without a result; {partner} had bid {best}.")),
         S: _one(N_("Lot {lot} of {reference} closed without a result; you had bid {best}.")),
         O: _one(N_("Lot {lot} of {reference} closed without a result; {partner} had bid."))},
    ),
    "won": Rule(
        N_("Won"), "trophy", "ok",
        {B: _won_to_buyer, S: _won_to_supplier,
         O: _one(N_("{partner} won lot {lot} of {reference}."))},
    ),
    "lost": Rule(
        N_("Lost"), "circle-x", "bad",
        {B: _lost_to_buyer, S: _lost_to_supplier,
         O: _one(N_("{partner} did not win lot {lot} of {reference}."))},
    ),
    "cancelled": Rule(
        N_("Cancelled"), "ban", "warn",
        {B: _one(N_("You cancelled {reference}, in which {partner} took part: {reason}")),
         S: _one(N_("{partner} cancelled {reference}: {reason}")),
         O: _one(N_("{reference}, in which {partner} took part, was cancelled."))},
    ),
    "annulled": Rule(
        N_("Annulled"), "ban", "bad",
        {B: _one(N_("You annulled {reference}, in which {partner} took part: {reason}")),
         S: _one(N_("{partner} annulled {reference}: {reason}")),
         O: _one(N_("{reference}, in which {partner} took part, was annulled."))},
    ),
}  # fmt: skip

FIGURES: Mapping[str, str | Promise] = {
    "invited": N_("Invitations"),
    "accepted": N_("Terms accepted"),
    "bid": N_("Bids"),
    "won": N_("Won"),
    "lost": N_("Lost"),
}
"""The kinds that an account's page counts at its head."""
