"""What everybody may read of a company's verification.

All of it comes from the decisive entries of its history, which only grows, and from the state that
they led to; never from what the company declares now. Nothing here names a person or an account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from crm_core.companies.identifiers import SCHEMES, IdentifierKind, check
from crm_core.companies.models import Company, Standing
from crm_core.verification.domain import life
from crm_core.verification.domain.terms import (
    BANK,
    CATEGORY,
    IDENTITY,
    VALID,
    FacetState,
    Measure,
    Screening,
)
from crm_core.verification.models import Entry, EntryAction, VerificationFile
from crm_core.verification.services.keeping import read
from kernel.clock import utc_now
from kernel.errors import FairfallError

TWO_VERIFIERS = "two_verifiers"
OPERATOR = "operator"
"""By whom, as a role: two people decided, or the operator took a standing over from before."""
# A number for tax alone may be a person's; those of the other kinds are in public registers.
_PUBLIC_NUMBERS = {
    IdentifierKind.REGISTER,
    IdentifierKind.VAT,
    IdentifierKind.CUSTOMS,
    IdentifierKind.ENTITY,
}
_DECISIVE = (EntryAction.VERIFIED, EntryAction.TAKEN_OVER)
_DATING = (*_DECISIVE, EntryAction.CHANGED, EntryAction.SUSPENDED, EntryAction.BANNED)
_LISTS = {
    "us": {"us", "ofac", "sdn"}, "uk": {"uk", "gb", "ofsi", "fcdo"}, "eu": {"eu", "fsf"},
    "un": {"un", "unsc"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What one decision looked at: numbers of a valid form, kinds of documents, lists."""

    numbers: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] = ()
    screening: str = ""
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A facet as it was decided last, and how it stands now."""

    key: str
    state: FacetState
    by: str
    verified_at: datetime | None
    valid_until: date | None
    changed_at: datetime | None
    checked: Checked

    @property
    def is_valid(self) -> bool:
        """Whether it counts now."""
        return self.state in VALID


@dataclass(frozen=True, slots=True)
class Facts:
    """A company as its public page shows it."""

    company_id: UUID
    legal_name: str
    latin_name: str
    country: str
    scheme: str
    number: str
    buys: bool
    sells: bool
    sides: tuple[Side, ...]
    measure: Measure
    measured_at: datetime | None
    banned_until: datetime | None
    is_public: bool
    """Whether it is, or once was, verified."""

    @property
    def identity(self) -> Side | None:
        """The facet on which everything else stands."""
        return next((each for each in self.sides if each.key == IDENTITY), None)

    @property
    def state(self) -> str:
        """In one word: a measure, or how the identity stands."""
        if self.measure is not Measure.NONE:
            return self.measure.value
        return self.identity.state.value if self.identity else FacetState.UNVERIFIED.value

    @property
    def is_certified(self) -> bool:
        """Whether a certificate can be issued now."""
        side = self.identity
        return (
            self.measure is Measure.NONE
            and side is not None
            and side.is_valid
            and side.valid_until is not None
        )


def facts_of(company_id: UUID, *, at: datetime | None = None) -> Facts | None:
    """What is public of a company; None where there is no such company that trades.

    A company that was never verified is given too: see ``is_public``. At most four queries.
    """
    company = Company.objects.filter(pk=company_id, operates=False).first()
    if company is None:
        return None
    file = VerificationFile.objects.filter(company=company).prefetch_related("facets").first()
    if file is None or (not file.entries_count and not file.facets.all()):
        return _before_files(company)
    entries = list(Entry.objects.filter(file=file, action__in=_DATING).order_by("-number"))
    now = life.tick(read(file), at=at or utc_now())
    sides = tuple(
        _side(key, now.facets[key], entries)
        for key in sorted(now.facets, key=lambda key: (key != IDENTITY, key != BANK, key))
        if now.facets[key].state is not FacetState.UNVERIFIED
    )
    known = bool(sides) or any(each.action == EntryAction.TAKEN_OVER for each in entries)
    return _facts(company, sides, now, entries, known)


def _before_files(company: Company) -> Facts:
    """A standing from before there were files: nothing more is known of it."""
    sides: tuple[Side, ...] = ()
    if company.standing != Standing.DRAFT:
        sides = (Side(IDENTITY, FacetState.VERIFIED, OPERATOR, None, None, None, Checked()),)
    measure = Measure.SUSPENDED if company.standing == Standing.SUSPENDED else Measure.NONE
    return _facts(company, sides, life.File(measure=measure), [], bool(sides))


def _facts(
    company: Company,
    sides: tuple[Side, ...],
    now: life.File,
    entries: Sequence[Entry],
    is_public: bool,
) -> Facts:
    decided = _decisive(entries, IDENTITY)
    said = _declared(decided)
    names = said.get("names") or {"legal": company.legal_name, "latin": company.latin_name}
    register = said.get("register") or {
        "scheme": company.registry_scheme, "value": company.registry_value,
    }  # fmt: skip
    trades = said.get("sides") or {"buys": company.buys, "sells": company.sells}
    wanted = {Measure.SUSPENDED: EntryAction.SUSPENDED, Measure.BANNED: EntryAction.BANNED}
    measured = next((each for each in entries if each.action == wanted.get(now.measure)), None)
    return Facts(
        company_id=company.pk, legal_name=names["legal"], latin_name=names["latin"],
        country=said.get("country") or company.country, scheme=register["scheme"],
        number=register["value"], buys=trades["buys"], sells=trades["sells"], sides=sides,
        measure=now.measure, measured_at=measured.at if measured else None,
        banned_until=now.banned_until if now.measure is Measure.BANNED else None,
        is_public=is_public,
    )  # fmt: skip


def _side(key: str, facet: life.Facet, entries: Sequence[Entry]) -> Side:
    decided = _decisive(entries, key)
    changed = None
    if facet.state is FacetState.REOPENED:
        changed = next(
            (
                each.at
                for each in entries
                if each.action == EntryAction.CHANGED and key in each.about.get("facets", ())
            ),
            None,
        )
    by_two = decided is not None and decided.action == EntryAction.VERIFIED
    return Side(
        key=key, state=facet.state, by=TWO_VERIFIERS if by_two else OPERATOR,
        verified_at=decided.at if decided else None, valid_until=facet.valid_until,
        changed_at=changed, checked=_checked(key, decided),
    )  # fmt: skip


def _decisive(entries: Iterable[Entry], key: str) -> Entry | None:
    """The last entry that made this facet valid; ``entries`` are the latest first."""
    for each in entries:
        if each.action == EntryAction.VERIFIED and key in each.about.get("facets", ()):
            return each
        if each.action == EntryAction.TAKEN_OVER and key == IDENTITY:
            return each
    return None


def _declared(entry: Entry | None) -> Mapping[str, Any]:
    return (entry.evidence or {}).get("declared", {}) if entry else {}


def _checked(key: str, entry: Entry | None) -> Checked:
    if entry is None or not entry.evidence or entry.action == EntryAction.TAKEN_OVER:
        return Checked()
    owed = set(entry.evidence.get("owed", ()))
    documents = {
        each["key"]
        for each in entry.evidence.get("documents", ())
        if each["state"] == "approved" and each["key"] in owed and _facet_of(each["key"]) == key
    }
    screening = entry.evidence.get("screening", {})
    compared = screening.get("snapshot", {}).get("screenings", ())
    lists = {list_kind(each["source"]) for one in compared for each in one.get("lists", ())}
    is_clear = screening.get("state") == Screening.CLEAR
    return Checked(
        numbers=numbers_of(_declared(entry)) if key == IDENTITY else (),
        documents=tuple(sorted(documents)),
        screening=Screening.CLEAR.value if is_clear else Screening.NOT_SCREENED.value,
        lists=tuple(sorted(lists)) if is_clear else (),
    )


def _facet_of(paper: str) -> str:
    """The facet that a document stands for."""
    kind, _colon, category = paper.partition(":")
    if kind == "licence":
        return f"{CATEGORY}{category}"
    return BANK if kind == "bank_letter" else IDENTITY


def numbers_of(said: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Declared numbers that have a valid form, by scheme; of a tax number the scheme alone."""
    register = said.get("register") or {}
    given = {**said.get("numbers", {}), **said.get("other_numbers", {})}
    if register.get("value"):
        given[register["scheme"]] = register["value"]
    found = {}
    for scheme, value in given.items():
        kind = SCHEMES[scheme].kind if scheme in SCHEMES else None
        if kind in _PUBLIC_NUMBERS or kind is IdentifierKind.TAX:
            try:
                compact = check(scheme, value).value
            except FairfallError:
                continue
            found[scheme] = compact if kind in _PUBLIC_NUMBERS else ""
    return tuple(sorted(found.items()))


def list_kind(code: str) -> str:
    """Whose list it is: ``us``, ``uk``, ``eu``, ``un``, or ``other``, so that the name of a list
    that is the operator's own stays with the operator."""
    words = set(re.split(r"[^a-z]+", code.lower()))
    return next((kind for kind, known in _LISTS.items() if words & known), "other")
