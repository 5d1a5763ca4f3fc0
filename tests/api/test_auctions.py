"""The auction API: the same answers as the socket, each company sees its own."""

from __future__ import annotations

from typing import Any

import pytest

from auctions.models import CommandOutcome
from crm_core.companies.models import Role
from tests.people import token_client
from tests.rooms import Room, Supplier, company, running_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Any:
    yield from running_room()


def bid(room: Room, person: Supplier, ref: str | None, **body: Any) -> Any:
    headers = {} if ref is None else {"HTTP_IDEMPOTENCY_KEY": ref}
    url = f"/api/v1/auctions/{room.id}/bids/"
    return token_client(person.actor).post(url, {"lot": 1, **body}, **headers)


def test_a_bid_is_accepted_once_and_answered_the_same_again(room: Room) -> None:
    first = bid(room, room.suppliers[0], "k1", amount="990.00", retyped="990.00")
    again = bid(room, room.suppliers[0], "k1", amount="990.00", retyped="990.00")
    other = bid(room, room.suppliers[0], "k1", amount="980.00", retyped="980.00")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["signature"] == first.json()["signature"]
    assert (other.status_code, other.json()["code"]) == (409, "gate.ref_conflict")
    assert room.kinds().count("bid_placed") == 1


def test_a_refusal_is_a_signed_problem(room: Room) -> None:
    answer = bid(room, room.suppliers[0], "high", amount="1000.01")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["data"]["most"]) == ("auction.above_ceiling", "1000.00")
    assert problem["receipt"]["signature"]


def test_a_command_needs_a_ref_and_a_whole_body(room: Room) -> None:
    assert bid(room, room.suppliers[0], None, amount="1.00").json()["code"] == "gate.ref_missing"
    missing = bid(room, room.suppliers[0], "x")
    assert (missing.status_code, missing.json()["code"]) == (422, "gate.command_malformed")
    odd = bid(room, room.suppliers[0], "y", amount="1e2")
    assert odd.json()["code"] == "amount.malformed"
    assert not CommandOutcome.objects.filter(ref__in=["x", "y"]).exists()


def test_only_those_at_the_table_see_the_auction(room: Room) -> None:
    stranger = company(Role.BIDDER, sells=True)

    url = f"/api/v1/auctions/{room.id}/"
    assert token_client(stranger.actor).get(url).status_code == 404
    assert token_client(stranger.actor).get("/api/v1/auctions/").json()["count"] == 0
    assert bid(room, stranger, "s", amount="900.00").status_code == 404
    listed = token_client(room.suppliers[0].actor).get("/api/v1/auctions/").json()["results"]
    assert [(row["id"], row["role"]) for row in listed] == [(str(room.id), "supplier")]


def test_a_supplier_sees_itself_and_the_buyer_sees_names(room: Room) -> None:
    bid(room, room.suppliers[0], "a", amount="990.00", retyped="990.00")
    url = f"/api/v1/auctions/{room.id}/"

    rival = token_client(room.suppliers[1].actor).get(url)
    buyer = token_client(room.buyer.actor).get(url).json()

    assert "990.00" not in rival.content.decode()
    assert room.suppliers[0].company.legal_name not in rival.content.decode()
    rows = buyer["lots"][0]["participants"]
    assert room.suppliers[0].company.legal_name in {row["name"] for row in rows}


def test_the_buyer_changes_the_times_of_a_paused_auction(room: Room) -> None:
    url = f"/api/v1/auctions/{room.id}/"
    buyer = token_client(room.buyer.actor)
    terms = buyer.get(url).json()["terms"]
    longer = {**terms, "version": 2, "length": terms["length"] + 60_000_000}

    def change(ref: str, document: Any) -> Any:
        return buyer.post(f"{url}terms/", {"terms": document}, HTTP_IDEMPOTENCY_KEY=ref)

    assert change("t1", longer).json()["code"] == "auction.edit_needs_pause"
    buyer.post(f"{url}pause/", {"reason": "A drawing was replaced."}, HTTP_IDEMPOTENCY_KEY="p")
    for number, nonsense in enumerate(
        ({}, {**longer, "length": "long"}, {**longer, "length": 10**30}, {**longer, "lots": None},
         {**longer, "guard": {**terms["guard"], "warn": "NaN"}})
    ):  # fmt: skip
        assert change(f"n{number}", nonsense).json()["code"] == "gate.frame_malformed", nonsense
    other = change("t2", {**longer, "currency": "USD"})
    assert (other.status_code, other.json()["code"]) == (409, "auction.edit_not_allowed")
    changed = change("t3", longer)
    assert (changed.status_code, changed.json()["result"]) == (201, {"version": 2})
    assert token_client(room.suppliers[0].actor).get(url).json()["terms_accepted"] is False
    theirs = token_client(room.suppliers[0].actor).post(
        f"{url}terms/", {"terms": longer}, HTTP_IDEMPOTENCY_KEY="t4"
    )
    assert theirs.status_code == 403


def test_a_supplier_may_not_pause_and_a_buyer_may_not_bid(room: Room) -> None:
    pause = token_client(room.suppliers[0].actor).post(
        f"/api/v1/auctions/{room.id}/pause/", {"reason": "no"}, HTTP_IDEMPOTENCY_KEY="p"
    )
    answer = bid(room, room.buyer, "b", amount="1.00")

    assert (pause.status_code, answer.status_code) == (403, 403)
    assert "lot_paused" not in room.kinds()


def test_status_tells_what_became_of_a_ref(room: Room) -> None:
    bid(room, room.suppliers[0], "known", amount="990.00", retyped="990.00")
    mine = token_client(room.suppliers[0].actor)
    url = f"/api/v1/auctions/{room.id}/commands"

    assert mine.get(f"{url}/known/").json()["type"] == "ack"
    assert mine.get(f"{url}/never/").json() == {
        "type": "unknown_ref", "ref": "never", "pending": False,
    }  # fmt: skip
    assert mine.delete(f"{url}/never/").json()["code"] == "gate.abandoned"
    answer = bid(room, room.suppliers[0], "never", amount="980.00", retyped="980.00")
    assert answer.json()["code"] == "gate.abandoned"
    other = token_client(room.suppliers[1].actor).get(f"{url}/known/").json()
    assert other["type"] == "unknown_ref"


def test_nothing_of_the_ledger_before_the_close(room: Room) -> None:
    answer = token_client(room.suppliers[0].actor).get(f"/api/v1/auctions/{room.id}/ledger/")

    assert (answer.status_code, answer.json()["code"]) == (409, "ledger.not_closed")
