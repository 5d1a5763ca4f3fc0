"""Alerts in words: what was found, by which formula, from which facts, and what else it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from auctions.models import AlertDecision, IntegrityAlert
from auctions.models.integrity import AlertKind
from kernel.clock import moment_from_wire

FORMULAS: dict[str, Any] = {
    AlertKind.SHARED_ORIGIN: gettext_lazy(
        "Equality of keyed hashes of addresses and browser marks. OECD, Guidelines for Fighting "
        "Bid Rigging (2012)."
    ),
    AlertKind.ROTATION: gettext_lazy(
        "Share of all orders of the same wins with at least as many full turns, at most 0.05: a "
        "permutation test as in Wald and Wolfowitz (1940)."
    ),
    AlertKind.SHADOWING: gettext_lazy(
        "Probability of so many bids within 60 s after the other's by chance, at most 0.01: exact "
        "binomial; measures after Trevathan and Read (2009)."
    ),
    AlertKind.SPREAD: gettext_lazy(
        "CV = s / mean ≤ 0.06 and RD = (b2 − b1) / s(b2…bn) > 1. Abrantes-Metz et al. (2006); "
        "Imhof, Karagök and Rutz (2018)."
    ),
}
BENIGN: dict[str, Any] = {
    AlertKind.SHARED_ORIGIN: gettext_lazy(
        "Companies behind one provider, office park or VPN share an address; a shared adviser may "
        "use one computer. A shared device says more than a shared address."
    ),
    AlertKind.ROTATION: gettext_lazy(
        "Companies that bid hard only while they have free capacity win by turns too, and so do "
        "holders of contracts that end in turn."
    ),
    AlertKind.SHADOWING: gettext_lazy(
        "A supplier that reacts to every change of its rank follows whoever is most active; so "
        "does a program that bids on a timer."
    ),
    AlertKind.SPREAD: gettext_lazy(
        "The screen was made for sealed tenders. In an open auction competition itself draws "
        "offers together, and losers with the same cost stop at the same price."
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of evidence: who, what, when."""

    who: str
    what: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as a page shows it."""

    alert: IntegrityAlert
    heading: str
    formula: str
    benign: str
    facts: list[Fact]
    decisions: list[AlertDecision]


def told(alert: IntegrityAlert, names: Mapping[str, str]) -> Told:
    """The alert in the active language; ``names`` maps seats to companies."""
    rows = [_fact(alert, row, names) for row in alert.evidence["rows"]]
    return Told(
        alert,
        _heading(alert, names),
        str(FORMULAS[alert.kind]),
        str(BENIGN[alert.kind]),
        rows,
        list(alert.decisions.all()),
    )


def _heading(alert: IntegrityAlert, names: Mapping[str, str]) -> str:
    who = [names.get(seat, seat) for seat in alert.who]
    evidence = alert.evidence
    if alert.kind == AlertKind.SHARED_ORIGIN:
        text = (
            _("%(names)s were connected from one device.")
            if evidence["what"] == "device"
            else _("%(names)s were connected from one address.")
        )
        return text % {"names": ", ".join(who)}
    if alert.kind == AlertKind.ROTATION:
        return _(
            "%(names)s met in %(n)s lots of yours and won by turns. By chance: %(chance)s."
        ) % {"names": ", ".join(who), "n": len(evidence["rows"]), "chance": evidence["chance"]}
    if alert.kind == AlertKind.SHADOWING:
        return _(
            "%(k)s of %(n)s bids of %(shadow)s came right after a bid of %(followed)s, and none "
            "ever led. By chance: %(chance)s."
        ) % {
            "k": evidence["followed"],
            "n": evidence["bids"],
            "shadow": who[0],
            "followed": who[1],
            "chance": evidence["chance"],
        }
    if evidence["distance"] is None:
        return _("All losing offers are equal, and apart from the winner's. CV %(cv)s.") % {
            "cv": evidence["variation"]
        }
    return _(
        "The losing offers lie close together and apart from the winner's: CV %(cv)s, relative "
        "distance %(rd)s."
    ) % {"cv": evidence["variation"], "rd": evidence["distance"]}


def _fact(alert: IntegrityAlert, row: Mapping[str, Any], names: Mapping[str, str]) -> Fact:
    seat = row.get("seat") or row["winner"]
    who = names.get(seat, seat)
    if alert.kind == AlertKind.SHARED_ORIGIN:
        number = row["connections"]
        what = ngettext("%(n)d connection", "%(n)d connections", number) % {"n": number}
        return Fact(who, what, moment_from_wire(row["first"]))
    if alert.kind == AlertKind.ROTATION:
        won = _("won %(reference)s, lot %(lot)s")
        what = won % {"reference": row["reference"], "lot": row["lot"]}
        return Fact(who, what, moment_from_wire(row["at"]))
    if alert.kind == AlertKind.SHADOWING:
        later = _("%(amount)s, %(n)s s later")
        what = later % {"amount": row["amount"], "n": row["seconds"]}
        return Fact(who, what, moment_from_wire(row["at"]))
    return Fact(who, row["amount"], None)
