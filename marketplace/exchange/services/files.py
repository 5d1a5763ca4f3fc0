"""Files that go out: the offers as they are, an empty template, and an import with its errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from crm_core.access.actor import Actor
from infra.sheets import Cell, written
from marketplace.catalog.models import Offer
from marketplace.catalog.policies import require_seller
from marketplace.exchange.domain.columns import ATTRIBUTE, FIXED, REASONS, is_band
from marketplace.exchange.models import ImportRow
from marketplace.exchange.policies import own_run
from marketplace.exchange.services import current
from reference.errors import CategoryNotFound
from reference.taxonomies import definitions

FORMS = ("csv", "xlsx")
TEMPLATE_BANDS = ("price_1", "from_2", "price_2", "from_3", "price_3")
_CHUNK = 2000


def template(*, actor: Actor, form: str, category: str = "") -> bytes:
    """A file of headings: with a category, also those of its attributes."""
    require_seller(actor)
    columns = [*FIXED, *TEMPLATE_BANDS]
    if category:
        try:
            columns += [f"{ATTRIBUTE}{each.key}" for each in definitions(category)]
        except CategoryNotFound:
            pass
    return written(_form(form), titles=columns, rows=[], sheet="offers")


def export(*, actor: Actor, form: str) -> bytes:
    """Every offer of the company in whatever state, as an import takes it: with the public prices
    in its first currency."""
    require_seller(actor)
    sheets = list(_sheets(actor.company_id))
    extra = {name for sheet in sheets for name in sheet if name not in FIXED}
    bands = sorted((each for each in extra if is_band(each)), key=_place)
    columns = [*FIXED, *(bands or ["price_1"])]
    columns += sorted(each for each in extra if each.startswith(ATTRIBUTE))
    rows = ([sheet.get(name, "") for name in columns] for sheet in sheets)
    return written(_form(form), titles=columns, rows=rows, sheet="offers")


def with_errors(*, actor: Actor, run_id: UUID) -> tuple[str, str, bytes]:
    """The imported file with a column of reasons: its form, its name and its content."""
    run = own_run(actor, run_id)
    found = run.rows.filter(number__isnull=False).order_by("number")
    titles = [*run.headings]
    at = titles.index(REASONS) if REASONS in titles else len(titles)
    titles[at:] = [REASONS] if at == len(run.headings) else titles[at:]
    rows = _with_reasons(found.only("cells", "errors").iterator(_CHUNK), len(run.headings), at)
    return run.form, run.file_name, written(run.form, titles=titles, rows=rows, sheet="offers")


def _with_reasons(rows: Iterable[ImportRow], width: int, at: int) -> Iterator[Sequence[Cell]]:
    for row in rows:
        cells = (list(row.cells) + [""] * width)[:width]
        told = "; ".join(
            f"{column}: {reason}" if column else reason for column, reason in row.errors.items()
        )
        cells[at : at + 1] = [told]
        yield cells


def _sheets(company_id: UUID) -> Iterator[dict[str, str]]:
    ids = list(
        Offer.objects.filter(company_id=company_id)
        .order_by("sku", "id")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        found = current.by_id(company_id, part)
        yield from (found[each].sheet() for each in part if each in found)


def _place(column: str) -> tuple[int, str]:
    name, number = column.split("_")
    return int(number), name


def _form(form: str) -> str:
    return form if form in FORMS else "csv"
