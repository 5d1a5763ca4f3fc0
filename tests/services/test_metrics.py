"""``/metrics``: who is answered, what of the database is told, and that nobody is named."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from auctions.clock import AuctionClock
from auctions.figures import database_figures
from auctions.realtime import database
from config.env import EnvError, read
from infra import relay
from infra.metrics import DatabaseFigures, relay_figures
from infra.models import DeadLetter, OutboxMessage, RelayOffset
from infra.outbox import emit
from kernel.clock import utc_now
from tests.measured import Change, value
from tests.rooms import open_room

TOKEN = "t" * 24

failing = False


def note(event: relay.Event) -> None:
    """A handler for these tests; fails where told to."""
    if failing:
        raise RuntimeError("broken")


@pytest.fixture
def board() -> relay.Switchboard:
    global failing
    failing = False
    board = relay.Switchboard()
    board.add_source(relay.OutboxSource())
    board.subscribe(name="note", source="outbox", path="tests.services.test_metrics.note")
    return board


def figures(board: relay.Switchboard) -> dict[str, float]:
    """The relay's figures by name; of the one handler."""
    with database.connect(name="test") as connection, connection.cursor() as cursor:
        return {
            sample.name: sample.value
            for metric in relay_figures(cursor, board)
            for sample in metric.samples
            if sample.labels == {"handler": "note"}
        }


def happen(seconds_ago: float = 0) -> None:
    with transaction.atomic():
        message = emit(type="thing.happened", subject="a", payload={})
    if seconds_ago:
        moment = utc_now() - timedelta(seconds=seconds_ago)
        OutboxMessage.objects.filter(pk=message.pk).update(occurred_at=moment)


