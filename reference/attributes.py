"""Changing what a category is described by. One attribute a key on every way through the tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from reference.errors import AttributeNotFound, AttributeWrong, KeyTaken
from reference.models import (
    KEY,
    Attribute,
    AttributeChoice,
    AttributeKind,
    Category,
    Unit,
)
from reference.taxonomies import below, way_to

MOST_DECIMALS = 9
MOST_CHOICES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceInput:
    """A value that may be chosen, with its labels."""

    value: str
    name_en: str
    name_ru: str = ""
    name_uk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeInput:
    """An attribute as typed; ``key``, ``kind`` and ``unit`` count only when it is made."""

    name_en: str
    name_ru: str = ""
    name_uk: str = ""
    key: str = ""
    kind: str = ""
    unit: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    decimals: int | None = None
    required: bool = False
    choices: Sequence[ChoiceInput] = field(default_factory=tuple)


def lock_taxonomies() -> None:
    """Until the transaction ends nobody else changes a tree or what hangs on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('fairfall taxonomies'))")


def add_attribute(*, category: str, given: AttributeInput) -> Attribute:
    """Describe a category, and those below it, by one thing more.

    Raises CategoryNotFound, AttributeWrong with the field, KeyTaken.
    """
    with transaction.atomic():
        lock_taxonomies()
        way = way_to(category)
        if not re.fullmatch(KEY, given.key):
            raise AttributeWrong(
                field="key",
                reason=_("Small Latin letters, digits and _, beginning with a letter; at most 40."),
            )
        if given.kind not in AttributeKind.values:
            raise AttributeWrong(field="kind", reason=_("Choose what kind of value it is."))
        made = Attribute(category_id=category, key=given.key, kind=given.kind)
        made.unit = _unit(given)
        _free(way, given.key)
        _fill(made, given)
        made.save(force_insert=True)
        _choose(made, given.choices)
    return made


def change_attribute(*, attribute_id: int, given: AttributeInput) -> Attribute:
    """Change names, bounds, decimals, choices; what is no longer a choice is retired.

    Raises AttributeNotFound, AttributeWrong with the field.
    """
    with transaction.atomic():
        found = _locked(attribute_id)
        _fill(found, given)
        found.save()
        _choose(found, given.choices)
    return found


def retire_attribute(*, attribute_id: int, retired: bool) -> Attribute:
    """Ask for it no more, or again. Its key stays taken. Raises AttributeNotFound."""
    with transaction.atomic():
        found = _locked(attribute_id)
        found.retired = retired
        found.save(update_fields=["retired"])
    return found


def _locked(attribute_id: int) -> Attribute:
    lock_taxonomies()
    found = Attribute.objects.filter(pk=attribute_id).first()
    if found is None:
        raise AttributeNotFound()
    return found


def _free(way: Sequence[Category], key: str) -> None:
    """Raise KeyTaken where a category above, this one or one below has the key, retired or not."""
    related = [each.pk for each in way] + below(way[-1].pk)
    taken = Attribute.objects.filter(key=key, category__in=related).select_related("category")
    if (first := taken.first()) is not None:
        raise KeyTaken(field="key", category=first.category.notation, key=key)


def _unit(given: AttributeInput) -> Unit | None:
    if given.kind != AttributeKind.NUMBER:
        if given.unit:
            raise AttributeWrong(field="unit", reason=_("Only a number has a unit."))
        return None
    unit = Unit.objects.filter(pk=given.unit).first()
    if unit is None:
        raise AttributeWrong(field="unit", reason=_("A number needs a unit: choose its code."))
    if not unit.kind:
        raise AttributeWrong(field="unit", reason=_("Choose a unit that can be converted."))
    return unit


def _fill(attribute: Attribute, given: AttributeInput) -> None:
    if not given.name_en.strip():
        raise AttributeWrong(field="name_en", reason=_("Give it a name in English."))
    for language in ("en", "ru", "uk"):
        name = str(getattr(given, f"name_{language}")).strip()
        if len(name) > 200:
            raise AttributeWrong(field=f"name_{language}", reason=_("At most 200 characters."))
        setattr(attribute, f"name_{language}", name)
    attribute.required = given.required
    if attribute.kind != AttributeKind.NUMBER:
        for name in ("lowest", "highest", "decimals"):
            if getattr(given, name) is not None:
                raise AttributeWrong(field=name, reason=_("Only a number has bounds."))
        return
    decimals = given.decimals or 0
    if not 0 <= decimals <= MOST_DECIMALS:
        raise AttributeWrong(
            field="decimals", reason=_("Between 0 and %(most)d.") % {"most": MOST_DECIMALS}
        )
    if attribute.decimals is not None and decimals < attribute.decimals:
        raise AttributeWrong(
            field="decimals", reason=_("Kept values may have more decimal places than that.")
        )
    low, high = given.lowest, given.highest
    if low is not None and high is not None and low > high:
        raise AttributeWrong(field="highest", reason=_("The highest lies below the lowest."))
    attribute.lowest, attribute.highest, attribute.decimals = low, high, decimals


def _choose(attribute: Attribute, choices: Sequence[ChoiceInput]) -> None:
    if attribute.kind != AttributeKind.CHOICE:
        if choices:
            raise AttributeWrong(field="choices", reason=_("Only “one of several” has choices."))
        return
    _check_choices(choices)
    kept = {each.value: each for each in attribute.choices.all()}
    for position, each in enumerate(choices):
        row = kept.pop(each.value, None) or AttributeChoice(attribute=attribute, value=each.value)
        row.position, row.retired = position, False
        row.name_en, row.name_ru, row.name_uk = each.name_en, each.name_ru, each.name_uk
        row.save()
    attribute.choices.filter(pk__in=[each.pk for each in kept.values()]).update(retired=True)


def _check_choices(choices: Sequence[ChoiceInput]) -> None:
    def wrong(reason: str) -> AttributeWrong:
        return AttributeWrong(field="choices", reason=reason)

    if not 1 <= len(choices) <= MOST_CHOICES:
        raise wrong(_("Write between 1 and %(most)d choices.") % {"most": MOST_CHOICES})
    seen: set[str] = set()
    for line, each in enumerate(choices, start=1):
        if not re.fullmatch(KEY, each.value):
            raise wrong(
                _("Line %(line)d: the value has small Latin letters, digits and _.")
                % {"line": line}
            )
        if each.value in seen:
            raise wrong(_("Line %(line)d: this value is there already.") % {"line": line})
        if not each.name_en or any(
            len(name) > 200 for name in (each.name_en, each.name_ru, each.name_uk)
        ):
            raise wrong(
                _("Line %(line)d: a label in English is needed, of at most 200 characters.")
                % {"line": line}
            )
        seen.add(each.value)
