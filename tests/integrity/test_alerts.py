"""Alerts from a real auction's ledger to the buyer's page, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from auctions.clock import AuctionClock
from auctions.integrity import keeping, services
from auctions.integrity.errors import AlertReasonMissing, AlertUnknown, NotEndedYet
from auctions.models import AlertDecision, Auction, IntegrityAlert, SeatConnection
from auctions.realtime.errors import AuctionUnknown
from auctions.realtime.gate import Gate
from auctions.services import closing
from auctions.tasks import screen_ended
from crm_core.access.actor import load_actor
from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Membership, Role
from crm_core.people.models import User
from kernel.clock import utc_now
from kernel.ids import new_id
from tests.rooms import Room, open_room

pytestmark = pytest.mark.django_db(transaction=True)
HASH = "ab" * 32


def connected(room: Room, number: int, address: str = "", device: str = "") -> SeatConnection:
    now = utc_now()
    return SeatConnection.objects.create(
        auction=room.auction, seat=room.suppliers[number].seat, process=new_id(),
        opened_at=now, ended_at=now, how="left", address=address, device=device,
    )  # fmt: skip


@pytest.fixture
def ended(closed_room: Any) -> Room:
    """A closed auction of three, two of which sat at one device."""
    room: Room = closed_room()
    connected(room, 0, HASH, HASH)
    connected(room, 1, "cd" * 32, HASH)
    connected(room, 2, "ef" * 32)
    return room


@pytest.fixture
def closed_room() -> Any:
    """Opens, bids and closes by the clock, like any auction."""
    made = []

    def build(**changes: Any) -> Room:
        room = open_room(3, length=timedelta(seconds=2), **_short(), **changes)
        gate = Gate()
        gate.start()
        made.append(gate)
        assert gate.lease.wait_until_held(10)
        room.everyone_accepts(gate)
        _wait(lambda: utc_now() > room.terms.starts_at)
        for number, amount in enumerate(("990.00", "980.00", "970.00")):
            room.place(gate, room.suppliers[number], amount)
        clock = AuctionClock(lambda _: None)
        _wait(lambda: _looked(clock, room))
        clock.close()
        return room

    yield build
    for gate in made:
        gate.stop()


def _short() -> dict[str, Any]:
    from auctions.domain.terms import SoftClose

    none = timedelta(0)
    return {"soft_close": SoftClose(window=none, reset=none)}


def _looked(clock: AuctionClock, room: Room) -> bool:
    clock.look()
    return Auction.objects.get(pk=room.id).closed_at is not None


def _wait(done: Any, seconds: float = 20) -> None:
    import time

    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_ended_auction_is_screened_once_and_the_buyer_sees_what_was_found(ended: Room) -> None:
    assert ended.id in services.unscreened()
    assert services.screen(ended.id) == 1
    assert services.screen(ended.id) is None
    assert ended.id not in services.unscreened()

    _, alerts = services.alerts_of(ended.buyer.actor, ended.id)
    (alert,) = alerts
    assert alert.kind == "shared_origin"
    assert set(alert.who) == {each.seat for each in ended.suppliers[:2]}
    assert HASH not in str(alert.evidence)

    page = _client(ended.buyer).get(reverse("auctions:integrity", args=[ended.id]))
    text = page.content.decode()
    for each in ended.suppliers[:2]:
        assert each.company.legal_name in text
    assert ended.suppliers[2].company.legal_name not in text


def test_an_open_auction_is_neither_screened_nor_shown() -> None:
    room = open_room(2)
    connected(room, 0, HASH)
    connected(room, 1, HASH)
    assert screen_ended() == 0
    with pytest.raises(NotEndedYet):
        services.alerts_of(room.buyer.actor, room.id)


def test_of_an_auction_that_was_called_off_no_look_is_promised(ended: Room) -> None:
    url = reverse("auctions:integrity", args=[ended.id])
    soon = "The auction will be looked at within some minutes."
    never = "Only auctions that came to their end are looked at"
    page = _client(ended.buyer).get(url).content.decode()
    assert soon in page
    closing.annul(
        actor=ended.buyer.actor, auction_id=ended.id, reason="A wrong list.", ref=ended.ref()
    )
    assert ended.id not in services.unscreened()
    page = _client(ended.buyer).get(url).content.decode()
    assert soon not in page
    assert never in page


def test_suppliers_find_nothing_on_any_page_api_export_or_search(ended: Room) -> None:
    services.screen(ended.id)
    supplier = ended.suppliers[0]
    alert = IntegrityAlert.objects.get()
    for call in (services.alerts_of,):
        with pytest.raises(AuctionUnknown):
            call(supplier.actor, ended.id)
    with pytest.raises(AuctionUnknown):
        services.decide(
            actor=supplier.actor, auction_id=ended.id, alert_id=alert.pk, state="seen", reason=""
        )
    client = _client(supplier)
    for name in ("auctions:integrity", "auctions:connections", "api-integrity", "api-connections"):
        assert client.get(reverse(name, args=[ended.id])).status_code == 404
    told = [
        client.get(reverse(name, args=[ended.id]))
        for name in ("auctions:room", "auctions:debrief", "api-auction", "api-auction-ledger",
                     "api-auction-own-bids")
    ]  # fmt: skip
    for words in ("integrity", "steel"):
        search = {"path": reverse("ui:search"), "data": {"q": words}}
        told.append(client.get(**search, headers={"HX-Request": "true"}))
    for answer in told:
        assert answer.status_code == 200
        assert str(alert.pk) not in answer.content.decode("utf-8", "replace")
        assert "/integrity/" not in answer.content.decode("utf-8", "replace")
    assert client.get(reverse("auctions:debrief", args=[ended.id])).status_code == 200


def test_another_buyer_and_an_approver_do_not_see_them(ended: Room) -> None:
    services.screen(ended.id)
    other = open_room(2).buyer
    with pytest.raises(AuctionUnknown):
        services.alerts_of(other.actor, ended.id)
    approver = User.objects.create_user("approver@example.org", full_name="Approver")
    Membership.objects.create(user=approver, company=ended.buyer.company, role=Role.APPROVER)
    with pytest.raises(AccessForbidden):
        services.alerts_of(load_actor(approver.pk, ended.buyer.company.pk), ended.id)


def test_a_dismissal_needs_a_reason_and_everything_is_kept(ended: Room) -> None:
    services.screen(ended.id)
    alert = IntegrityAlert.objects.get()
    page = reverse("auctions:integrity", args=[ended.id])
    client = _client(ended.buyer)

    refused = client.post(page, {"alert": str(alert.pk), "state": "dismissed", "reason": "  "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert not AlertDecision.objects.exists()

    client.post(page, {"alert": str(alert.pk), "state": "seen"})
    client.post(page, {"alert": str(alert.pk), "state": "dismissed", "reason": "One adviser"})
    alert.refresh_from_db()
    assert alert.state == "dismissed"
    kept = list(AlertDecision.objects.values_list("state", "reason", "by"))
    user = ended.buyer.user.pk
    assert kept == [("seen", "", user), ("dismissed", "One adviser", user)]
    assert "One adviser" in client.get(page).content.decode()


def test_the_database_too_asks_for_a_reason(ended: Room) -> None:
    services.screen(ended.id)
    alert = IntegrityAlert.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertDecision.objects.create(alert=alert, state="dismissed", reason="")


def test_an_alert_of_another_auction_is_not_there(ended: Room, closed_room: Any) -> None:
    services.screen(ended.id)
    alert = IntegrityAlert.objects.get()
    mine = closed_room()
    with pytest.raises(AlertUnknown):
        services.decide(
            actor=mine.buyer.actor, auction_id=mine.id, alert_id=alert.pk, state="seen", reason=""
        )
    with pytest.raises(AlertReasonMissing):
        services.decide(
            actor=ended.buyer.actor, auction_id=ended.id, alert_id=alert.pk, state="dismissed",
            reason="",
        )  # fmt: skip


def test_a_blind_buyer_gets_neither_alerts_nor_connections_before_the_names() -> None:
    room = open_room(2, blind=True)
    connected(room, 0, HASH)
    client = _client(room.buyer)
    for name in ("auctions:integrity", "auctions:connections"):
        assert client.get(reverse(name, args=[room.id])).status_code == 302
    for name in ("api-integrity", "api-connections"):
        answer = client.get(reverse(name, args=[room.id]))
        assert answer.status_code == 409
        assert room.suppliers[0].seat not in answer.content.decode()


def test_the_history_names_who_was_connected_and_is_exported() -> None:
    room = open_room(2)
    connected(room, 0, HASH)
    SeatConnection.objects.create(
        auction=room.auction, seat=room.suppliers[1].seat, process=new_id(), opened_at=utc_now()
    )
    client = _client(room.buyer)
    address = reverse("auctions:connections", args=[room.id])
    text = client.get(address).content.decode()
    assert room.suppliers[0].company.legal_name in text
    assert "not known" in text
    assert HASH not in text
    file = client.get(address, {"form": "csv"})
    assert file["Content-Type"].startswith("text/csv")
    assert room.suppliers[1].company.legal_name in file.content.decode("utf-8-sig")
    assert HASH not in file.content.decode("utf-8-sig")


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries: Any) -> None:
    room = open_room(2)
    for _ in range(40):
        connected(room, 0)
    client = _client(room.buyer)
    address = reverse("auctions:connections", args=[room.id])
    client.get(address)
    with django_assert_max_num_queries(30):
        assert client.get(address).context["page"].paginator.num_pages == 2


def test_hashes_are_emptied_and_then_the_history_is_deleted() -> None:
    room = open_room(1)
    kept = [connected(room, 0, HASH, HASH) for _ in range(3)]
    for row, age in zip(kept, (1, 91, 366), strict=True):
        moment = utc_now() - timedelta(days=age)
        SeatConnection.objects.filter(pk=row.pk).update(opened_at=moment)
    assert keeping.forget_connections() == 2
    left = dict(SeatConnection.objects.values_list("pk", "address"))
    assert left == {kept[0].pk: HASH, kept[1].pk: ""}


def _client(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client
