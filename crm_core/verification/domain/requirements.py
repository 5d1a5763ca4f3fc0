"""Which documents verification stands on: by facet, country and side of trade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.verification.domain.terms import BANK, CATEGORY, IDENTITY

FRESH = timedelta(days=92)
"""An extract from a register and a proof of address are at most three months old."""


@dataclass(frozen=True, slots=True)
class Required:
    """A document that must be there; ``freshness`` bounds its age, ``category`` is a CPV code."""

    kind: str
    freshness: timedelta | None = None
    category: str = ""

    @property
    def key(self) -> str:
        """``kind``, or ``kind:category``."""
        return f"{self.kind}:{self.category}" if self.category else self.kind


_EXTRACT = Required("registry_extract", FRESH)
_IDENTITY = (
    _EXTRACT,
    Required("address_proof", FRESH),
    Required("articles"),
    Required("ownership_chart"),
    Required("signatory_power"),
)
# Where the register's extract names who may sign, and gives the registered address, no further
# paper proves either: Estonia, Latvia, Lithuania, Finland and Ukraine (EDR).
_EXTRACT_SAYS_MORE = frozenset({"EE", "LV", "LT", "FI", "UA"})
_COVERED = frozenset({"address_proof", "signatory_power"})


@dataclass(frozen=True, slots=True)
class Declared:
    """What a company says that decides which papers it owes."""

    country: str
    buys: bool
    sells: bool
    has_vat: bool


def required(facet: str, declared: Declared) -> tuple[Required, ...]:
    """The documents one facet stands on."""
    if facet == IDENTITY:
        covered = _COVERED if declared.country in _EXTRACT_SAYS_MORE else frozenset()
        papers = tuple(each for each in _IDENTITY if each.kind not in covered)
        return (*papers, Required("vat_certificate")) if declared.has_vat else papers
    if facet == BANK:
        return (Required("bank_letter"),)
    if facet.startswith(CATEGORY):
        return (Required("licence", category=facet.removeprefix(CATEGORY)),)
    raise ValueError(f"no such facet: {facet}")


def owed(facets: Iterable[str], declared: Declared) -> tuple[Required, ...]:
    """The documents these facets stand on together, each once."""
    found = {each.key: each for facet in sorted(facets) for each in required(facet, declared)}
    return tuple(found.values())


def first_facets(declared: Declared) -> frozenset[str]:
    """What is asked at first: identity, and the account of whoever is to be paid."""
    return frozenset({IDENTITY, BANK}) if declared.sells else frozenset({IDENTITY})


def is_fresh(paper: Required, issued_on: date | None, today: date) -> bool:
    """Whether a document is young enough; one without a date is not, where age counts."""
    if paper.freshness is None:
        return True
    return issued_on is not None and today - issued_on <= paper.freshness
