"""The least a company must have reached to do something: one table for the whole platform.

Services ask :func:`require_gate` or build their queries from :func:`standings_for`; a role's
capabilities are held back by the same rows (``crm_core.access.capabilities``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_core.companies.errors import StandingTooLow
from crm_core.companies.models import Company, Standing


class Gate(models.TextChoices):
    """What not every company may do."""

    BE_INVITED = "be_invited", _("Be invited to tenders")
    BID = "bid", _("Answer tenders and bid")
    OFFER = "offer", _("Publish offers in the catalog")
    PUBLISH = "publish", _("Publish tenders, run auctions")
    ORDER = "order", _("Award and order")
    PAYMENT_DATA = "payment_data", _("Receive payment data")


@dataclass(frozen=True, slots=True)
class Minimum:
    """The standings that suffice, the facets of verification that must be valid, and the side of
    trade that the action belongs to (empty: both)."""

    standings: frozenset[str]
    facets: frozenset[str] = frozenset()
    side: str = ""


_VERIFIED = frozenset({Standing.VERIFIED.value})

MINIMUM: dict[Gate, Minimum] = {
    Gate.BE_INVITED: Minimum(_VERIFIED, side="sells"),
    Gate.BID: Minimum(_VERIFIED, side="sells"),
    Gate.OFFER: Minimum(_VERIFIED, side="sells"),
    Gate.PUBLISH: Minimum(_VERIFIED, side="buys"),
    Gate.ORDER: Minimum(_VERIFIED, side="buys"),
    Gate.PAYMENT_DATA: Minimum(_VERIFIED, frozenset({"bank"})),
}
"""A standing of ``verified`` includes a valid facet of identity; other facets expire apart."""


def standings_for(gate: Gate) -> frozenset[str]:
    """The standings with which a company may do this, for queries."""
    return MINIMUM[gate].standings


def lacks(gate: Gate, standing: str, facets: frozenset[str]) -> tuple[str, ...]:
    """What is missing: ``standing``, then names of facets; nothing where the gate is open."""
    least = MINIMUM[gate]
    found = [] if standing in least.standings else ["standing"]
    return (*found, *sorted(least.facets - facets))


@dataclass(frozen=True, slots=True)
class GateState:
    """How a gate stands for one company."""

    gate: Gate
    missing: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether the company may."""
        return not self.missing


def gates_of(company: Company) -> list[GateState]:
    """Every gate of the sides on which the company trades."""
    facets = valid_facets(company.pk)
    return [
        GateState(gate, lacks(gate, company.standing, facets))
        for gate, least in MINIMUM.items()
        if not least.side or getattr(company, least.side)
    ]


def require_gate(company: Company, gate: Gate, **more: str) -> None:
    """Raise StandingTooLow, with what is missing and ``more``, unless the company may do this."""
    facets = valid_facets(company.pk) if MINIMUM[gate].facets else frozenset[str]()
    if missing := lacks(gate, company.standing, facets):
        raise StandingTooLow(action=gate.value, missing=list(missing), **more)


Reader = Callable[[UUID], frozenset[str]]
_reader: list[Reader] = []


def read_facets_with(reader: Reader) -> None:
    """Let the room of verification say which facets of a company are valid; called at start."""
    _reader[:] = [reader]


def valid_facets(company_id: UUID) -> frozenset[str]:
    """The facets that count now; none while nobody can say."""
    return _reader[0](company_id) if _reader else frozenset()