@pytest.mark.django_db(transaction=True)
def test_the_relay_shows_what_it_has_not_delivered_and_for_how_long(board) -> None:
    assert figures(board)["fairfall_relay_backlog"] == 0
    assert figures(board)["fairfall_relay_lag_seconds"] == 0
    happen(seconds_ago=90)
    happen(seconds_ago=20)
    happen()

    before = figures(board)
    assert before["fairfall_relay_backlog"] == 3
    assert 90 <= before["fairfall_relay_lag_seconds"] < 150

    relay.drain(board=board)
    after = figures(board)
    assert after["fairfall_relay_backlog"] == 0
    assert after["fairfall_relay_lag_seconds"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_fails_shows_as_retrying_and_then_as_dead_letters(board) -> None:
    global failing
    failing = True
    happen(seconds_ago=5)

    relay.drain(board=board)
    assert figures(board)["fairfall_relay_retrying"] == 1
    assert figures(board)["fairfall_relay_lag_seconds"] >= 5
    assert figures(board)["fairfall_dead_letters"] == 0

    for _ in range(relay.MAX_ATTEMPTS):
        RelayOffset.objects.update(retry_at=None)
        relay.drain(board=board)
    assert figures(board)["fairfall_relay_retrying"] == 0
    assert figures(board)["fairfall_dead_letters"] == 1
    DeadLetter.objects.update(state=DeadLetter.State.DELIVERED)
    assert figures(board)["fairfall_dead_letters"] == 0


@pytest.mark.django_db(transaction=True)
def test_entries_of_a_ledger_are_behind_until_every_handler_had_them() -> None:
    open_room(1)

    of_auctions = [
        each.name for each in relay.switchboard.subscriptions.values() if each.source == "auctions"
    ]
    assert of_auctions
    assert all(value("fairfall_relay_backlog", handler=name) > 0 for name in of_auctions)
    assert all(value("fairfall_relay_lag_seconds", handler=name) > 0 for name in of_auctions)

    relay.drain()

    assert all(value("fairfall_relay_backlog", handler=name) == 0 for name in of_auctions)


@pytest.mark.django_db(transaction=True)
def test_the_clock_catches_up_with_what_is_overdue() -> None:
    open_room(0)
    until = time.monotonic() + 10
    while value("fairfall_auctions_overdue") == 0:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert value("fairfall_clock_lateness_seconds") > 0
    clock = AuctionClock()
    try:
        clock.decide_due()
    finally:
        clock.close()

    assert value("fairfall_auctions_overdue") == 0
    assert value("fairfall_clock_lateness_seconds") == 0


@pytest.mark.django_db(transaction=True)
def test_a_figure_of_the_database_costs_few_queries() -> None:
    class Counting:
        def __init__(self, cursor: object) -> None:
            self.cursor, self.queries = cursor, 0

        def execute(self, *arguments: object) -> None:
            self.queries += 1
            self.cursor.execute(*arguments)

        def __getattr__(self, name: str) -> object:
            return getattr(self.cursor, name)

    open_room(1)
    open_room(1)
    with database.connect(name="test") as connection, connection.cursor() as cursor:
        counting = Counting(cursor)
        list(relay_figures(counting))
        list(database_figures(counting))

    assert counting.queries <= 6


@pytest.mark.django_db(transaction=True)
def test_a_program_on_this_machine_is_answered(client: Client) -> None:
    response = client.get("/metrics")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    text = response.content.decode()
    assert "fairfall_database_up 1.0" in text
    for name in (
        "fairfall_bids_total", "fairfall_gate_batch_size_bucket", "fairfall_gate_lock_wait_seconds",
        "fairfall_watermark_lag_seconds", "fairfall_hub_lag_seconds", "fairfall_sockets",
        "fairfall_relay_lag_seconds", "process_resident_memory_bytes",
    ):  # fmt: skip
        assert f"\n{name}" in text
    assert "_created" not in text


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=10.0.0.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "10.0.0.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 proxy"},
    ],
)
def test_nobody_else_is_answered(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/metrics", **headers).status_code == 404


def test_behind_a_proxy_nobody_is_answered_without_a_token(client: Client, settings) -> None:
    settings.BEHIND_PROXY = True

    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_with_a_token_only_the_token_counts(client: Client, settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.BEHIND_PROXY = True

    assert client.get("/metrics").status_code == 404
    for wrong in ("Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer é"):
        assert client.get("/metrics", HTTP_AUTHORIZATION=wrong).status_code == 404
    asked = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}", "REMOTE_ADDR": "10.0.0.7"}
    assert client.get("/metrics", **asked).status_code == 200
    assert client.post("/metrics", **asked).status_code == 405


def test_no_account_opens_it(admin_client: Client) -> None:
    assert admin_client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404


def test_a_short_token_stops_every_command() -> None:
    with pytest.raises(EnvError, match="METRICS_TOKEN"):
        read({"METRICS_TOKEN": "short", "SECRET_KEY": "x" * 40})
    assert read({"METRICS_TOKEN": TOKEN, "SECRET_KEY": "x" * 40}).metrics_token == TOKEN


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told_and_hides_nothing_else() -> None:
    def away() -> psycopg.Connection:
        return psycopg.connect("postgresql://127.0.0.1:1/none", connect_timeout=2)

    found = list(DatabaseFigures(away, (relay_figures, database_figures)).collect())

    assert [(s.name, s.value) for each in found for s in each.samples] == [
        ("fairfall_database_up", 0)
    ]
    assert value("fairfall_database_up") == 1


def test_requests_are_counted_by_our_names_only(client: Client) -> None:
    change = Change()
    client.get("/healthz")
    client.get("/no/such/page-4711/")
    client.generic("FETCH4711", "/healthz")

    assert change.of(
        "fairfall_http_requests_total", view="healthz", method="GET", status="2xx"
    ) == 1  # fmt: skip
    assert change.of(
        "fairfall_http_requests_total", view="healthz", method="other", status="4xx"
    ) == 1  # fmt: skip
    assert change.of("fairfall_http_requests_total", view="none", method="GET", status="4xx") == 1
    assert change.of("fairfall_http_request_seconds_count", view="healthz") == 2


@pytest.mark.django_db
def test_problems_of_the_api_are_counted_by_their_code() -> None:
    change = Change()
    APIClient().get("/api/v1/me/", HTTP_AUTHORIZATION="Bearer ff_wrong")

    assert change.of("fairfall_api_problems_total", code="access.token_invalid") == 1


@pytest.mark.django_db(transaction=True)
def test_no_figure_names_anybody(client: Client) -> None:
    room = open_room(2)
    people = [room.buyer, *room.suppliers]
    text = client.get("/metrics").content.decode()

    for person in people:
        for told in (person.company.pk, person.company.legal_name, person.user.email, person.seat):
            assert not told or str(told) not in text
    assert str(room.id) not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)
