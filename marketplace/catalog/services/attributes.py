"""What a product is described by: values of its category's attributes, judged and kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from infra.problems import message
from kernel.errors import FairfallError
from marketplace.catalog.errors import AttributesWrong, FieldWrong
from marketplace.catalog.models import Product
from reference import taxonomies
from reference.domain.attributes import Checked, Value


def values_for(
    category: str | None, given: Mapping[str, object] | None, before: Product | None = None
) -> dict[str, Value]:
    """The values that goods of a category get, as they are kept. Raises AttributesWrong.

    ``before`` is the product so far. Nothing given (None) leaves what it has, or of another
    category what that asks for too. What stays in the category as it was kept is not judged anew:
    an attribute may be retired since, or its bounds narrower.
    """
    values, errors = _judged(category, given, before)
    if errors:
        raise AttributesWrong(errors, {key: message(error) for key, error in errors.items()})
    return values


def changes(category: str | None, given: Mapping[str, object] | None, before: Product) -> bool:
    """Whether the values given are others than the product's; what is missing changes nothing."""
    values, errors = _judged(category, given, before)
    told = given or {}
    return values != before.attributes or any(not _is_empty(told.get(key)) for key in errors)


def _judged(
    category: str | None, given: Mapping[str, object] | None, before: Product | None
) -> tuple[dict[str, Value], dict[str, FairfallError]]:
    stays = before is not None and before.category_id == category
    kept: Mapping[str, Any] = before.attributes if before is not None else {}
    if category is None:
        if given and not all(_is_empty(each) for each in given.values()):
            reason = _("Choose a category first: it says by what its goods are described.")
            raise FieldWrong(field="attributes", reason=reason)
        return {}, {}
    if stays and given is None:
        return dict(kept), {}
    known = {each.key for each in taxonomies.definitions(category)}
    if given is None:
        given = {key: value for key, value in kept.items() if key in known}
    told = {key: value for key, value in given.items() if key in known or not _is_empty(value)}
    checked: Checked = taxonomies.check_values(category, told)
    values, errors = dict(checked.values), dict(checked.errors)
    if stays:
        for key, value in kept.items():
            if key not in known and key not in told:
                values[key] = value
            elif key in errors and _same(told.get(key), value):
                values[key] = value
                del errors[key]
    return values, errors


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _same(given: object, kept: Value) -> bool:
    return given == kept or (not isinstance(kept, bool) and str(given).strip() == kept)
