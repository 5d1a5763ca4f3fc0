"""What is secret, sent over HTTP: accepted, refused, malformed, repeated, and while the server
fails on purpose. It is in no line of the log at any level, in no table and in no answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from auctions.api import views
from auctions.domain.terms import AutomaticBids
from auctions.realtime import batch
from auctions.realtime.messages import Ack
from auctions.realtime.process import gate, ready_gate, stop_gate
from infra.models import RememberedAnswer
from marketplace.tenders import auctioning
from marketplace.tenders.models import Lot
from reference.loading import load_all
from tests import tender_house as house
from tests.realtime.test_nothing_sealed_is_heard import LOTS, secret
from tests.rooms import Room, open_room
from tests.secrecy import kept
from tests.secrecy.heard import everything_logged
from tests.secrecy.spelled import Hidden

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def running() -> Iterator[Room]:
    ready_gate()
    room = open_room(2, lots=LOTS[:1], automatic_bids=AutomaticBids())
    room.everyone_accepts(gate())
    time.sleep(0.6)
    yield room
    stop_gate()
    connection.close_pool()


def test_a_limit_sent_over_http_is_nowhere_else(
    running: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("limit", "too high", "mistyped", "crashed in the view", "crashed in the gate")
    limit, high, mistyped, in_view, in_gate = (secret(name) for name in names)
    hidden = Hidden([limit, high, mistyped, in_view, in_gate])
    owner = running.suppliers[0]
    client = Client(raise_request_exception=False, headers={"X-Company": str(owner.company.pk)})
    client.force_login(owner.user, backend="django.contrib.auth.backends.ModelBackend")

    def post(text: str, ref: str) -> tuple[int, str]:
        answer = client.post(
            f"/api/v1/auctions/{running.id}/bid-limits/", text,
            content_type="application/json", headers={"Idempotency-Key": ref},
        )  # fmt: skip
        return answer.status_code, answer.content.decode()

    def body(amount: Any) -> str:
        return json.dumps({"lot": 1, "amount": amount})

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("on purpose")

    with everything_logged() as logged:
        assert isinstance(running.place(gate(), owner, "600000.5"), Ack)
        answers = [post(body(str(high)), "high")]
        assert answers[-1][0] == 409
        answers += [post(body(f"{mistyped}0"), "scale"), post(body(f"{mistyped}x"), "letters"),
                    post(body(float(str(mistyped))), "number"), post(body([str(mistyped)]), "list"),
                    post(body(str(mistyped))[:-1], "cut"),
                    post(body(str(mistyped)), " ")]  # fmt: skip
        assert {status for status, _ in answers[1:]} <= {400, 409, 422}
        with monkeypatch.context() as patch:
            patch.setattr(views, "command_of", crash)
            answers.append(post(body(str(in_view)), "view"))
        with monkeypatch.context() as patch:
            patch.setattr(batch.machine, "decide", crash)
            answers.append(post(body(str(in_gate)), "gate"))
        assert [status for status, _ in answers[-2:]] == [500, 503]
    said = logged.text.getvalue()
    assert "on purpose" in said
    assert "Internal Server Error" in said
    assert {"django.request", "django.db.backends"} <= logged.loggers
    assert hidden.told_by(said) == set()
    assert hidden.told_by(str(answers)) == set()
    assert hidden.told_by(kept.dump()) == set()


def test_a_hidden_reserve_sent_over_http_is_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("typed", "by the API", "mistyped", "crashed", "crashed in the API")
    typed, by_api, mistyped, crashed, crashed_api = (secret(name) for name in names)
    hidden = Hidden([typed, by_api, mistyped, crashed, crashed_api])
    load_all()
    officer = house.buyer()
    tender = house.draft(officer, [house.supplier("Baltmet AS")])
    lot = tender.lots.get()
    client = house.signed_in(officer)
    client.raise_request_exception = False
    page = f"/tenders/{tender.pk}/lots/{lot.pk}/"
    api = f"/api/v1/tenders/{tender.pk}/lots/"

    def lot_with(reserve: Any) -> dict[str, Any]:
        return {"title": "Coil", "quantity": "1", "unit": "TNE", "scale": "6", "ceiling": "950000",
                "reserve": reserve}  # fmt: skip

    def put(reserve: Any, ref: str) -> int:
        return client.post(api, json.dumps(lot_with(reserve)), content_type="application/json",
                           headers={"Idempotency-Key": ref}).status_code  # fmt: skip

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("on purpose")

    with everything_logged() as logged:
        assert client.post(page, lot_with(str(typed))).status_code == 302
        assert client.post(page, lot_with(f"{mistyped}x")).status_code == 422
        assert put(str(by_api), "one") == 201
        assert put(f"{mistyped}x", "two") == 422
        assert put([str(mistyped)], "three") == 422
        monkeypatch.setattr(auctioning, "seal", crash)
        assert client.post(page, lot_with(str(crashed))).status_code == 500
        assert put(str(crashed_api), "four") == 500
    said = logged.text.getvalue()
    assert "UPDATE" in said
    assert "Internal Server Error" in said
    assert hidden.told_by(said) == set()
    assert hidden.told_by(kept.dump()) == set()
    assert Lot.objects.filter(reserve_sealed__isnull=False).count() == 2


def test_what_a_repeated_request_is_known_by_cannot_be_found_by_trying_amounts(
    settings: Any, tmp_path: Path
) -> None:
    """A request with a reserve is remembered by a hash that only the process key makes: with
    another key the same request has another."""
    officer = house.buyer()
    tender = house.draft(officer, [house.supplier("Baltmet AS")])
    client = house.signed_in(officer)
    body = {"title": "Coil", "quantity": "1", "unit": "TNE", "ceiling": "550", "reserve": "401.23"}

    def put(ref: str, **changes: str) -> Any:
        return client.post(
            f"/api/v1/tenders/{tender.pk}/lots/", json.dumps({**body, **changes}),
            content_type="application/json", headers={"Idempotency-Key": ref},
        )  # fmt: skip

    assert put("one").status_code == 201
    assert put("one").headers["Idempotent-Replay"] == "1"
    assert put("one", reserve="401.24").json()["code"] == "idempotency.conflict"
    assert put("two").status_code == 201
    settings.PLATFORM_KEY_DIR = tmp_path / "others"
    assert put("three").status_code == 201
    one, two, three = (
        RememberedAnswer.objects.get(key=ref).request_hash for ref in ("one", "two", "three")
    )
    assert one == two != three
