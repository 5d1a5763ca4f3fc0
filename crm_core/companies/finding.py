"""Finding companies by name or number: for whoever searches, and before a second one is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from itertools import product
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q
from rapidfuzz import fuzz

from crm_core.companies import names
from crm_core.companies.models import Company, NameIndex

ALIKE = 85  # of 100; names of one company differ by letters, of two by words
MOST_COMPARED = 500
MOST_TOLD = 10
_NUMBER = "#"


class Why(StrEnum):
    """What two companies have in common."""

    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Alike:
    """A company that may be the one that was asked about. ``score`` is at most 100."""

    company: Company
    why: Why
    score: int


def remember(company: Company) -> None:
    """Have the company found by the names and the number it has now."""
    row = indexed(company.legal_name, company.latin_name, company.registry_value)
    NameIndex.objects.update_or_create(company=company, defaults=row)


def indexed(legal_name: str, latin_name: str, number: str) -> dict[str, Any]:
    """The fields of a NameIndex."""
    own = [legal_name, latin_name]
    keys = dict.fromkeys(key for text in own for key in _keys(text, names.keys))
    if number_key := names.number_key(number):
        keys[_NUMBER + number_key] = None
    forms = (form for text in own for form in (text.lower(), _in_latin(text)))
    return {"text": " ".join(dict.fromkeys(forms)), "keys": list(keys)}


def fits(word: str, company: str = "") -> Q:
    """The companies whose names have the word, in these letters or in Latin ones, or whose
    reference or number it is. ``company``: the look-up that leads to them (``partner__``)."""
    ways = {
        "found_by__text__contains": _in_latin(word),
        "legal_name__icontains": word,
        "latin_name__icontains": word,
        "reference__icontains": word,
        "registry_value__iexact": word,
    }
    return reduce(or_, (Q(**{company + way: value}) for way, value in ways.items()))


def alike(
    *,
    legal_name: str,
    latin_name: str = "",
    country: str,
    number: str = "",
    but: UUID | None = None,
) -> list[Alike]:
    """Companies of that country (``but`` one) with the same number, or with a name that may be the
    same; those most alike first, ten at most. Legal forms do not count."""
    own = [legal_name, latin_name]
    keys = {key for text in own for key in _keys(text, names.searched)}
    number_key = names.number_key(number)
    if number_key:
        keys.add(_NUMBER + number_key)
    candidates = Company.objects.filter(
        country=country, operates=False, found_by__keys__overlap=list(keys)
    )
    found = []
    for company in candidates.exclude(pk=but).order_by("created_at", "id")[:MOST_COMPARED]:
        if number_key and names.number_key(company.registry_value) == number_key:
            found.append(Alike(company, Why.NUMBER, 100))
            continue
        theirs = [company.legal_name, company.latin_name]
        score = max(_likeness(one, other) for one, other in product(own, theirs))
        if score >= ALIKE:
            found.append(Alike(company, Why.NAME, score))
    return sorted(found, key=lambda each: (each.why, each.score), reverse=True)[:MOST_TOLD]


def _likeness(one: str, other: str) -> int:
    """Of the words that tell companies apart, in any order, with the schools of transliteration
    taken out. A name of two words or more that stands whole within the other is just alike."""
    left, right = _telling(one), _telling(other)
    if not left or not right:
        return 0
    together = fuzz.ratio(left.replace(" ", ""), right.replace(" ", ""))
    shorter, longer = sorted((set(left.split()), set(right.split())), key=len)
    within = ALIKE if len(shorter) > 1 and shorter <= longer else 0
    return round(max(fuzz.token_sort_ratio(left, right), together, within))


def _telling(text: str) -> str:
    name = names.analysed("company", text)
    if name is None:
        return ""
    return " ".join(names.skeleton(names.word(part)) for part in names.telling(name))


def _keys(text: str, of: Callable[[names.Analysed], list[str]]) -> list[str]:
    name = names.analysed("company", text)
    return [] if name is None else of(name)


def _in_latin(text: str) -> str:
    name = names.analysed("company", text)
    return text.lower() if name is None else " ".join(names.word(part) for part in name.parts)
