"""Pages and API of files of offers."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm_core.companies.models import Company, Role
from marketplace.catalog.models import Offer
from marketplace.exchange.models import ImportRun, RunState
from tests import catalog_house as catalog
from tests import exchange_house as house
from tests.people import api_client, make_actor
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
HEAD = "sku,name_en,currency,price_1"


@pytest.fixture
def manager():
    return catalog.manager()


def page(actor, name, /, *ids, **query):
    return signed_in(actor).get(reverse(f"exchange:{name}", args=ids), query)


def send(actor, name, /, *ids, **typed):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return signed_in(actor).post(reverse(f"exchange:{name}", args=ids), typed)


def file(*lines):
    return SimpleUploadedFile("offers.csv", house.table(*lines))


def test_a_file_is_uploaded_watched_looked_at_and_made_active_from_the_pages(manager):
    answer = send(manager, "imports", file=file(HEAD, "N-1,Nut,EUR,1", "N-2,,EUR,1"))
    run = ImportRun.objects.get()
    assert answer.url == reverse("exchange:run", args=[run.pk])
    told = page(manager, "run", run.pk).content.decode()
    assert "1 wrong row is left out." in told
    assert "Name the product in one language at least." in told
    assert "Nut" not in page(manager, "run", run.pk, verdict="wrong").content.decode()

    send(manager, "activate", run.pk)
    assert [each.sku for each in Offer.objects.all()] == ["N-1"]
    send(manager, "roll-back", run.pk)
    run.refresh_from_db()
    assert run.state == RunState.ROLLED_BACK


def test_the_card_of_progress_asks_for_itself_until_the_work_is_done(manager):
    run = house.upload(manager, house.table(HEAD, "N-1,Nut,EUR,1"))
    ImportRun.objects.update(state=RunState.READING, lines=200, read_to=50)
    answer = page(manager, "progress", run.pk)
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    assert 'value="25"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    ImportRun.objects.update(state=RunState.STAGED)
    assert page(manager, "progress", run.pk)["HX-Refresh"] == "true"


def test_what_is_refused_stands_beside_the_file(manager):
    house.upload(manager, house.table(HEAD, "N-1,Nut,EUR,1"))
    answer = send(manager, "imports", file=file(HEAD, "N-2,Nut,EUR,1"))
    assert answer.status_code == 409
    assert "Another import of your company is not over yet." in answer.content.decode()


def test_the_template_names_every_column_and_the_export_every_offer(manager):
    catalog.active(manager)
    titles = page(manager, "template").content.decode("utf-8-sig").strip().split(",")
    assert {"sku", "state", "unit", "price_1", "from_2", "price_2"} <= set(titles)
    rows = house.rows_of(page(manager, "export").content)
    assert [(each["sku"], each["price_1"]) for each in rows] == [("HX-16", "12.5")]


def test_the_owner_sets_the_limits_and_approves(manager):
    owner = make_actor(Role.OWNER, Company.objects.get(pk=manager.company_id))
    house.bring(manager, HEAD, "N-1,Nut,EUR,1")
    send(owner, "rule", most_rise="5")
    run = house.upload(manager, house.table(HEAD, "N-1,Nut,EUR,2"))
    assert run.state == RunState.WAITING
    assert "Somebody else than the one" in page(manager, "run", run.pk).content.decode()
    assert reverse("exchange:approve", args=[run.pk]) in page(owner, "run", run.pk).content.decode()
    send(owner, "approve", run.pk)
    run.refresh_from_db()
    assert (run.state, run.approved_by_id) == (RunState.STAGED, owner.user_id)


def test_a_list_takes_the_same_number_of_queries_however_many_imports(manager):
    def queries():
        with CaptureQueriesContext(connection) as found:
            page(manager, "imports")
        return len(found)

    house.bring(manager, HEAD, "N-1,Nut,EUR,1")
    before = queries()
    for price in (2, 3, 4):
        house.bring(manager, HEAD, f"N-1,Nut,EUR,{price}")
    assert queries() == before


def test_a_program_imports_and_reads_what_is_wrong(manager):
    client = api_client(manager)
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(
            reverse("api-imports"), {"file": file(HEAD, "N-1,Nut,EUR,1", "N-2,Nut,EUR,x")},
            format="multipart",
        )  # fmt: skip
    assert answer.status_code == 201
    place = [answer.json()["id"]]
    told = client.get(reverse("api-import", args=place)).json()
    assert (told["state"], told["new"], told["wrong"]) == ("staged", 1, 1)
    rows = client.get(reverse("api-import-rows", args=place), {"verdict": "wrong"}).json()
    assert list(rows["results"][0]["errors"]) == ["price_1"]
    assert b"errors" in client.get(reverse("api-import-errors", args=place)).content
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(reverse("api-import-activate", args=place)).status_code == 201
    assert client.get(reverse("api-import", args=place)).json()["state"] == "activated"
    again = client.post(reverse("api-import-activate", args=place))
    assert (again.status_code, json.loads(again.content)["code"]) == (409, "exchange.state_moved")
    assert b"N-1" in client.get(reverse("api-offers-export")).content


def test_what_another_company_imports_does_not_exist(manager):
    run = house.upload(manager, house.table(HEAD, "N-1,Nut,EUR,1"))
    other = api_client(catalog.manager())
    for name in ("api-import", "api-import-rows", "api-import-errors"):
        assert other.get(reverse(name, args=[run.pk])).status_code == 404
