"""Anybody has an exported ledger checked: at the page and through the API, without an account."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache as memory
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import Client
from django.urls import reverse

from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.services import checking
from infra.keys import KeyRing
from tests.ledger.case import ALPHA, FULL, Table, play, signer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_apart")]
PAGE = "/auctions/check/"
API = "/api/v1/auctions/check/"
OF_ALPHA = Viewer(Scope.PARTICIPANT, ALPHA)


@pytest.fixture(autouse=True)
def _unlimited() -> None:
    memory.clear()


@cache
def table() -> Table:
    """Played with a key that this platform does not have."""
    return play()


@pytest.fixture
def ours(settings: Any) -> Table:
    """Played with a key of this platform."""
    return play(key=KeyRing(settings.PLATFORM_KEY_DIR).current())


def files(ledger: bytes, **others: Any) -> dict[str, Any]:
    given = {"ledger": SimpleUploadedFile("auction.json", ledger)}
    for name, content in others.items():
        given[name] = (
            content if name == "key" else SimpleUploadedFile(f"{name}.json", _packed(content))
        )
    return given


def _packed(content: Any) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()


def asked(ledger: bytes, **others: Any) -> Any:
    return Client().post(API, files(ledger, **others))


def test_the_platforms_own_key_is_used_and_the_winner_derived_anew(ours: Table) -> None:
    kept = [signed for _, signed in ours.checkpoints]
    answer = asked(ours.export(), receipts=ours.receipts[ALPHA], checkpoints=kept)
    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["passed"], told["key_from"], told["key_id"]) == (True, "platform", ours.key.key_id)
    assert told["results"][0] == {
        "lot": 1, "seat": "BRAVO", "price": "93.00", "currency": "EUR", "outcome": "won",
    }  # fmt: skip
    texts = [each["text"] for each in told["findings"]]
    assert "All 9 receipts given stand in the chain." in texts
    assert "All 4 checkpoints given stand in the export." in texts
    assert told["export"]["scope"] == "full"


@pytest.mark.parametrize("viewer", [OF_ALPHA, Viewer(Scope.PUBLIC)], ids=["participant", "public"])
def test_what_could_not_be_opened_is_said(ours: Table, viewer: Viewer) -> None:
    told = asked(ours.export(viewer)).json()
    assert told["passed"] is True
    assert (told["results"], told["derived"]) == ([], "nothing")
    assert told["export"]["entries_opened"] < told["export"]["entries"]
    notes = " ".join(each["text"] for each in told["findings"] if each["level"] == "note")
    assert "could not be opened" in notes


def test_an_export_that_the_terms_publish_gives_the_winner_to_anybody(settings: Any) -> None:
    key = KeyRing(settings.PLATFORM_KEY_DIR).current()
    open_to_all = play(key=key, disclosure=Disclosure.PUBLIC)
    told = asked(open_to_all.export(Viewer(Scope.PUBLIC))).json()
    assert [each["seat"] for each in told["results"]] == ["BRAVO", "BRAVO"]
    assert (told["passed"], told["derived"]) == (True, "as_far_as_open")  # a message is closed
    page = Client().post(PAGE, files(open_to_all.export(Viewer(Scope.PUBLIC)))).content.decode()
    assert 'data-state="open"' in page
    assert "Result, as far as what is open tells" in page
    assert "derived anew." not in page.partition('id="upload-heading"')[0]
    assert asked(open_to_all.export()).json()["derived"] == "anew"


def test_a_key_given_counts_more_than_the_file(ours: Table) -> None:
    raw = table().export()
    by_itself = asked(raw).json()
    assert (by_itself["passed"], by_itself["key_from"]) == (True, "export")
    for key in (table().key.public_key.hex(), table().key.public_pem.decode()):
        assert asked(raw, key=key).json()["key_from"] == "given"
        assert asked(raw, key=key).json()["passed"] is True
    other = asked(raw, key=ours.key.public_key.hex()).json()
    assert other["passed"] is False
    assert any(each["seq"] == 1 and each["check"] == "key" for each in other["findings"])


@pytest.mark.parametrize("name", ["dutch", "sealed"])
def test_an_old_ledger_of_another_format_is_checked_as_ever(name: str) -> None:
    raw = (Path(__file__).parent.parent / "data" / f"ledger-{name}-v1.json").read_bytes()
    told = asked(raw, key=signer().public_key.hex()).json()
    assert (told["passed"], told["derived"], told["key_from"]) == (True, "anew", "given")
    assert [each["seat"] for each in told["results"]] == ["B1"]
    page = Client().post(PAGE, files(raw, key=signer().public_key.hex())).content.decode()
    assert 'data-state="ok"' in page
    assert "seat B1" in page


def test_a_changed_entry_is_named(ours: Table) -> None:
    changed = ours.export().replace(b'"117.50"', b'"107.50"', 1)
    told = asked(changed).json()
    failed = [each for each in told["findings"] if each["level"] == "failed"]
    assert told["passed"] is False
    assert failed[0]["text"].startswith(f"Entry {failed[0]['seq']}: ")
    page = Client().post(PAGE, files(changed)).content.decode()
    assert f"Refused: entry {failed[0]['seq']} does not fit." in page
    assert 'data-state="failed"' in page


def test_a_forged_receipt_is_refused(ours: Table) -> None:
    forged = [{**ours.receipts[ALPHA][3], "received_at": "2026-11-22T12:00:00.000000Z"}]
    told = asked(ours.export(), receipts=forged).json()
    assert told["passed"] is False
    assert "is not signed with this platform's key" in json.dumps(told["findings"])


def test_of_a_file_crafted_to_fail_ten_thousand_times_the_first_are_told(ours: Table) -> None:
    crafted = [{"party": "x" * 100_000}, *([{}] * 10_000)]
    answer = asked(ours.export(), receipts=crafted)
    told = answer.json()
    assert told["passed"] is False
    assert len(told["findings"]) == checking.MOST_FINDINGS
    assert {each["level"] for each in told["findings"]} == {"failed"}
    assert told["left_out"] > 9_800
    assert len(answer.content) < 100_000
    page = Client().post(PAGE, files(ours.export(), receipts=crafted)).content.decode()
    assert page.count("<tr data-level=") == checking.MOST_FINDINGS
    assert f"{told['left_out']} further findings are not shown." in page
    assert asked(ours.export()).json()["left_out"] == 0


@pytest.mark.parametrize("way", [PAGE, API])
def test_a_file_too_large_is_not_read(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LEDGER_LIMIT", 1024)

    def read(_self: Any, *_: Any) -> bytes:
        raise AssertionError("read")

    monkeypatch.setattr(UploadedFile, "read", read, raising=False)
    given = BytesIO(b"[" * 2048)
    given.name = "auction.json"  # type: ignore[attr-defined]
    answer = Client().post(way, {"ledger": given})
    assert answer.status_code == 413


def test_the_page_says_the_same(ours: Table) -> None:
    page = Client().post(PAGE, files(ours.export(OF_ALPHA))).content.decode()
    assert 'data-state="ok"' in page
    assert "this platform's" in page
    page = Client().post(PAGE, files(ours.export())).content.decode()
    assert "seat BRAVO" in page
    assert "Everything fits." in page
    assert "Result, derived anew" in page
    page = Client().post(PAGE, files(table().export())).content.decode()
    assert 'data-state="foreign"' in page


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7", "ledger_check.not_a_ledger"),
        (b"[" * 20_000, "ledger_check.not_a_ledger"),
        (b"{}", "ledger_check.not_a_ledger"),
        (b'{"type": "fairfall-certificate-1"}', "ledger_check.not_a_ledger"),
    ],
)
def test_nonsense_is_a_problem_and_an_error_beside_the_field(content: bytes, code: str) -> None:
    answer = asked(content)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
    assert (answer.json()["code"], answer.json()["field"]) == (code, "ledger")
    page = Client().post(PAGE, files(content))
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()


def test_other_nonsense_is_said_beside_its_field() -> None:
    raw = table().export()
    for field, content in (("receipts", b"\xff\x00"), ("checkpoints", b"{no"), ("key", "ab" * 31)):
        answer = asked(raw, **{field: content})
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert Client().post(API, "{}", content_type="application/json").status_code == 415
    assert Client().post(API, {"key": ""}).json()["errors"][0]["field"] == "ledger"
    assert Client().post(PAGE).status_code == 422


def test_a_path_is_no_key(tmp_path: Any) -> None:
    """What is pasted is never looked up among the files of the server."""
    (tmp_path / "key.pem").write_bytes(signer().public_pem)
    answer = asked(table().export(), key=str(tmp_path / "key.pem"))
    assert answer.json()["code"] == "ledger_check.key_unreadable"


def test_size_time_and_number_are_limited(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    raw = table().export()
    monkeypatch.setattr(checking, "OTHER_LIMIT", 100)
    answer = asked(raw, receipts=b"[" + b" " * 200 + b"]")
    assert (answer.status_code, answer.json()["code"]) == (413, "ledger_check.too_large")
    monkeypatch.setattr(checking, "SECONDS", 0.001)
    assert asked(raw).json()["code"] == "ledger_check.too_long"
    monkeypatch.setattr(checking, "SECONDS", 25)
    monkeypatch.setattr(checking, "_WAIT", 0.001)
    for _ in range(checking.AT_ONCE):
        checking._room.acquire()
    try:
        assert asked(raw).status_code == 503
    finally:
        for _ in range(checking.AT_ONCE):
            checking._room.release()
    memory.clear()
    settings.LEDGER_CHECK_RATE_LIMITS = {"ledger_check": "2/m/ip"}
    tries = [Client().post(PAGE, {}).status_code, *(asked(b"{}").status_code for _ in range(2))]
    assert tries == [422, 422, 429]
    assert Client().post(PAGE, {}).status_code == 429


def test_a_week_of_an_open_auction_is_checked(ours: Table) -> None:
    """A checkpoint each minute: ten thousand signatures, and the same kept by a participant."""
    while len(ours.checkpoints) < 10_000:
        ours.check(ours.now + timedelta(minutes=1))
    kept = [signed for _, signed in ours.checkpoints]
    told = asked(ours.export(), checkpoints=kept).json()
    assert told["passed"] is True, told
    texts = [each["text"] for each in told["findings"]]
    assert "10000 checkpoints of the export were looked at." in texts
    assert "All 10000 checkpoints given stand in the export." in texts


def test_a_month_of_checkpoints_fits_through_every_door(ours: Table, settings: Any) -> None:
    minutes = 30 * 24 * 60
    few, many = len(ours.export()), 1000
    for _ in range(many):
        ours.check(ours.now + timedelta(minutes=1))
    each = (len(ours.export()) - few) / many
    kept = len(_packed([signed for _, signed in ours.checkpoints[-many:]])) / many
    assert each * minutes * 1.2 < checking.LEDGER_LIMIT
    assert kept * minutes * 1.2 < checking.CHECKPOINTS_LIMIT
    together = checking.LEDGER_LIMIT + checking.CHECKPOINTS_LIMIT + checking.OTHER_LIMIT
    for path in (PAGE, API):
        assert together < settings.LARGER_BODIES[path]


def test_a_guest_reads_the_page_in_another_language(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert 'name="language" value="uk"' in page
    client.post(reverse("set_language"), {"language": "uk", "next": PAGE})
    assert '<html lang="uk-UA"' in client.get(PAGE).content.decode()


def test_the_ways_to_it(client: Client) -> None:
    assert PAGE in client.get("/certificates/check/").content.decode()
    page = client.get(PAGE).content.decode()
    assert reverse("auctions:verifier") in page


def spoilt(table: Table, viewer: Viewer) -> tuple[bytes, int]:
    """No JSON any more: the last quotation mark of an entry is lost, so that readers stop in the
    entry behind it."""
    raw = table.export(viewer)
    seq = len(table.chains["ledger"]) - 3
    at = raw.index(f'"seq":{seq}}}'.encode(), raw.index(b'"entries":['))
    return raw[: at + 4] + b"_" + raw[at + 5 :], seq


@pytest.mark.parametrize("viewer", [FULL, OF_ALPHA], ids=["full", "participant"])
def test_of_a_file_that_is_no_json_any_more_the_entry_is_named(ours: Table, viewer: Viewer) -> None:
    changed, seq = spoilt(ours, viewer)
    answer = asked(changed)
    told = answer.json()
    assert answer.status_code == 200
    assert (told["passed"], told["export"], told["results"]) == (False, {}, [])
    failed = [each for each in told["findings"] if each["level"] == "failed"]
    assert [(each["chain"], each["seq"]) for each in failed] == [("ledger", seq)]
    assert failed[0]["text"].startswith(f"Entry {seq}: the file is no JSON there.")
    page = Client().post(PAGE, files(changed))
    assert page.status_code == 200
    assert f"Refused: entry {seq} does not fit." in page.content.decode()
    assert 'id="record-heading"' not in page.content.decode()


@pytest.mark.parametrize("viewer", [FULL, OF_ALPHA], ids=["full", "participant"])
def test_a_forged_receipt_and_other_terms_name_their_entries(ours: Table, viewer: Viewer) -> None:
    kept = ours.receipts[ALPHA][4]
    leaves = [entry.leaf.hex() for entry in ours.chains["ledger"]]
    seq = leaves.index(kept["leaf"]) + 1
    forged = {"receipts": [{**kept, "payload": "00" * 32}]}
    at = ours.export(viewer).rindex(b'"terms_hash":"') + 20
    raw = ours.export(viewer)
    other_terms = raw[:at] + (b"0" if raw[at : at + 1] != b"0" else b"1") + raw[at + 1 :]
    for ledger, given, named in ((raw, forged, seq), (other_terms, {}, 1)):
        told = asked(ledger, **given).json()
        failed = [each for each in told["findings"] if each["level"] == "failed"]
        assert (failed[0]["chain"], failed[0]["seq"]) == ("ledger", named)
        assert f"Entry {named}" in failed[0]["text"]
        page = Client().post(PAGE, files(ledger, **given)).content.decode()
        assert f"Refused: entry {named} does not fit." in page
