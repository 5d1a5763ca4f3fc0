"""Which categories of two taxonomies correspond, brought in from a file as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from infra.files.errors import FileTooLarge
from reference.attributes import lock_taxonomies
from reference.errors import TableRefused
from reference.imports.services import MEGABYTE, Upload
from reference.imports.tables import Fault, rows
from reference.models import Category, CategoryMapping, Relation, Taxonomy

_COLUMNS = ("from", "to", "relation")
_BATCH = 2000
Pair = tuple[str, str]
"""The codes of two categories."""


@dataclass(slots=True)
class Looked:
    """What a file would change, or did once ``applied``."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    faults: list[Fault] = field(default_factory=list)
    applied: bool = False


def bring_mappings(*, source: str, target: str, file: Upload, apply: bool) -> Looked:
    """Make what corresponds between two taxonomies what the file says, unless a row is wrong.

    The file is the whole of it: a pair that is not there is removed. Without ``apply`` nothing
    changes. Raises TableRefused, FileTooLarge.
    """
    if file.size > settings.UPLOAD_LIMIT:
        raise FileTooLarge(limit_mb=settings.UPLOAD_LIMIT // MEGABYTE)
    return import_mappings(source=source, target=target, content=file.read(), apply=apply)


def import_mappings(*, source: str, target: str, content: bytes, apply: bool) -> Looked:
    """The same of a file's content, for the command."""
    if source == target:
        raise TableRefused(reason="same_taxonomy")
    with transaction.atomic():
        lock_taxonomies()
        found = Looked()
        given = _given(content, Taxonomy(source), Taxonomy(target), found.faults)
        kept = CategoryMapping.objects.filter(source__taxonomy=source, target__taxonomy=target)
        known = {(each.source_id, each.target_id): each.relation for each in kept}
        found.new = len(given.keys() - known.keys())
        found.gone = len(known.keys() - given.keys())
        changed = {pair for pair in given.keys() & known.keys() if given[pair] != known[pair]}
        found.changed = len(changed)
        if apply and not found.faults:
            drop = changed | (known.keys() - given.keys())
            kept.filter(pk__in=[
                each.pk for each in kept if (each.source_id, each.target_id) in drop
            ]).delete()  # fmt: skip
            CategoryMapping.objects.bulk_create(
                [
                    CategoryMapping(source_id=pair[0], target_id=pair[1], relation=given[pair])
                    for pair in sorted(given.keys() - known.keys() | changed)
                ],
                batch_size=_BATCH,
            )
            found.applied = True
    return found


def _given(
    content: bytes, source: Taxonomy, target: Taxonomy, faults: list[Fault]
) -> dict[Pair, str]:
    """The pairs of a file with their relation; what cannot be taken goes to ``faults``."""
    codes = [_codes(source), _codes(target)]
    turned = set(
        CategoryMapping.objects.filter(
            source__taxonomy=target, target__taxonomy=source
        ).values_list("target_id", "source_id")
    )
    found: dict[Pair, str] = {}
    columns: list[int] | None = None
    for each in rows(content):
        if isinstance(each, Fault):
            faults.append(each)
            continue
        number, cells = each
        if columns is None:
            names = [cell.casefold() for cell in cells]
            if not set(_COLUMNS) <= set(names):
                raise TableRefused(reason="headings")
            columns = [names.index(name) for name in _COLUMNS]
            continue
        first, second, word = (cells[at] if at < len(cells) else "" for at in columns)
        relation = word.casefold()
        missing = next(
            (code for code, known in zip((first, second), codes, strict=True)
             if code not in known), None,
        )  # fmt: skip
        if missing is not None:
            faults.append(Fault(number, "category_unknown", missing[:60]))
            continue
        pair = codes[0][first], codes[1][second]
        if relation not in Relation.values:
            faults.append(Fault(number, "relation_wrong", word[:40]))
        elif pair in found:
            faults.append(Fault(number, "pair_twice", f"{first}, {second}"))
        elif pair in turned:
            faults.append(Fault(number, "pair_turned", f"{first}, {second}"))
        else:
            found[pair] = relation
    if columns is None:
        raise TableRefused(reason="headings")
    return found


def _codes(taxonomy: Taxonomy) -> dict[str, str]:
    """The code of each category in use, by its notation and by the code itself."""
    rows = Category.objects.filter(taxonomy=taxonomy, retired=False).values_list("notation", "code")
    return {key: code for notation, code in rows for key in (notation, code)}
