"""Reads of the shared lists; they are the same for everybody."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from reference.models import Category, Currency, Unit


def currencies(search: str = "") -> QuerySet[Currency]:
    """Currencies whose code or name in any language holds every word."""
    return _matching(Currency.objects.all(), search)


def units(search: str = "") -> QuerySet[Unit]:
    """Units whose code, symbol or name in any language holds every word."""
    return _matching(Unit.objects.all(), search, "symbol_en", "symbol_ru", "symbol_uk")


def categories(search: str = "", *, parent: str | None = None) -> QuerySet[Category]:
    """Categories by code or words; with ``parent``, its children. General ones come first."""
    found = Category.objects.all()
    if parent is not None:
        found = found.filter(parent_id=parent)
    return _matching(found, search).order_by("level", "code")


def category_codes(codes: Iterable[str]) -> set[str]:
    """Those of the codes that exist."""
    return set(Category.objects.filter(pk__in=list(codes)).values_list("pk", flat=True))


def ancestors_and_self(codes: Iterable[str]) -> set[str]:
    """The codes with every category above them: what a supplier of the part also matches."""
    found: set[str] = set()
    wanted = set(codes)
    while wanted:
        found |= wanted
        parents = Category.objects.filter(pk__in=wanted).values_list("parent_id", flat=True)
        wanted = {code for code in parents if code} - found
    return found


def _matching(queryset: QuerySet, search: str, *more: str) -> QuerySet:  # type: ignore[type-arg]
    for word in search.split()[:8]:
        test = Q(code__istartswith=word)
        for field in ("name_en", "name_ru", "name_uk", *more):
            test |= Q(**{f"{field}__icontains": word})
        queryset = queryset.filter(test)
    return queryset
