"""The facts in plain words, in the reader's language: for the page, the PDF and the check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_core.badges.facts import TWO_VERIFIERS, Checked, Facts, Side
from crm_core.companies.identifiers import SCHEMES
from crm_core.verification.domain.terms import FacetState, Measure, Screening
from crm_core.verification.wording import paper_name
from kernel.clock import moment_from_wire
from ui.formatting import locale

LISTS = {
    "us": gettext_lazy("United States"),
    "uk": gettext_lazy("United Kingdom"),
    "eu": gettext_lazy("European Union"),
    "un": gettext_lazy("United Nations"),
    "other": gettext_lazy("others"),
}


def country_name(code: str) -> str:
    """A country in the reader's language; its code where nobody knows it."""
    return str(locale().territories.get(code, code))


def scheme_name(code: str) -> str:
    """A kind of number, as people of the country call it."""
    return SCHEMES[code].label if code in SCHEMES else code


def by_whom(by: str) -> str:
    """The role of those who decided, never a name."""
    return _("two verifiers of the operator") if by == TWO_VERIFIERS else _("the operator")


def lines(checked: Checked, *, by: str) -> list[str]:
    """What was checked, a sentence each."""
    if by != TWO_VERIFIERS:
        return [_("Verified before this record was kept: what was looked at is not recorded.")]
    found = [_number(code, value) for code, value in checked.numbers]
    found += [_("Document seen: %(name)s") % {"name": paper_name(key)} for key in checked.documents]
    if checked.screening == Screening.CLEAR:
        found.append(_screened(checked.lists))
    else:
        found.append(_("Not compared with sanctions lists."))
    return found


def _number(code: str, value: str) -> str:
    label = scheme_name(code)
    if not value:
        return _("%(label)s: the form of the number is valid") % {"label": label}
    return _("%(label)s %(value)s: the form of the number is valid") % {
        "label": label, "value": value,
    }  # fmt: skip


def _screened(kinds: Iterable[str]) -> str:
    names = ", ".join(str(LISTS.get(each, each)) for each in kinds)
    if not names:
        return _("Compared with sanctions lists: nothing stands against it.")
    return _("Compared with sanctions lists (%(lists)s): nothing stands against it.") % {
        "lists": names,
    }


def facts_from(document: Mapping[str, Any], now: datetime) -> Facts:
    """The facts a certificate states, to be shown as those of a page. Its form was checked."""
    company, sides = document["company"], []
    for each in document["facets"]:
        until, checked = datetime.fromisoformat(each["valid_until"]).date(), each["checked"]
        is_over = until < now.date()
        sides.append(
            Side(
                key=each["facet"],
                by=each["by"],
                valid_until=until,
                changed_at=None,
                state=FacetState.EXPIRED if is_over else FacetState.VERIFIED,
                verified_at=moment_from_wire(each["verified_at"]) if each["verified_at"] else None,
                checked=Checked(
                    numbers=tuple((one["scheme"], one["value"]) for one in checked["numbers"]),
                    documents=tuple(checked["documents"]),
                    screening=checked["screening"]["outcome"],
                    lists=tuple(checked["screening"]["lists"]),
                ),
            )
        )
    return Facts(
        company_id=UUID(company["id"]), legal_name=company["names"]["legal"],
        latin_name=company["names"]["latin"], country=company["country"],
        scheme=company["register"]["scheme"], number=company["register"]["value"],
        buys="buys" in company["sides"], sells="sells" in company["sides"], sides=tuple(sides),
        measure=Measure.NONE, measured_at=None, banned_until=None, is_public=True,
    )  # fmt: skip
