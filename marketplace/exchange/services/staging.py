"""A file becomes rows of an import: read in chunks, judged, and written by COPY.

Each chunk is committed with the number of its last line, so that a killed worker's successor goes
on after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from infra.files import vault
from kernel.clock import utc_now
from marketplace.catalog.models import Offer, OfferState
from marketplace.exchange.domain.columns import HeadingsWrong, columns_of
from marketplace.exchange.domain.difference import Limits, Verdict, reasons_to_ask
from marketplace.exchange.models import ImportRow, ImportRule, ImportRun, RunState
from marketplace.exchange.services import bulk, current
from marketplace.exchange.services.judging import Judge, Line
from marketplace.exchange.wording import unreadable
from reference.imports.tables import Fault, rows

CHUNK = 1000
_TWICE = """
UPDATE exchange_importrow AS later
SET verdict = 'wrong', before = NULL, after = '{}', price_after = NULL, rise = NULL,
    errors = jsonb_build_object('sku', %(reason)s::text)
FROM (
    SELECT id, row_number() OVER (PARTITION BY lower(sku) ORDER BY number) AS place
    FROM exchange_importrow WHERE run_id = %(run)s AND sku <> ''
) AS placed
WHERE placed.id = later.id AND placed.place > 1 AND later.verdict <> 'wrong'
"""


def begin_anew(run: ImportRun) -> None:
    """Forget what was staged: the offers have changed since."""
    with transaction.atomic():
        run.rows.all().delete()
        run.state, run.read_to, run.attempts, run.activate_at = RunState.RECEIVED, 0, 1, None
        run.approved_by_id = run.approved_at = None
        run.asked_for, run.failure = [], "moved_on"
        run.save()


def read(run: ImportRun) -> None:
    """Stage an import from where it stands to its end. Raises TableRefused, HeadingsWrong."""
    if run.state == RunState.RECEIVED:
        run.state = RunState.READING
        run.save(update_fields=["state"])
    with vault.opened(run.kept) as file:
        lines = _lines(file.read())
    number, headings, unread = next(lines, (0, [], "empty"))
    if unread:
        raise HeadingsWrong("no_sku")
    judge = Judge(run.company_id, columns_of(headings))
    run.headings = headings
    left = (each for each in lines if each[0] > max(number, run.read_to))
    while chunk := list(islice(left, CHUNK)):
        staged = judge.judge(chunk)
        with transaction.atomic():
            for row in staged:
                row.run_id = run.pk
            bulk.copied(staged)
            run.read_to, run.beat_at = chunk[-1][0], utc_now()
            run.save(update_fields=["headings", "read_to", "beat_at"])
    with transaction.atomic():
        _finish(run)


def _lines(content: bytes) -> Iterator[Line]:
    for each in rows(content, headed=True):
        if isinstance(each, Fault):
            yield each.row, list(each.cells), unreadable(each.code)
        else:
            yield each[0], each[1], ""


def _finish(run: ImportRun) -> None:
    if not run.rows.exists():
        raise HeadingsWrong("no_rows")
    reason = _("This SKU stands in an earlier row.")
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, {"run": run.pk, "reason": reason})
    if run.whole:
        _stage_gone(run)
    _count(run)
    run.lines = max(run.lines or 0, run.read_to)
    run.read_to = run.lines
    run.state = RunState.WAITING if run.asked_for else RunState.STAGED
    run.attempts = 0
    run.save()


def _stage_gone(run: ImportRun) -> None:
    """Offers that are not in the file, as rows that withdraw them. Where a row tells no SKU nobody
    knows which offer it is of, and nothing is gone."""
    if run.rows.filter(sku="").exists():
        return
    there = run.rows.filter(offer_id__isnull=False).values("offer_id")
    left = Offer.objects.filter(company_id=run.company_id, state=OfferState.ACTIVE)
    ids = list(left.exclude(pk__in=there).order_by("sku").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        found = current.by_id(run.company_id, ids[start : start + CHUNK])
        sheets = [(each.offer.pk, each.sheet()) for each in found.values()]
        bulk.copied([
            ImportRow(
                run_id=run.pk, sku=sheet["sku"], offer_id=offer_id, verdict=Verdict.GONE.value,
                before=sheet, after={**sheet, "state": OfferState.WITHDRAWN.value},
            )
            for offer_id, sheet in sheets
        ])  # fmt: skip


def _count(run: ImportRun) -> None:
    kinds = {each.value: Count("pk", filter=Q(verdict=each.value)) for each in Verdict}
    found = run.rows.aggregate(
        **{f"n_{name}": count for name, count in kinds.items()},
        n_rises=Count("pk", filter=Q(rise__gt=0)),
        n_falls=Count("pk", filter=Q(rise__lt=0)),
        greatest=Max("rise"),
    )
    for name in (*kinds, "rises", "falls"):
        setattr(run, name, found[f"n_{name}"])
    rule = ImportRule.objects.filter(company_id=run.company_id).first()
    active = Offer.objects.filter(company_id=run.company_id, state=OfferState.ACTIVE).count()
    run.asked_for = reasons_to_ask(
        Limits(rule.most_rise, rule.most_gone) if rule is not None else Limits(),
        rise=found["greatest"], gone=run.gone, active=active,
    )  # fmt: skip
