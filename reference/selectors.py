"""Reads of the shared lists; they are the same for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from django.db.models import Q, QuerySet

from reference.domain import conversion
from reference.domain.conversion import Scale
from reference.errors import UnitNotConvertible, UnitUnknown
from reference.models import Category, Currency, QuantityKind, Taxonomy, Unit


def currencies(search: str = "") -> QuerySet[Currency]:
    """Currencies whose code or name in any language holds every word."""
    return matching(Currency.objects.all(), search)


def units(search: str = "", *, like: str = "") -> QuerySet[Unit]:
    """Units whose code, symbol or name in any language holds every word.

    With ``like``, the code of a unit, only those that it converts into.
    """
    found = Unit.objects.all()
    if like:
        found = found.exclude(kind="").filter(kind__in=Unit.objects.filter(pk=like).values("kind"))
    return matching(found, search, "symbol_en", "symbol_ru", "symbol_uk")


def units_by_kind() -> list[tuple[QuantityKind, list[Unit]]]:
    """The units that convert, under what they measure; in a kind, small ones first."""
    kinds: dict[str, list[Unit]] = {kind.value: [] for kind in QuantityKind}
    for unit in Unit.objects.exclude(kind=""):
        kinds[unit.kind].append(unit)
    return [
        (kind, sorted(kinds[kind], key=lambda unit: (Fraction(unit.factor), unit.code)))
        for kind in QuantityKind
        if kinds[kind]
    ]


def scale(code: str) -> Scale:
    """How a unit measures. Raises UnitUnknown, UnitNotConvertible."""
    return scales([code])[0]


def scales(codes: Sequence[str]) -> list[Scale]:
    """The same for several, in one query, in the order of the codes."""
    found = Unit.objects.in_bulk(list(codes))
    return [scale_of(code, found.get(code)) for code in codes]


def scale_of(code: str, unit: Unit | None) -> Scale:
    """How the unit that was found for a code measures. Raises UnitUnknown, UnitNotConvertible."""
    if unit is None:
        raise UnitUnknown(unit=code)
    if not unit.kind:
        raise UnitNotConvertible(unit=code)
    return Scale(code, unit.kind, Fraction(unit.factor), Fraction(unit.offset))


def convert(amount: Fraction, source: str, target: str) -> Fraction:
    """An amount of one unit in another, exactly.

    Raises UnitUnknown, UnitNotConvertible, UnitsUnlike. A unit is itself whether it converts or
    not.
    """
    if source == target and Unit.objects.filter(pk=source).exists():
        return amount
    return conversion.convert(amount, *scales([source, target]))


def categories(
    search: str = "", *, parent: str | None = None, taxonomy: str = Taxonomy.CPV
) -> QuerySet[Category]:
    """Categories of a taxonomy by code or words; with ``parent``, its children.

    General ones come first; those that are retired are left out.
    """
    found = Category.objects.filter(taxonomy=taxonomy, retired=False)
    if parent is not None:
        found = found.filter(parent_id=parent)
    return matching(found, search, code="notation").order_by("level", "code")


def category_codes(codes: Iterable[str]) -> set[str]:
    """Those of the codes that are categories of CPV, by which companies and tenders are filed."""
    found = Category.objects.filter(pk__in=list(codes), taxonomy=Taxonomy.CPV)
    return set(found.values_list("pk", flat=True))


def ancestors_and_self(codes: Iterable[str]) -> set[str]:
    """The codes with every category above them: what a supplier of the part also matches."""
    found: set[str] = set()
    wanted = set(codes)
    while wanted:
        found |= wanted
        parents = Category.objects.filter(pk__in=wanted).values_list("parent_id", flat=True)
        wanted = {code for code in parents if code} - found
    return found


def matching(queryset: QuerySet, search: str, *more: str, code: str = "code") -> QuerySet:  # type: ignore[type-arg]
    """Those that hold every word in a name or in a field of ``more``, or whose code begins so."""
    for word in search.split()[:8]:
        test = Q(**{f"{code}__istartswith": word})
        for field in ("name_en", "name_ru", "name_uk", *more):
            test |= Q(**{f"{field}__icontains": word})
        queryset = queryset.filter(test)
    return queryset
