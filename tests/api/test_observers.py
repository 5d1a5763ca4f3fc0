"""Observer links: made, listed and revoked by the buyer, opened by anybody who has one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from auctions.models import Auction, ObserverLink
from auctions.realtime.snapshots import snapshot_for
from auctions.services import observers
from auctions.services.errors import (
    ObserverExpiryPast,
    ObserverLabelMissing,
    ObserverLinkInvalid,
    ObserverLinksFull,
)
from config.logs import without_secrets
from crm_core.companies.models import Role
from kernel.clock import utc_now
from tests import tender_house as house
from tests.rooms import Room, Supplier, company, open_room

pytestmark = pytest.mark.django_db


def signed_in(person: Supplier) -> Client:
    client = Client(headers={"X-Company": str(person.company.pk)})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(room: Room) -> str:
    return reverse("api-auction-observers", args=[room.id])


def make(room: Room, **fields: object):
    return observers.create_link(
        actor=room.buyer.actor, auction_id=room.id, **{"label": "Auditor", **fields}
    )


def test_a_link_is_made_listed_opened_and_revoked() -> None:
    room = open_room()
    buyer = signed_in(room.buyer)
    body = {"label": " Auditor of the ministry ", "expires_at": None}

    made = buyer.post(address(room), body, content_type="application/json")
    listed = buyer.get(address(room)).json()["results"]
    page = Client().get(made.json()["url"])

    assert made.status_code == 201
    assert [link["label"] for link in listed] == ["Auditor of the ministry"]
    assert "url" not in listed[0]
    assert page.status_code == 200
    content = page.content.decode()
    assert "Reinforcing steel" in content
    assert f"/ws/auctions/{room.id}/?observer=" in content
    for supplier in room.suppliers:
        assert supplier.company.legal_name not in content

    gone = buyer.delete(f"{address(room)}{listed[0]['id']}/")
    again = buyer.delete(f"{address(room)}{listed[0]['id']}/")

    assert (gone.status_code, again.status_code) == (204, 404)
    assert Client().get(made.json()["url"]).status_code == 404
    assert buyer.get(address(room)).json()["results"] == []


def test_the_page_is_told_to_no_search_engine_and_no_other_site() -> None:
    _link, secret = make(open_room())

    page = Client().get(reverse("auctions:observe", args=[secret]))

    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert b'name="robots" content="noindex' in page.content


def test_only_the_hash_of_the_secret_is_kept() -> None:
    link, secret = make(open_room())

    kept = ObserverLink.objects.values().get(pk=link.pk)

    assert secret not in str(kept)
    assert observers.link_of(secret) == link


@pytest.mark.parametrize("secret", ["wrong", "0" * 64])
def test_a_wrong_token_finds_nothing(secret: str) -> None:
    make(open_room())

    assert Client().get(reverse("auctions:observe", args=[secret])).status_code == 404
    assert Client().get(reverse("auctions:observe-ledger", args=[secret])).status_code == 404


def test_an_expired_link_finds_nothing() -> None:
    link, secret = make(open_room(), expires_at=utc_now() + timedelta(hours=1))
    assert observers.still_works(link.pk)
    past = utc_now() - timedelta(hours=2)
    ObserverLink.objects.filter(pk=link.pk).update(
        created_at=past, expires_at=past + timedelta(hours=1)
    )

    with pytest.raises(ObserverLinkInvalid):
        observers.link_of(secret)
    assert not observers.still_works(link.pk)


def test_only_the_buyers_officer_hands_out_links() -> None:
    room = open_room()
    stranger = company(Role.OFFICER, buys=True)
    body = {"label": "Friend"}

    codes = [
        signed_in(person).post(address(room), body, content_type="application/json").status_code
        for person in (room.suppliers[0], stranger)
    ]

    assert codes == [403, 404]
    assert Client().post(address(room), body, content_type="application/json").status_code in (
        401,
        403,
    )
    assert not ObserverLink.objects.exists()


def test_one_buyer_cannot_revoke_anothers_link() -> None:
    room, another = open_room(), open_room()
    link, secret = make(room)

    answer = signed_in(another.buyer).delete(f"{address(another)}{link.pk}/")

    assert answer.status_code == 404
    assert observers.link_of(secret) == link


def test_a_link_needs_a_label_a_future_and_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observers, "MOST_LINKS", 1)
    room = open_room()

    with pytest.raises(ObserverLabelMissing):
        make(room, label="  ")
    with pytest.raises(ObserverExpiryPast):
        make(room, expires_at=utc_now() - timedelta(seconds=1))
    make(room)
    with pytest.raises(ObserverLinksFull):
        make(room)


def test_the_ledger_is_published_after_the_end_only() -> None:
    _link, secret = make(open_room())

    assert Client().get(reverse("auctions:observe-ledger", args=[secret])).status_code == 409


def test_the_console_offers_links_to_those_who_may_make_them() -> None:
    room = open_room()
    page = signed_in(room.buyer).get(reverse("auctions:console", args=[room.id]))

    assert b'id="observers-dialog"' in page.content
    assert address(room).encode() in page.content


def test_no_log_line_holds_a_link() -> None:
    event = without_secrets(
        None,
        "info",
        {
            "request": "GET /auctions/observe/SECRET_-1/ledger.json",
            "event": "WebSocket /ws/auctions/1/?observer=SECRET-2 [accepted]",
        },
    )

    assert "SECRET" not in str(event)
    assert event["request"].endswith("/auctions/observe/…/ledger.json")


def test_a_link_goes_with_an_ended_demo() -> None:
    buyer = company(Role.OFFICER, buys=True)
    demo = Auction.objects.create(owner=buyer.company, subject={}, is_demo=True)
    observers.create_link(actor=buyer.actor, auction_id=demo.pk, label="Visitor")
    Auction.objects.filter(pk=demo.pk).update(phase="cancelled", closed_at=utc_now())

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE fairfall_app")
        cursor.execute("SELECT auctions_prune_demo(%s)", (demo.pk,))

    assert not ObserverLink.objects.exists()
    assert not Auction.objects.exists()


@pytest.mark.parametrize(("disclosure", "told"), [("public", True), ("buyer", False)])
def test_after_the_end_an_observer_gets_what_the_terms_publish(disclosure: str, told: bool) -> None:
    officer, seller = house.buyer(), house.supplier("Nordwerk Stahl GmbH")
    tender = house.published(officer, [seller], disclosure=disclosure)
    house.accept(seller, tender)
    house.play(tender, [(timedelta(minutes=1), seller, "531.25")])
    link, secret = observers.create_link(
        actor=officer, auction_id=tender.auction_id, label="Auditor"
    )

    ledger = Client().get(reverse("auctions:observe-ledger", args=[secret]))
    snapshot = snapshot_for(observers.place_by(link), utc_now())

    assert ledger.status_code == 200
    assert ("531.25" in ledger.content.decode()) is told
    assert b"Nordwerk" not in ledger.content
    assert snapshot.lots[0].price == ("531.25" if told else None)
    assert snapshot.lots[0].outcome == "won"
    assert "Nordwerk" not in str(snapshot)
