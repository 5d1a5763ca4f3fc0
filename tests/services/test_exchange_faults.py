"""Files made to harm: bombs, formulas of workbooks, and two processes at once."""

from __future__ import annotations

import io
import threading
import zipfile

import pytest
from django.db import connection
from openpyxl import Workbook

from bench.exchange import KEYS, measure
from marketplace.catalog.models import Offer
from marketplace.exchange import errors
from marketplace.exchange.models import ImportRun, RunState
from marketplace.exchange.services import imports, working
from tests import catalog_house as catalog
from tests import exchange_house as house

HEAD = ["sku", "name_en", "currency", "price_1"]
_BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;">]>"""


@pytest.fixture
def manager():
    return catalog.manager()


def changed(content: bytes, part: str, change) -> bytes:
    """A workbook of which one part is another."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for each in old.namelist():
            inner = old.read(each)
            new.writestr(each, change(inner) if each == part else inner)
    return made.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("lists_loaded")
def test_a_workbook_with_entities_is_refused(manager):
    sound = house.sheet(HEAD, ["N-1", "Nut", "EUR", "1"])
    bomb = changed(
        sound, "xl/worksheets/sheet1.xml",
        lambda part: _BOMB + part.partition(b"?>")[2],
    )  # fmt: skip
    run = house.upload(manager, bomb, name="offers.xlsx")
    assert (run.state, run.failure) == (RunState.REFUSED, "kind")


@pytest.mark.django_db
@pytest.mark.usefixtures("lists_loaded")
def test_a_formula_of_a_workbook_is_a_wrong_row_and_a_text_like_one_is_a_text(manager):
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(["N-1", '=HYPERLINK("http://evil.example","x")', "EUR", 1])
    book.active.append(["N-2", "Nut", "EUR", 2.5])
    cell = book.active.cell(4, 2, "=text")
    cell.data_type = "s"
    for at, value in ((1, "N-3"), (3, "EUR"), (4, 3)):
        book.active.cell(4, at, value)
    made = io.BytesIO()
    book.save(made)
    run = house.activate(manager, house.upload(manager, made.getvalue(), name="offers.xlsx"))
    assert run.rows.get(verdict="wrong").number == 2
    assert dict(Offer.objects.values_list("sku", "product__name_en")) == {
        "N-2": "Nut", "N-3": "=text",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lists_loaded")
def test_of_two_uploads_at_once_one_is_taken(manager):
    contents = [house.table(",".join(HEAD), f"N-{at},Nut,EUR,1") for at in range(2)]
    told, ready = [], threading.Barrier(2)

    def send(content):
        ready.wait()
        try:
            told.append(imports.upload(actor=manager, file=house.given(content)).state)
        except errors.ImportOpen as error:
            told.append(error.code)
        finally:
            connection.close()

    both = [threading.Thread(target=send, args=[each]) for each in contents]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(told) == ["exchange.import_open", "staged"]
    assert ImportRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lists_loaded")
def test_two_workers_make_an_import_active_once(manager):
    run = imports.upload(
        actor=manager, file=house.given(house.table(",".join(HEAD), "N-1,Nut,EUR,1"))
    )
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.ACTIVATING, acted_by_id=manager.user_id
    )
    told, ready = [], threading.Barrier(2)

    def work():
        ready.wait()
        try:
            told.append(working.go_on(run.pk))
        finally:
            connection.close()

    both = [threading.Thread(target=work) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    run.refresh_from_db()
    assert sorted(told) == [False, True]
    assert (run.state, Offer.objects.count()) == (RunState.ACTIVATED, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("lists_loaded")
def test_the_measurement_imports_every_row_and_writes_the_same_rows_again(manager):
    found = measure(manager, 30, lambda _line: None)
    assert set(found) == set(KEYS)
    assert all(each > 0 for each in found.values())
    assert Offer.objects.count() == 30
    assert Offer.objects.filter(state="active", prices__amount=9, prices__least=10).exists()
