"""What entries hold, signed anew by who has the key: times, references, and forms of any kind."""

from __future__ import annotations

import copy
import json
import tracemalloc
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain.codec import BodyMalformed, from_body
from auctions.domain.events import BidPlaced
from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exported import NotAnExport
from auctions.ledger.verifier import main
from auctions.ledger.verify import verify
from kernel.canonical import NotCanonical, canonical
from tests.ledger import blame
from tests.ledger.case import ALPHA, FULL, Table, play
from tests.ledger.test_verify import KEY, relinked, resealed, the_place_of

Document = dict[str, Any]
VIEWERS = (FULL, Viewer(Scope.PARTICIPANT, ALPHA), Viewer(Scope.PUBLIC))
every_viewer = pytest.mark.parametrize("viewer", VIEWERS[:2], ids=["full", "participant"])


@cache
def table(disclosure: Disclosure = Disclosure.BUYER) -> Table:
    return play(disclosure=disclosure)


def exported(viewer: Viewer = FULL, disclosure: Disclosure = Disclosure.BUYER) -> Document:
    document: Document = json.loads(table(disclosure).export(viewer))
    return document | {"checkpoints": []}


def signed_anew(document: Document) -> bytes:
    return resealed(relinked(relinked(document), "attempts"))


# Times and references ------------------------------------------------------------------------


@every_viewer
def test_nothing_was_received_or_done_after_it_was_recorded(viewer: Viewer) -> None:
    found = 0
    for name, which in (("entries", "ledger"), ("attempts", "attempts")):
        for place, entry in enumerate(exported(viewer)[name]):
            for field in {"received_at", "at"} & entry.get("body", {}).keys():
                document = exported(viewer)
                body = document[name][place]["body"]
                body[field] = "2030" + body[field][4:]
                failed = blame.failures(signed_anew(document))
                assert blame.named_in(failed) == [(which, place + 1)], (name, place)
                assert "after it was recorded" in failed[0].text
                found += 1
    assert found > 10


def test_the_very_moment_of_the_record_is_no_moment_after_it() -> None:
    document = exported()
    place = the_place_of(document, "message_posted", to="all")
    entry = document["entries"][place]
    entry["body"]["received_at"] = entry["recorded_at"]
    assert blame.failures(signed_anew(document)) == []
    late = entry["recorded_at"].replace("000Z", "001Z")
    assert late != entry["recorded_at"]
    entry["body"]["received_at"] = late
    assert blame.named_in(blame.failures(signed_anew(document))) == [("ledger", place + 1)]


@every_viewer
def test_a_reference_that_its_party_used_before_is_refused(viewer: Viewer) -> None:
    document = exported(viewer)
    place = the_place_of_open(document, ref="a5")
    document["entries"][place]["body"]["ref"] = "a2"
    found = blame.failures(signed_anew(document))
    assert blame.named_in(found) == [("ledger", place + 1)]
    assert "used the reference before" in found[0].text
    document = exported(viewer)
    own = [seq for seq, each in enumerate(document["attempts"], 1) if "body" in each]
    body = document["attempts"][own[-1] - 1]["body"]
    assert body["party"] == ALPHA
    body["ref"] = body["command"]["fields"]["ref"] = "a2"  # which an entry of the ledger has
    assert blame.named_in(blame.failures(signed_anew(document))) == [("attempts", own[-1])]


def the_place_of_open(document: Document, **body: Any) -> int:
    entries = enumerate(document["entries"])
    return next(at for at, each in entries if body.items() <= each.get("body", {}).items())


# Forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["1e999999999", "-1E+999999999", "1" * 129, "1." + "0" * 129, "NaN", "sNaN", "Infinity", "1_0",
     " 1", "\u0661", "", "01", "1."],
)  # fmt: skip
def test_what_is_no_plain_decimal_is_refused_before_it_is_a_number(text: str) -> None:
    document = exported()
    place = the_place_of(document, "bid_placed")
    document["entries"][place]["body"]["amount"] = text
    tracemalloc.start()
    try:
        with pytest.raises(BodyMalformed) as refused:
            from_body(BidPlaced, document["entries"][place]["body"])
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert "decimal: " in str(refused.value)
    assert len(str(refused.value)) < 100
    found = blame.failures(signed_anew(document))
    assert blame.named_in(found) == [("ledger", place + 1)]


