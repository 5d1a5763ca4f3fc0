"""The log: who did what where, by ids; no amount, no secret, no name, no address."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import structlog
from django.conf import settings as django_settings
from django.test import Client
from rest_framework.test import APIClient

from auctions.ledger.store import lock_auction
from auctions.realtime import database
from auctions.realtime.gate import Gate, Hooks
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.process import ready_gate
from config import logs
from config.env import EnvError, read
from infra import relay
from tests.logged import captured
from tests.people import make_token
from tests.rooms import PATIENCE, Room, running_room

log = logging.getLogger("infra.test")


@pytest.fixture
def room() -> Any:
    yield from running_room()


def names_of(room: Room) -> list[str]:
    """What no line may hold of the people of the room."""
    people = [room.buyer, *room.suppliers]
    return [
        text for each in people
        for text in (each.user.email, each.user.full_name, each.company.legal_name)
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_bid_over_http_is_logged_with_request_auction_and_ref_and_without_its_amount(
    room: Room,
) -> None:
    seller = room.suppliers[0]
    _, secret = make_token(seller.actor, name="test")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    with captured() as lines:
        for ref, amount in (("k1", "987.65"), ("k2", "1987.65")):
            response = client.post(
                f"/api/v1/auctions/{room.id}/bids/?note=987.65",
                {"lot": 1, "amount": amount, "retyped": amount},
                HTTP_IDEMPOTENCY_KEY=ref,
            )

    about = {"auction_id": str(room.id), "user_id": str(seller.user.pk),
             "company_id": str(seller.company.pk)}  # fmt: skip
    (first,) = lines.of("request_finished", ref="k1", code=201, **about)
    (second,) = lines.of("request_finished", ref="k2", code=response.status_code, **about)
    assert second["request_id"] == response["X-Request-ID"] != first["request_id"]
    (decided,) = lines.of("command answered", ref="k1", accepted=True, **about)
    assert decided["request_id"] == first["request_id"]
    (refused,) = lines.of("command answered", ref="k2", accepted=False, **about)
    assert refused["code"] == response.json()["code"]
    for told in ("987.65", secret, "Bearer", *names_of(room)):
        assert told not in lines.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_command_that_no_lock_was_got_for_is_named_and_its_row_is_not(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_TIMEOUT", "100ms")
    connect = database.connect
    monkeypatch.setattr(
        database, "connect", lambda **given: connect(**{"lock_timeout": "100ms", **given})
    )
    gate = Gate()
    gate.start()
    assert gate.lease.wait_until_held(PATIENCE)
    seller = room.suppliers[0]
    with captured(logging.INFO) as lines, connect(name="test") as other:
        lock_auction(other.cursor(), room.id)
        command = room.bid(seller, "987.65", ref="late")
        answer = gate.submit(command, auction_id=room.id, party=seller.party).result(PATIENCE)
        other.rollback()
    gate.stop(1)

    assert isinstance(answer, Refused)
    (line,) = lines.of("commands were not decided", auction_id=str(room.id))
    assert line["refs"] == ["late"]
    assert line["why"].endswith(" 55P03")
    assert "987.65" not in lines.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_ours_is_logged_in_the_context_of_who_sent_the_command(room: Room) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a fault")

    gate = Gate(hooks=Hooks(before_commit=fail))
    gate.start()
    assert gate.lease.wait_until_held(PATIENCE)
    seller = room.suppliers[0]
    with captured(logging.INFO) as lines:
        with structlog.contextvars.bound_contextvars(request_id="request-7"):
            future = gate.submit(
                room.bid(seller, "987.65", ref="x"), auction_id=room.id, party=seller.party
            )
        assert isinstance(future.result(PATIENCE), Refused)
        gate.stop(1)

    (line,) = lines.of("the gate failed", request_id="request-7", ref="x", command="PlaceBid")
    assert line["auction_id"] == str(room.id)
    assert line["exception"].endswith("RuntimeError: a fault")
    assert "987.65" not in lines.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_fails_names_the_fact_and_not_what_it_says(room: Room) -> None:
    board = relay.Switchboard()
    board.sources.update(relay.switchboard.sources)
    board.subscribe(name="broken", source="auctions", path="tests.services.test_logs.broken",
                    types={"auction.bid_placed"})  # fmt: skip
    answer = room.place(ready_gate(), room.suppliers[0], "987.65")
    assert isinstance(answer, Ack)
    with captured() as lines:
        relay.drain(board=board)

    (line,) = lines.of("a handler failed", handler="broken", event_id=answer.leaf)
    assert line["subject"] == f"urn:fairfall:auction:{room.id}"
    assert (line["event_type"], line["attempt"]) == ("auction.bid_placed", 1)
    (inside,) = lines.of("at work", handler="broken", event_id=answer.leaf)
    assert inside["subject"] == line["subject"]
    assert "handler" not in structlog.contextvars.get_contextvars()
    assert "987.65" not in lines.getvalue()


def broken(event: relay.Event) -> None:
    """A handler for these tests."""
    log.info("at work")
    raise RuntimeError("broken")


@pytest.mark.django_db
def test_a_request_has_one_name_in_the_log_and_in_the_answer(client: Client) -> None:
    with captured(logging.INFO) as lines:
        response = client.get("/no/such/page/?q=somebody@example.org")

    assert uuid.UUID(response["X-Request-ID"])
    (line,) = lines.of("request_finished", code=404)
    assert line["request_id"] == response["X-Request-ID"]
    assert line["request"] == "GET /no/such/page/"
    assert not lines.of("request_started")


@pytest.mark.parametrize(
    ("trusted", "given", "kept"),
    [
        (True, "proxy-7f3a:1", True),
        (False, "proxy-7f3a:1", False),
        (True, "short", False),
        (True, "x" * 65, False),
        (True, "two words", False),
        (True, 'quoted"}', False),
        (True, "somebody@example.org", False),
    ],
)
def test_a_name_is_taken_from_a_trusted_proxy_if_it_is_sane(
    client: Client, settings: Any, trusted: bool, given: str, kept: bool
) -> None:
    settings.TRUST_REQUEST_ID = trusted
    response = client.get("/healthz", HTTP_X_REQUEST_ID=given)

    assert (response["X-Request-ID"] == given) is kept


def test_questions_of_supervisors_are_not_logged(client: Client) -> None:
    with captured() as lines:
        client.get("/healthz")
        client.post("/healthz")

    assert [line["code"] for line in lines.of("request_finished")] == [405]


SECRETS = [
    "ff_AbCdEfGhIjKlMnOp",
    "Authorization: Bearer abc.def-ghi",
    "mail to anna.kovač+bids@firma.example.org failed",
    "{'anna@firma.example': (550, b'no')}",
    "GET /accounts/confirm-email/SECRET-1/",
    "GET /accounts/password/reset/key/SECRET-2/",
    "postgresql://role:SECRETpw@127.0.0.1:5432/fairfall",
    "WebSocket /ws/auctions/1/?ticket=SECRET-3&company=1",
]


@pytest.mark.parametrize("text", SECRETS)
@pytest.mark.parametrize("how", ["text", "argument", "field", "exception", "structlog"])
def test_no_secret_passes_however_it_is_logged(text: str, how: str) -> None:
    with captured() as lines:
        match how:
            case "text":
                log.warning(text)
            case "argument":
                log.warning("heard %s", text)
            case "field":
                structlog.get_logger("infra.test").warning("heard", it=[{"deep": text}])
            case "exception":
                try:
                    raise RuntimeError(text)
                except RuntimeError:
                    log.exception("failed")
            case "structlog":
                structlog.get_logger("infra.test").warning("heard %s", text, error=ValueError(text))

    assert lines.getvalue()
    for told in ("AbCdEf", "abc.def", "anna", "SECRET"):
        assert told not in lines.getvalue()


@pytest.mark.django_db
def test_what_the_database_says_of_a_row_is_left_out() -> None:
    with captured() as lines, database.connect(name="test") as connection:
        connection.execute("CREATE TEMPORARY TABLE offer (amount numeric CHECK (amount < 900))")
        try:
            connection.execute("INSERT INTO offer VALUES (%s)", ["987" + ".65"])
        except psycopg.Error as error:
            log.exception("not kept")
            log.warning("not kept: %s", error)
        connection.rollback()

    assert "CheckViolation" in lines.getvalue()
    assert "987.65" not in lines.getvalue()


def test_lines_of_packages_and_of_ours_have_one_form() -> None:
    with captured() as lines, structlog.contextvars.bound_contextvars(request_id="r1"):
        logging.getLogger("daphne.server").warning("port %d", 8000)
        structlog.get_logger("infra.test").warning("ours", company_id=uuid.UUID(int=7))

    theirs, ours = lines.all()
    assert theirs["event"] == "port 8000"
    assert ours["company_id"] == str(uuid.UUID(int=7))
    for line in (theirs, ours):
        assert line["request_id"] == "r1"
        assert line["level"] == "warning"
        assert line["timestamp"].endswith("Z")
        assert line["logger"]


@pytest.mark.parametrize(
    ("given", "form", "level"),
    [
        ({"DEMO": "0"}, "json", "INFO"),
        ({"DEMO": "1"}, "plain", "INFO"),
        ({"DEMO": "1", "LOG_FORMAT": "json", "LOG_LEVEL": "debug"}, "json", "DEBUG"),
    ],
)
def test_form_and_level_are_settings(given: dict[str, str], form: str, level: str) -> None:
    found = read({"SECRET_KEY": "x" * 40, **given})

    assert (found.log_format, found.log_level) == (form, level)
    made = logs.configure(plain=form == "plain", level=level)
    assert made["loggers"]["auctions"]["level"] == level
    assert made["root"]["level"] == "INFO"


def test_a_level_that_is_none_stops_every_command() -> None:
    with pytest.raises(EnvError, match="LOG_LEVEL"):
        read({"LOG_LEVEL": "loud", "SECRET_KEY": "x" * 40})


@pytest.mark.django_db(transaction=True)
def test_a_task_is_logged_with_its_id_and_the_request_that_asked_for_it() -> None:
    from config.celery import app
    from tests.concurrency.servers import database_url

    environ = {**os.environ, "DATABASE_URL": database_url(), "LOG_FORMAT": "json",
               "LOG_LEVEL": "info"}  # fmt: skip
    command = [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", "worker",
               "--pool", "threads", "--concurrency", "1", "--without-gossip",
               "--without-mingle"]  # fmt: skip
    process = subprocess.Popen(
        command, cwd=django_settings.BASE_DIR, env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        with (
            structlog.contextvars.bound_contextvars(request_id="request-9"),
            pytest.warns(match="task_always_eager"),
        ):
            sent = app.send_task("infra.forget_remembered_answers")
        assert process.stderr is not None
        line = _first(process.stderr, lambda each: each.get("event") == "task_succeeded")
    finally:
        process.terminate()
        process.wait(20)

    assert line["task_id"] == sent.id
    assert line["request_id"] == "request-9"
    assert line["task"] == "infra.forget_remembered_answers"


def _first(stream: Any, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    for text in stream:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if wanted(line):
            return line
    raise AssertionError("no such line")
