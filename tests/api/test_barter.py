"""Pages and API of barter: what one writes, finds, sees and answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.demo import barter as demo
from config.demo import companies
from crm_core.access.actor import Actor
from crm_core.people.models import User
from marketplace.barter.models import BarterListing, BarterProposal
from reference.loading import load_all
from tests import barter_house as house
from tests.api.access_table.bodies import BODIES
from tests.barter_house import FASTENERS, STEEL
from tests.people import api_client, make_token, program

pytestmark = pytest.mark.django_db
API = "/api/v1/barter/"
BODY = BODIES["api-barter-listings", "post"]
FORM = BODIES["barter:create", "post"]


@pytest.fixture(autouse=True)
def _lists(db: None) -> None:
    load_all()


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def test_a_swap_from_the_draft_to_the_protocol() -> None:
    one, other = house.trader(), house.trader()
    client, partner = api_client(one), api_client(other)
    made = client.post(f"{API}listings/", BODY).json()
    assert (made["state"], made["wants"][0]["category"]) == ("draft", FASTENERS)
    where = f"{API}listings/{made['id']}/"
    assert client.post(f"{where}search/").json()["code"] == "barter.listing_state_moved"
    assert client.post(f"{where}publish/").json()["state"] == "active"
    assert client.put(where, BODY).status_code == 409
    house.active(other, FASTENERS, STEEL, unit_value=Decimal(99))
    found = client.post(f"{where}search/").json()
    assert (len(found["proposals"]), found["complete"]) == (1, True)
    proposal = f"{API}proposals/{found['proposals'][0]}/"
    told = partner.get(proposal).json()
    assert [each["cash"] for each in told["parties"] if each["is_own"]] == ["-10.0000"]
    assert sum(Decimal(each["cash"]) for each in told["parties"]) == 0
    assert {each["name"] for each in told["parties"]} == {one.company_name, other.company_name}
    assert "wants" not in str(told)
    assert client.get(f"{proposal}protocol.pdf").json()["code"] == "barter.protocol_not_ready"
    assert client.post(f"{proposal}accept/").json()["state"] == "open"
    assert partner.post(f"{proposal}accept/").json()["state"] == "agreed"
    assert client.get(f"{proposal}protocol.pdf")["Content-Type"] == "application/pdf"
    assert client.get(f"{API}proposals/?state=agreed").json()["count"] == 1
    assert client.get(f"{API}listings/?state=draft").json()["count"] == 0


def test_what_is_wrong_is_told_with_its_field() -> None:
    client = api_client(house.trader())
    wrong = client.post(f"{API}listings/", {**BODY, "cap_amount": "5"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "catalog.field_wrong")
    assert "cap_percent" in str(wrong.json())


def test_a_token_of_the_scope_catalog_writes_and_one_that_reads_does_not() -> None:
    actor = house.trader()
    for scope, status in (("catalog", 201), ("read", 403)):
        client = program(make_token(actor, scope)[1])
        assert client.post(f"{API}listings/", BODY).status_code == status


def test_the_form_writes_what_it_shows_and_tells_what_is_wrong() -> None:
    client = browser(house.trader())
    assert client.post("/barter/listings/new/", FORM).status_code == 302
    made = BarterListing.objects.get()
    edit = f"/barter/listings/{made.pk}/edit/"
    shown = client.get(edit)
    again = {**FORM, "title": "Plate, cut", **_initial(shown.context["wants"])}
    assert client.post(edit, again).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.wants.count()) == ("Plate, cut", 1)
    wrong = client.post(edit, {**again, "form-0-quantity": "-1"})
    assert wrong.status_code == 422
    assert "greater than zero" in wrong.content.decode()


def _initial(wants: Any) -> dict[str, Any]:
    """What a browser sends of the rows as they stand."""
    sent = {"form-TOTAL_FORMS": len(wants.forms), "form-INITIAL_FORMS": wants.initial_form_count()}
    for form in wants.forms:
        sent.update({form.add_prefix(name): form[name].value() or "" for name in form.fields})
    return sent


def test_lists_take_the_same_number_of_queries_however_long() -> None:
    one = house.trader()
    counted = []
    for _ in range(2):
        listing = house.active(one)
        house.active(house.trader(), FASTENERS, STEEL)
        house.proposed(one, listing)
        client = browser(one)
        for address in ("/barter/", "/barter/proposals/", f"/barter/listings/{listing.pk}/"):
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            counted.append(len(queries))
    assert counted[:3] == counted[3:]


def test_the_demonstration_has_a_direct_swap_and_a_cycle_of_three() -> None:
    companies.load(lambda _line: None)
    demo.load(lambda _line: None)
    demo.load(lambda _line: None)
    rings = sorted(each.parties.count() for each in BarterProposal.objects.all())
    assert rings == [2, 3]
    page = browser(demo.trader("ferrum-trade")).get("/barter/").content.decode()
    assert (
        BarterProposal.objects.filter(parties__company__reference="ferrum-trade").get().number
        in page
    )