OTHERS: list[Any] = [
    None, True, False, 0, -1, 1, 2**53 - 1, "", "x", "-1", "9" * 128, "0." + "0" * 127 + "1",
    "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00.000000Z", "é", [], [1], ["x"], [[]], {},
    {"a": 1},
]  # fmt: skip
GONE = object()


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [at]
    for name, each in inner:
        deeper = isinstance(each, dict | list)
        found += paths(each, (*at, name)) if deeper else [(*at, name)]
    return found


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for name in path[:-1]:
        document = document[name]
    if value is GONE:
        del document[path[-1]]
    else:
        document[path[-1]] = value


@cache
def subjects(which: int, disclosure: Disclosure) -> tuple[Document, list[tuple[Any, ...]]]:
    """All that is handed to the verifier, and the paths to everything in it."""
    played = table(disclosure)
    whole = {
        "export": json.loads(played.export(VIEWERS[which])),
        "receipts": [each for kept in played.receipts.values() for each in kept][:4],
        "checkpoints": [signed for _, signed in played.checkpoints][:2],
    }
    whole["export"]["checkpoints"] = whole["export"]["checkpoints"][:1]
    return whole, [path for path in paths(whole) if len(path) > 1]


@settings(deadline=None, max_examples=250)
@given(
    data=st.data(),
    which=st.integers(0, 2),
    disclosure=st.sampled_from(Disclosure),
    anew=st.sampled_from(["signed", "plain", "bare"]),
)
def test_whatever_stands_in_a_field_the_verifier_tells_and_does_not_break_off(
    data: st.DataObject, which: int, disclosure: Disclosure, anew: str
) -> None:
    whole, known = subjects(which, disclosure)
    whole = copy.deepcopy(whole)
    put(whole, data.draw(st.sampled_from(known)), data.draw(st.sampled_from([*OTHERS, GONE])))
    looked_at(whole, anew)


def looked_at(whole: Document, anew: str) -> None:
    document = whole["export"]
    try:
        raw = canonical(document) + b"\n"
        if anew != "plain":
            document = document if anew == "signed" else document | {"checkpoints": []}
            raw = signed_anew(document)
    except (AttributeError, KeyError, NotCanonical, TypeError, ValueError):
        pass  # nobody could sign it: it is looked at as it stands
    try:
        verify(raw, public_key=KEY, receipts=whole["receipts"], checkpoints=whole["checkpoints"])
    except NotAnExport:
        pass


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("export", "checkpoints", 0, "signed", "number"), []),
        (("export", "entries", 6, "body", "seat"), []),
        (("export", "attempts", 0, "body", "after"), []),
        (("export", "attempts", 0, "body", "code"), 1),
        (("export", "attempts", 0, "body", "command"), [1]),
        (("export", "attempts", 0, "body", "command", "name"), []),
        (("export", "entries", 4, "body", "version"), [None]),
        (("export", "entries", 9, "body", "lot"), 99),
    ],
)
@pytest.mark.parametrize("which", [0, 1])
def test_fields_at_which_the_verifier_once_broke_off(
    which: int, path: tuple[Any, ...], value: Any
) -> None:
    for anew in ("signed", "plain", "bare"):
        whole = copy.deepcopy(subjects(which, Disclosure.BUYER)[0])
        if path not in paths(whole):
            continue  # closed to a participant
        put(whole, path, value)
        looked_at(whole, anew)


@pytest.mark.parametrize("depth", [200, 900, 5_000, 100_000])
def test_however_deep_a_file_is_nested_it_is_told(depth: int, tmp_path: Any) -> None:
    deep = "[" * depth + "]" * depth
    raw = table().export().decode()
    ledger, receipts = tmp_path / "ledger.json", tmp_path / "receipts.json"
    ledger.write_text(raw.replace('"seat":null', f'"seat":{deep}'))
    receipts.write_text(deep)
    assert main([str(ledger), "--key", KEY.hex()]) in (1, 2)
    ledger.write_text(raw)
    assert main([str(ledger), "--key", KEY.hex(), "--receipts", str(receipts)]) in (1, 2)


def test_half_a_character_in_a_receipt_is_printed_as_what_it_is(tmp_path: Any, capsys: Any) -> None:
    ledger, receipts = tmp_path / "ledger.json", tmp_path / "receipts.json"
    ledger.write_bytes(table().export())
    receipts.write_text(json.dumps([table().receipts[ALPHA][0] | {"ref": "\ud800"}]))
    given_them = [str(ledger), "--key", KEY.hex(), "--receipts", str(receipts)]
    assert main(given_them) == 1
    assert "\\ud800" in capsys.readouterr().out
    assert main([*given_them, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["passed"] is False
