"""Over HTTP: a person that joined another side of an auction is refused with a problem."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from crm_core.companies.models import Company, Membership, Role
from tests.people import token_client
from tests.rooms import Room, Supplier, company, running_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Any:
    yield from running_room()


def joins(person: Supplier, other: Company, role: Role = Role.BIDDER) -> None:
    Membership.objects.create(user=person.user, company=other, role=role)


def bid(room: Room, by: APIClient, ref: str, amount: str) -> Any:
    url = f"/api/v1/auctions/{room.id}/bids/"
    body = {"lot": 1, "amount": amount, "retyped": amount}
    return by.post(url, body, HTTP_IDEMPOTENCY_KEY=ref)


def test_a_bidder_of_two_sides_gets_a_problem_and_one_with_another_company_does_not(
    room: Room,
) -> None:
    one, two = room.suppliers
    first, second = token_client(one.actor), token_client(two.actor)
    joins(two, company(Role.BIDDER, sells=True).company)  # not in this auction
    assert bid(room, first, "a", "990.00").status_code == 201
    joins(one, two.company)

    refused = bid(room, first, "b", "980.00")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "auction.on_two_sides"
    assert "another side of this auction" in refused.json()["detail"]
    look = first.get(f"/api/v1/auctions/{room.id}/")
    assert (look.status_code, look.json()["code"]) == (403, "auction.on_two_sides")
    assert bid(room, second, "c", "970.00").status_code == 201
    assert room.kinds().count("bid_placed") == 2


@pytest.mark.parametrize("elsewhere", ["seat", "nowhere"])
def test_officer_and_neutral_person_are_asked_the_same(room: Room, elsewhere: str) -> None:
    neutral = company(Role.ARBITER, operates=True)
    seated = elsewhere == "seat"
    other = room.suppliers[0] if seated else company(Role.BIDDER, sells=True)
    for number, person in enumerate((room.buyer, neutral)):
        by = token_client(person.actor)
        joins(person, other.company, Role.FINANCE)
        kind = "pause" if number == 0 else "resume"
        answer = by.post(
            f"/api/v1/auctions/{room.id}/{kind}/",
            {"reason": "Look."} if kind == "pause" else {},
            HTTP_IDEMPOTENCY_KEY=f"{kind}-1",
        )
        if seated:
            assert (answer.status_code, answer.json()["code"]) == (403, "auction.on_two_sides")
        else:
            assert answer.status_code == 201, answer.content


@pytest.mark.parametrize("page", ["", "console/"])
def test_the_page_says_why(room: Room, page: str) -> None:
    person = room.buyer if page else room.suppliers[0]
    other = room.suppliers[1].company
    made = Client()
    made.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/auctions/{room.id}/{page}"
    assert made.get(path).status_code == 200
    joins(person, other)
    session = made.session
    session["company"] = str(person.company.pk)
    session.save()
    refused = made.get(path)
    assert refused.status_code == 403
    assert "another side of this auction" in refused.content.decode()
