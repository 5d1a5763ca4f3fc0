"""Common interests: whether companies belong to the same owners, or one to another.

By what each declared: owners of a quarter or more. A person is told by name, country and date of
birth; an owner without one is a company, told by name and country.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from crm_core.companies.models import Company
from crm_core.companies.models.profile import Capacity, Person

Key = tuple[str, str, date | None]


def of_one_owner(companies: Iterable[UUID]) -> bool:
    """Whether two of these companies have an owner in common, or one owns a quarter of another."""
    wanted = set(companies)
    held: dict[Key, set[UUID]] = defaultdict(set)
    owners = Person.objects.filter(company_id__in=wanted, capacity=Capacity.OWNER)
    rows = owners.values_list("company_id", "name", "latin_name", "country", "born_on")
    for company_id, name, latin_name, country, born_on in rows:
        for each in filter(None, {_plain(name), _plain(latin_name)}):
            held[each, country, born_on].add(company_id)
    if any(len(owned) > 1 for owned in held.values()):
        return True
    names = Company.objects.filter(pk__in=wanted)
    for company_id, legal, latin, country in names.values_list(
        "pk", "legal_name", "latin_name", "country"
    ):
        for each in filter(None, {_plain(legal), _plain(latin)}):
            if held.get((each, country, None), set()) - {company_id}:
                return True
    return False


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
