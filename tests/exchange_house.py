"""Files of offers for the tests of the exchange."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.test import TestCase

from crm_core.access.actor import Actor
from infra.sheets import written
from marketplace.exchange.models import ImportRun
from marketplace.exchange.services import files, imports
from tests.files_made import Upload


def table(*lines: str) -> bytes:
    """A CSV file of these lines."""
    return "\n".join(lines).encode()


def sheet(titles: Iterable[str], *rows: Iterable[str]) -> bytes:
    """An XLSX file."""
    return written("xlsx", titles=list(titles), rows=[list(each) for each in rows], sheet="offers")


def given(content: bytes, name: str = "offers.csv") -> Upload:
    """A file as Django hands it over."""
    made = Upload(content)
    made.name = name
    return made


def upload(actor: Actor, content: bytes, *, name: str = "offers.csv", **more: bool) -> ImportRun:
    """The import of a file, read to its end."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        run = imports.upload(actor=actor, file=given(content, name), **more)
    run.refresh_from_db()
    return run


def activate(actor: Actor, run: ImportRun, **more: object) -> ImportRun:
    """The import, active."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        imports.activate(actor=actor, run_id=run.pk, **more)
    run.refresh_from_db()
    return run


def roll_back(actor: Actor, run: ImportRun) -> ImportRun:
    """The import, taken back as far as it goes."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        imports.roll_back(actor=actor, run_id=run.pk)
    run.refresh_from_db()
    return run


def bring(actor: Actor, *lines: str, **more: bool) -> ImportRun:
    """A CSV file of these lines, made active."""
    return activate(actor, upload(actor, table(*lines), **more))


def exported(actor: Actor, form: str = "csv") -> bytes:
    """What the company exports."""
    return files.export(actor=actor, form=form)


def rows_of(content: bytes) -> list[dict[str, str]]:
    """A CSV file by its headings."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    """New, changed, unchanged, gone, wrong."""
    return run.new, run.changed, run.same, run.gone, run.wrong
