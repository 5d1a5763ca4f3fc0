"""Bids on positions through the gate: one batch, a total, prices that nobody else is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from auctions.domain.state import EMPTY
from auctions.domain.terms import Disclosure, LineTerms, LotTerms, SoftClose
from auctions.domain.visibility import Role, Viewer
from auctions.ledger.disclosure import Scope
from auctions.ledger.disclosure import Viewer as Reader
from auctions.ledger.exports import export_ledger
from auctions.ledger.verify import verify
from auctions.realtime import messages as m
from auctions.realtime.answers import Work
from auctions.realtime.batch import decide_in_transaction
from auctions.realtime.errors import FrameMalformed
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.process import gate, stop_gate
from auctions.realtime.reading import refused_bids, steps_after
from auctions.realtime.rendering import Renderer
from auctions.realtime.wire import command_of, parse
from auctions.selectors import load
from auctions.services.own_bids import own_bids, workbook
from auctions.services.policies import place_of, surroundings
from crm_core.companies.models import Membership
from infra.keys import key_ring
from kernel.clock import utc_now
from tests.rooms import LOT, Room, Supplier, open_room

pytestmark = pytest.mark.django_db(transaction=True)

LINES = (
    LineTerms(1, "Bolt", Decimal(1000), "C62", scale=4),
    LineTerms(2, "Nut", Decimal(1000), "C62", scale=4, ceiling=Decimal("0.2")),
)
SECRETS = ("0.4321", "0.1234")


@pytest.fixture
def running() -> Iterator[Room]:
    yield running_room()
    stop_gate()
    connection.close_pool()


def running_room(**terms: Any) -> Room:
    lot = LotTerms(
        number=1, title="Fasteners", quantity=Decimal(1), unit="LO", ceiling=Decimal("1000.00"),
        lines=LINES,
    )  # fmt: skip
    about = replace(LOT, unit_label="lot", line_labels=("pcs", "pcs"))
    room = open_room(2, lot=about, lots=(lot,), **terms)
    room.everyone_accepts(gate())
    time.sleep(0.6)
    return room


def bid(room: Room, supplier: Supplier, lines: list[str], **fields: Any) -> Ack | Refused:
    given = {"ref": room.ref(), "lot": 1, "lines": lines, **fields}
    command = command_of(m.Bid(**given), supplier.party, room.id)
    return gate().submit(command, auction_id=room.id, party=supplier.party).result(20)


def first_bid(room: Room, supplier: Supplier, **fields: Any) -> Ack | Refused:
    return bid(room, supplier, list(SECRETS), retyped="555.50", **fields)


def test_a_bid_and_its_prices_are_written_together_and_answered_with_the_total(
    running: Room,
) -> None:
    first = running.suppliers[0]
    ack = first_bid(running, first)
    assert isinstance(ack, Ack), ack
    assert ack.result == {"lot": 1, "amount": "555.50", "lines": ["0.4321", "0.1234"]}
    placed, prices = running.entries()[-2:]
    assert (placed.kind, prices.kind) == ("bid_placed", "bid_lines")
    assert placed.recorded_at == prices.recorded_at
    assert placed.leaf.hex() == ack.leaf
    assert prices.body == {"lot": 1, "seat": first.seat, "bid": placed.seq, "prices": list(SECRETS)}


def test_the_total_may_be_sent_along_and_must_be_theirs(running: Room) -> None:
    first = running.suppliers[0]
    refused = first_bid(running, first, amount="555.49")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.data) == ("auction.total_differs", {"total": "555.50"})
    assert isinstance(first_bid(running, first, amount="555.5"), Ack)


def test_the_same_request_again_gets_the_first_answer_and_another_conflicts(running: Room) -> None:
    first = running.suppliers[0]
    one = first_bid(running, first, ref="again")
    two = bid(running, first, ["0.43210", "0.1234"], ref="again", amount="555.50", retyped="555.5")
    other = bid(running, first, ["0.4320", "0.1235"], ref="again", retyped="555.50")
    assert isinstance(one, Ack)
    assert isinstance(two, Ack)
    assert (two.leaf, two.repeated) == (one.leaf, True)
    assert isinstance(other, Refused)
    assert other.code == "gate.ref_conflict"


def test_a_refusal_names_the_position_and_stands_among_the_own_bids(running: Room) -> None:
    first = running.suppliers[0]
    refused = bid(running, first, ["0.4", "0.21"])
    assert isinstance(refused, Refused)
    assert (refused.code, refused.field) == ("auction.line_above_ceiling", "lines.2")
    with connection.cursor() as cursor:
        (kept,) = refused_bids(cursor, running.id, first.seat)
    assert (kept.amount, kept.lines) == ("610.00", ["0.4000", "0.2100"])
    missing = bid(running, first, ["0.4"])
    assert isinstance(missing, Refused)
    assert missing.code == "auction.lines_missing"
    alone = running.place(gate(), first, "900.00")
    assert isinstance(alone, Refused)
    assert alone.code == "auction.lines_missing"


def test_a_message_has_an_amount_or_prices_and_no_more_than_a_lot_has(running: Room) -> None:
    party = running.suppliers[0].party
    with pytest.raises(FrameMalformed) as nothing:
        parse('{"type": "bid", "ref": "r", "lot": 1}')
    assert "an amount, or lines" in nothing.value.data["detail"]
    with pytest.raises(FrameMalformed) as too_many:
        command_of(m.Bid(ref="r", lot=1, lines=["1"] * 101), party, running.id)
    assert "100 lines" in too_many.value.data["detail"]


def test_only_the_own_seat_and_the_buyer_are_told_prices(running: Room) -> None:
    first, second = running.suppliers
    first_bid(running, first)
    around = surroundings(running.auction)
    with connection.cursor() as cursor:
        steps = steps_after(cursor, running.id, EMPTY)

    def told(viewer: Viewer) -> str:
        renderer = Renderer(viewer, around)
        views = [renderer.event(each.before, each.after, each.event) for each in steps]
        return str(views) + str(renderer.lots(steps[-1].after, utc_now()))

    for role in (Role.OBSERVER, Role.ADMIN, Role.NEUTRAL, Role.VERIFIER):
        assert SECRETS[0] not in told(Viewer(role))
    assert SECRETS[0] not in told(Viewer(Role.SUPPLIER, second.seat))
    assert SECRETS[0] in told(Viewer(Role.SUPPLIER, first.seat))
    assert SECRETS[0] in told(Viewer(Role.BUYER))
    infos = Renderer(Viewer(Role.OBSERVER), around).infos(steps[-1].after)
    assert infos[0].lines is not None
    assert [(line.title, line.unit_label, line.ceiling) for line in infos[0].lines] == [
        ("Bolt", "pcs", None),
        ("Nut", "pcs", "0.2"),
    ]


def test_over_http_a_bid_gives_prices(running: Room) -> None:
    first = running.suppliers[0]
    client = Client()
    client.force_login(first.user, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/api/v1/auctions/{running.id}/bids/"

    def post(ref: str, **body: Any) -> Any:
        return client.post(url, body, "application/json", headers={"Idempotency-Key": ref})

    assert post("none", lot=1).status_code in (400, 422)
    done = post("one", lot=1, lines=list(SECRETS), retyped="555.50")
    assert done.status_code == 201, done.content
    assert done.json()["result"]["amount"] == "555.50"
    snapshot = client.get(f"/api/v1/auctions/{running.id}/snapshot/")
    if snapshot.status_code == 200:
        assert snapshot.json()["lots"][0]["own"]["lines"] == list(SECRETS)


def test_what_a_person_may_bind_its_company_to_is_the_total(running: Room) -> None:
    first = running.suppliers[0]
    Membership.objects.filter(user=first.user).update(limit_amount=500, limit_currency="EUR")
    over = first_bid(running, first)
    assert isinstance(over, Refused)
    assert not over.code.startswith("auction.")
    assert isinstance(bid(running, first, ["0.4", "0.1"], retyped="500"), Ack)


def test_the_workbook_has_the_prices_on_a_sheet_of_their_own(running: Room) -> None:
    first = running.suppliers[0]
    first_bid(running, first)
    bid(running, first, ["0.4", "0.3"])
    place = place_of(first.actor, running.id)
    assert [each.lines for each in own_bids(place)] == [
        (Decimal("0.4321"), Decimal("0.1234")),
        (Decimal("0.4000"), Decimal("0.3000")),
    ]
    book = openpyxl.load_workbook(BytesIO(workbook(place, ZoneInfo("UTC"))))
    assert len(book.sheetnames) == 2
    rows = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert [row[3:9] for row in rows[:2]] == [
        (1, "Bolt", 1000, "pcs", 0.4321, 432.1),
        (2, "Nut", 1000, "pcs", 0.1234, 123.4),
    ]


def test_a_bid_with_prices_costs_the_database_no_more_than_one_without() -> None:
    def queries(room: Room, message: m.Bid) -> int:
        stop_gate()
        supplier = room.suppliers[0]
        command = command_of(message, supplier.party, room.id)
        work = Work(command=command, party=supplier.party, received_at=utc_now())
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            CaptureQueriesContext(connection) as caught,
        ):
            ruling = decide_in_transaction(cursor, room.id, [work])
        ((_, answer),) = ruling.answers
        assert isinstance(answer, Ack), answer
        return len(caught)

    plain = open_room(2)
    plain.everyone_accepts(gate())
    priced = running_room()
    alone = queries(plain, m.Bid(ref="q", lot=1, amount="555.50", retyped="555.50"))
    lines = m.Bid(ref="q", lot=1, lines=list(SECRETS), retyped="555.50")
    assert queries(priced, lines) == alone
    connection.close_pool()


@pytest.fixture
def ended() -> Iterator[tuple[Room, list[dict[str, Any]]]]:
    room = running_room(
        length=timedelta(seconds=3),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
        disclosure=Disclosure.PUBLIC,
    )
    first, second = room.suppliers
    answers = [first_bid(room, first), bid(room, second, ["0.4", "0.1"], retyped="500")]
    for _ in range(200):
        if not load(room.id).phase.is_open:
            break
        time.sleep(0.1)
        with transaction.atomic(), connection.cursor() as cursor:
            decide_in_transaction(cursor, room.id, [], ticks_until=utc_now())
    yield room, [msgspec.to_builtins(each) for each in answers]
    stop_gate()
    connection.close_pool()


def test_the_export_opens_prices_to_their_own_seat_alone_and_verifies(
    ended: tuple[Room, list[dict[str, Any]]],
) -> None:
    room, answers = ended
    first, second = room.suppliers

    def exported(viewer: Reader) -> bytes:
        with connection.cursor() as cursor:
            return export_ledger(cursor, key_ring(), room.id, viewer)

    full = exported(Reader(Scope.FULL))
    assert SECRETS[0].encode() in full
    own = exported(Reader(Scope.PARTICIPANT, first.seat))
    assert SECRETS[0].encode() in own
    for other in (Reader(Scope.PARTICIPANT, second.seat), Reader(Scope.PUBLIC)):
        assert SECRETS[0].encode() not in exported(other)
    for raw, given in ((full, answers), (own, answers[:1])):
        report = verify(raw, receipts=given)
        assert report.passed, report.findings
        assert report.results[0]["price"] == "500.00"
    assert verify(exported(Reader(Scope.PUBLIC))).passed
