"""A file of a taxonomy: looked at without changing anything, then applied as a whole."""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from infra.files import vault
from infra.files.errors import FileEmpty, FileTooLarge
from infra.files.names import safe_name
from kernel.clock import utc_now
from reference.attributes import lock_taxonomies
from reference.domain.entries import Difference, Entry, difference, twice_on_a_way
from reference.errors import ImportFaulty, ImportMovedOn, ImportNotFound, ImportOver, TableRefused
from reference.imports.formats import IMPORTED, read
from reference.imports.tables import Fault
from reference.models import Attribute, Category, Taxonomy, TaxonomyImport

SHOWN = 50
MEGABYTE = 1024 * 1024
_BATCH = 2000
_FIELDS = ("parent", "level", "name_en", "name_ru", "name_uk", "retired")


class Upload(Protocol):
    """What is uploaded: Django's UploadedFile has this shape."""

    size: int
    name: str

    def read(self, size: int = -1, /) -> bytes: ...


def look_at(*, taxonomy: str, file: Upload, by: str) -> TaxonomyImport:
    """Read an uploaded file and keep it with what it would change; nothing changes yet.

    A file of the same taxonomy that waited makes room. Raises TableRefused and what refuses a
    file.
    """
    if file.size > settings.UPLOAD_LIMIT:
        raise FileTooLarge(limit_mb=settings.UPLOAD_LIMIT // MEGABYTE)
    name = safe_name(file.name)
    content = file.read(settings.UPLOAD_LIMIT + 1)
    if not content:
        raise FileEmpty()
    with transaction.atomic():
        lock_taxonomies()
        made = _looked_at(Taxonomy(taxonomy), name, content, by)
        for waiting in TaxonomyImport.objects.filter(taxonomy=taxonomy).exclude(kept=""):
            _forget(waiting)
        made.kept = vault.keep(content)
        made.save(force_insert=True)
    return made


def apply(*, import_id: int) -> TaxonomyImport:
    """Make the taxonomy what the kept file says, all of it or nothing.

    Raises ImportNotFound, ImportOver, ImportFaulty; ImportMovedOn where another change came
    between, and then the difference is shown anew.
    """
    found = TaxonomyImport.objects.filter(pk=import_id).first()
    if found is None:
        raise ImportNotFound()
    with transaction.atomic():
        lock_taxonomies()
        found = TaxonomyImport.objects.select_for_update().get(pk=import_id)
        if found.applied_at is not None or not found.kept:
            raise ImportOver()
        with vault.opened(found.kept) as file:
            content = file.read()
        anew = _looked_at(Taxonomy(found.taxonomy), found.file_name, content, found.by)
        moved = _counts(anew) != _counts(found)
        for name in ("new", "changed", "gone", "faults", "summary"):
            setattr(found, name, getattr(anew, name))
        if not moved:
            if found.faults:
                raise ImportFaulty(faults=found.faults)
            _write(Taxonomy(found.taxonomy), content)
            found.applied_at = utc_now()
            _forget(found)
        found.save()
    if moved:
        raise ImportMovedOn()
    return found


def import_file(*, taxonomy: str, name: str, content: bytes, dry_run: bool) -> TaxonomyImport:
    """The same in one step, for the command; with ``dry_run`` nothing is kept.

    Raises TableRefused; ImportFaulty is for the caller to raise: the rows are in the summary.
    """
    with transaction.atomic():
        lock_taxonomies()
        made = _looked_at(Taxonomy(taxonomy), name, content, "")
        if not dry_run and not made.faults:
            _write(Taxonomy(taxonomy), content)
            made.applied_at = utc_now()
            made.save(force_insert=True)
    return made


def _looked_at(taxonomy: Taxonomy, name: str, content: bytes, by: str) -> TaxonomyImport:
    """What a file would change, unsaved."""
    found, faults = _difference(taxonomy, content)
    return TaxonomyImport(
        taxonomy=taxonomy,
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
        faults=len(faults),
        summary=_summary(found, faults),
        **found.counts,
    )


def _counts(each: TaxonomyImport) -> tuple[int, ...]:
    return each.new, each.changed, each.gone, each.faults


def _difference(taxonomy: Taxonomy, content: bytes) -> tuple[Difference, list[Fault]]:
    if taxonomy not in IMPORTED:
        raise TableRefused(reason="taxonomy")
    reading = read(taxonomy, content)
    given = list(reading.entries.values())
    known = _known(taxonomy)
    faults = reading.faults + _keys_twice(taxonomy, known, given)
    return difference(known, given), faults


def _known(taxonomy: Taxonomy) -> dict[str, Entry]:
    rows = Category.objects.filter(taxonomy=taxonomy, retired=False).values_list(
        "notation", "parent__notation", "level", "name_en", "name_ru", "name_uk"
    )
    return {row[0]: Entry(row[0], row[1] or "", *row[2:]) for row in rows}


def _keys_twice(taxonomy: Taxonomy, known: dict[str, Entry], given: list[Entry]) -> list[Fault]:
    """Moving a category must not bring two attributes of one key onto a way through the tree."""
    keys = Attribute.objects.filter(category__taxonomy=taxonomy)
    parents = {**{each.notation: each.parent for each in known.values()},
               **{each.notation: each.parent for each in given}}  # fmt: skip
    at = {each.notation: each.row for each in given}
    held = keys.values_list("category__notation", "key")
    return [
        Fault(at.get(notation, 0), "key_twice", f"{notation}, {above}: {key}")
        for notation, above, key in twice_on_a_way(parents, held)
    ]


def _write(taxonomy: Taxonomy, content: bytes) -> None:
    """New and changed categories, general ones first; what is gone is retired, never removed."""
    found, _faults = _difference(taxonomy, content)
    rows = [*found.new, *(after for _before, after in found.changed)]
    rows.sort(key=lambda each: (each.level, each.notation))
    Category.objects.bulk_create(
        [_category(taxonomy, each) for each in rows],
        batch_size=_BATCH, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS,
    )  # fmt: skip
    gone = [_code(taxonomy, each.notation) for each in found.gone]
    for start in range(0, len(gone), _BATCH):
        Category.objects.filter(pk__in=gone[start : start + _BATCH]).update(retired=True)


def _category(taxonomy: Taxonomy, entry: Entry) -> Category:
    return Category(
        code=_code(taxonomy, entry.notation),
        level=entry.level,
        parent_id=_code(taxonomy, entry.parent) if entry.parent else None,
        name_en=entry.name_en,
        name_ru=entry.name_ru,
        name_uk=entry.name_uk,
        retired=False,
    )


def _code(taxonomy: Taxonomy, notation: str) -> str:
    return f"{taxonomy.value}:{notation}"


def _forget(each: TaxonomyImport) -> None:
    """Its file is needed no more, once the transaction is through."""
    name, each.kept = each.kept, ""
    TaxonomyImport.objects.filter(pk=each.pk).update(kept="")
    transaction.on_commit(lambda: vault.forget(name))


def _summary(found: Difference, faults: list[Fault]) -> dict[str, Any]:
    def told(each: Entry) -> list[str]:
        names = (each.name_en, each.name_ru, each.name_uk)
        return [each.notation, each.parent, " · ".join(name for name in names if name)]

    return {
        "new": [told(each) for each in found.new[:SHOWN]],
        "changed": [[*told(before), *told(after)] for before, after in found.changed[:SHOWN]],
        "gone": [told(each) for each in found.gone[:SHOWN]],
        "faults": [[each.row, each.code, each.detail] for each in faults[:SHOWN]],
    }
