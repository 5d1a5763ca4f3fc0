"""The verifier finds what was changed, and names it."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from functools import cache
from itertools import chain as chain_of
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain.terms import Disclosure
from auctions.ledger import chain
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exported import NotAnExport
from auctions.ledger.receipts import sign
from auctions.ledger.report import Finding, Level, Report
from auctions.ledger.verify import verify
from infra.keys import PlatformSigner
from kernel.canonical import canonical
from tests.ledger.case import (
    ALPHA,
    AUCTION,
    BRAVO,
    FULL,
    Table,
    play,
    signer,
)

GOLDEN = Path(__file__).parent.parent / "data" / "ledger-v1.json"
KEY = signer().public_key
Document = dict[str, Any]


@cache
def table(disclosure: Disclosure = Disclosure.BUYER) -> Table:
    return play(disclosure=disclosure)


def exported(viewer: Viewer = FULL) -> Document:
    document: Document = json.loads(table().export(viewer))
    return document


def packed(document: Document) -> bytes:
    return canonical(document) + b"\n"


def resealed(document: Document, key: PlatformSigner | None = None) -> bytes:
    """As an operator who holds the key could seal a changed document."""
    key = key or signer()
    content = {name: value for name, value in document.items() if name != "seal"}
    heads = dict(document["seal"]["heads"])
    for which, seq, head in (
        ("entries", "seq", "head"),
        ("attempts", "attempts_seq", "attempts_head"),
    ):
        if document[which]:
            heads[seq], heads[head] = len(document[which]), document[which][-1]["hash"]
    seal = {
        "type": "fairfall-export-1",
        "auction": document["auction"],
        "heads": heads,
        "content": hashlib.sha256(canonical(content)).hexdigest(),
    }
    return packed({**content, "seal": sign(seal, key)})


def relinked(document: Document, which: str = "entries") -> Document:
    """Every leaf and link made anew, as somebody would who rewrites history."""
    name = chain.LEDGER if which == "entries" else chain.ATTEMPTS
    previous = chain.origin(name, document["auction"])
    for seq, entry in enumerate(document[which], 1):
        entry["seq"] = seq
        leaf = bytes.fromhex(entry["leaf"])
        if "salt" in entry:  # of a closed entry nobody knows more than the leaf
            envelope = {
                "auction": document["auction"],
                "body": entry["body"],
                "kind": entry["kind"],
                "recorded_at": entry["recorded_at"],
                "seq": seq,
            }
            leaf = hashlib.sha256(bytes.fromhex(entry["salt"]) + canonical(envelope)).digest()
        previous = hashlib.sha256(previous + leaf).digest()
        entry["leaf"], entry["hash"] = leaf.hex(), previous.hex()
    return document


def failures(report: Report) -> list[Finding]:
    return [found for found in report.findings if found.level is Level.FAILED]


def the_place_of(document: Document, kind: str, **body: Any) -> int:
    for place, entry in enumerate(document["entries"]):
        if entry["kind"] == kind and body.items() <= entry["body"].items():
            return place
    raise AssertionError(f"no {kind} with {body}")


# What is sound -------------------------------------------------------------------------------


def test_the_golden_ledger_is_sound_for_ever() -> None:
    """The file was written once. If this fails, the format or the rules of old auctions changed."""
    raw = GOLDEN.read_bytes()
    assert (
        hashlib.sha256(raw).hexdigest()
        == "db732847e80aa0a0c9db176c37ae7b85fef3fe16260496d37e4dd75b56b59747"
    )

    report = verify(raw, public_key=KEY)

    assert failures(report) == []
    results = [found.text for found in report.findings if found.check == "result"]
    assert results[0] == "Lot 1: won by seat BRAVO at 93.00 EUR a unit."
    assert results[1] == "Lot 2: won by seat BRAVO at 0.950 EUR a unit."


def test_the_same_auction_gives_the_same_bytes() -> None:
    assert table().export() == GOLDEN.read_bytes()


@pytest.mark.parametrize("disclosure", Disclosure)
@pytest.mark.parametrize(
    "viewer",
    [
        FULL,
        Viewer(Scope.PARTICIPANT, ALPHA),
        Viewer(Scope.PARTICIPANT, BRAVO),
        Viewer(Scope.PUBLIC),
    ],
    ids=lambda viewer: viewer.seat or viewer.scope.value,
)
def test_what_the_platform_gave_out_fits(disclosure: Disclosure, viewer: Viewer) -> None:
    played = table(disclosure)
    kept = (
        played.receipts[viewer.seat] if viewer.seat else list(chain_of(*played.receipts.values()))
    )

    report = verify(
        played.export(viewer),
        public_key=KEY,
        receipts=kept,
        checkpoints=[signed for _, signed in played.checkpoints],
    )

    assert failures(report) == []


def test_what_could_not_be_looked_at_is_said() -> None:
    report = verify(table().export(Viewer(Scope.PARTICIPANT, ALPHA)))
    notes = " ".join(found.text for found in report.findings if found.level is Level.NOTE)
    assert "No key was given" in notes
    assert "entries could not be opened" in notes
    assert "Who won cannot be derived" in notes
    assert report.passed


# Tampering -----------------------------------------------------------------------------------


@settings(deadline=None)
@given(place=st.integers(0, len(table().export()) - 1), flip=st.integers(1, 255))
def test_any_one_byte_is_missed_by_nobody(place: int, flip: int) -> None:
    raw = bytearray(table().export())
    raw[place] ^= flip
    try:
        report = verify(bytes(raw), public_key=KEY)
    except NotAnExport:
        return
    assert not report.passed


@settings(deadline=None)
@given(st.data())
def test_a_changed_body_names_its_entry(data: st.DataObject) -> None:
    document = exported()
    which, name = data.draw(st.sampled_from([("entries", "Entry"), ("attempts", "Attempt")]))
    entry = data.draw(st.sampled_from(document[which]))
    entry["body"]["ref" if "ref" in entry["body"] else "added"] = "changed"

    found = failures(verify(packed(document), public_key=KEY))

    assert found[0].seq == entry["seq"]
    assert found[0].text.startswith(f"{name} {entry['seq']}")


def test_an_entry_removed_is_named() -> None:
    for place in range(len(exported()["entries"]) - 1):
        document = exported()
        del document["entries"][place]
        found = failures(verify(packed(document), public_key=KEY))
        assert (found[0].chain, found[0].seq) == ("ledger", place + 1)
        assert "missing" in found[0].text


def test_the_end_cut_off_is_noticed() -> None:
    document = exported()
    del document["entries"][-3:]
    texts = [found.text for found in failures(verify(packed(document), public_key=KEY))]
    assert "The export's content is not what was signed." in texts


def test_two_entries_swapped_are_named() -> None:
    document = exported()
    entries = document["entries"]
    entries[4], entries[5] = entries[5], entries[4]
    assert failures(verify(packed(document), public_key=KEY))[0].seq == 5

    document = exported()
    entries = document["entries"]
    entries[4], entries[5] = entries[5], entries[4]
    entries[4]["seq"], entries[5]["seq"] = 5, 6
    assert failures(verify(packed(document), public_key=KEY))[0].seq == 5


def test_a_closed_leaf_changed_is_named() -> None:
    document = exported(Viewer(Scope.PARTICIPANT, ALPHA))
    closed = next(entry for entry in document["entries"] if "body" not in entry)
    closed["leaf"] = "00" * 32
    found = failures(verify(packed(document), public_key=KEY))
    assert found[0].seq == closed["seq"]


def lower_the_winning_bid(document: Document) -> int:
    place = the_place_of(document, "bid_placed", ref="a5")
    document["entries"][place]["body"]["amount"] = "90.00"
    return the_place_of(document, "lot_closed", lot=1)  # a lawful bid, but then it would have won


def let_a_late_bid_in(document: Document) -> int:
    place = the_place_of(document, "bid_placed", ref="b5")
    document["entries"][place]["body"]["received_at"] = "2026-11-22T12:59:00.000000Z"
    return place


def draw_a_line_before_its_withdrawal(document: Document) -> int:
    place = the_place_of(document, "withdrawal_requested")
    document["entries"][place + 1]["body"]["at"] = "2026-11-22T10:00:00.000000Z"
    return place


def name_another_winner(document: Document) -> int:
    place = the_place_of(document, "lot_closed", lot=1)
    document["entries"][place]["body"] |= {"seat": ALPHA, "amount": "94.00"}
    return place


def skip_the_extension(document: Document) -> int:
    place = the_place_of(document, "deadline_moved", cause="soft_close")
    del document["entries"][place]
    return place  # what stands there now


def change_the_reserve(document: Document) -> int:
    place = the_place_of(document, "reserve_opened")
    document["entries"][place]["body"]["amount"] = "92.00"
    return place


def change_the_terms(document: Document) -> int:
    document["entries"][0]["body"]["terms"]["length"] = 60_000_000
    return 0


@pytest.mark.parametrize(
    "change",
    [
        lower_the_winning_bid,
        let_a_late_bid_in,
        draw_a_line_before_its_withdrawal,
        name_another_winner,
        skip_the_extension,
        change_the_reserve,
        change_the_terms,
    ],
    ids=lambda change: change.__name__,
)
def test_history_rewritten_by_the_platform_itself_breaks_the_rules(
    change: Callable[[Document], int],
) -> None:
    """With its own key and every hash made anew, only the replay can tell."""
    document = exported()
    place = change(document)
    document["checkpoints"] = []

    report = verify(resealed(relinked(document)), public_key=KEY)

    found = failures(report)
    assert [finding.check for finding in found] == ["replay"]
    assert found[0].seq == document["entries"][place]["seq"]


def test_history_rewritten_within_the_rules_is_told_by_receipts_and_checkpoints() -> None:
    """A refusal left out, lawful in itself and signed with the true key."""
    lawful = exported()
    lawful["attempts"].pop(0)
    lawful["checkpoints"] = []
    raw = resealed(relinked(lawful, "attempts"))
    kept = [signed for _, signed in table().checkpoints]

    assert verify(raw, public_key=KEY).passed
    by_receipt = verify(raw, public_key=KEY, receipts=table().receipts[BRAVO])
    assert "is missing from the attempts" in failures(by_receipt)[0].text
    by_checkpoint = verify(raw, public_key=KEY, checkpoints=kept)
    assert "history was changed" in failures(by_checkpoint)[0].text


def test_an_entry_put_before_a_checkpoint_later_is_found() -> None:
    document = exported()
    place = the_place_of(document, "message_posted", to="all")
    late = copy.deepcopy(document["entries"][place])
    document["entries"].insert(place, late)
    raw = resealed(relinked(document))
    found = failures(verify(raw, public_key=KEY))
    assert found[0].check == "checkpoint"


def test_a_chain_made_with_another_key_is_refused() -> None:
    forger = signer("forger")
    forged = play(key=forger)

    found = failures(verify(forged.export(), public_key=KEY))

    assert found[1].text.startswith("Entry 1: the terms pin the key")
    assert (found[1].chain, found[1].seq) == ("ledger", 1)
    # Without the true key the forgery is whole in itself, but no true receipt fits it.
    assert verify(forged.export()).passed
    assert not verify(forged.export(), receipts=table().receipts[ALPHA]).passed


def test_the_true_chain_sealed_with_another_key_names_the_pinned_one() -> None:
    forger = signer("forger")
    document = exported() | {"public_key": forger.public_key.hex()}
    found = failures(verify(resealed(document, forger)))
    assert found[0].seq == 1
    assert signer().key_id in found[0].text


# Receipts and checkpoints --------------------------------------------------------------------


def receipt(ref: str, party: str = ALPHA) -> Document:
    return next(dict(item) for item in table().receipts[party] if item["ref"] == ref)


def judged(*receipts: Document) -> list[Finding]:
    return failures(verify(table().export(), public_key=KEY, receipts=receipts))


@pytest.mark.parametrize("name", ["ref", "received_at", "leaf", "outcome", "party", "payload"])
def test_a_receipt_changed_after_signing_is_refused(name: str) -> None:
    other = receipt("a5") if name != "outcome" else {"outcome": "refused"}
    forged = receipt("a2") | {name: other[name]}
    if name == "party":
        forged["party"] = BRAVO
    assert "is not signed with this platform's key" in judged(forged)[0].text


def test_a_receipt_signed_with_another_key_is_refused() -> None:
    plain = {k: v for k, v in receipt("a2").items() if k not in ("key_id", "signature")}
    assert "is not signed" in judged(sign(plain, signer("forger")))[0].text


@pytest.mark.parametrize(
    ("changed", "odd"),
    [
        ({"ref": "other"}, "ref"),
        ({"party": BRAVO}, "party"),
        ({"received_at": "2026-11-22T12:03:59.000000Z"}, "received at"),
        ({"payload": "00" * 32}, "content"),
    ],
)
@pytest.mark.parametrize("ref", ["a2", "a1"], ids=["accepted", "refused"])
def test_a_signed_receipt_that_differs_from_its_entry_names_it(
    changed: Document, odd: str, ref: str
) -> None:
    """The platform confirmed one thing and recorded another."""
    plain = {k: v for k, v in receipt(ref).items() if k not in ("key_id", "signature")}
    found = judged(sign(plain | changed, signer()))
    assert found[0].text.endswith(f"has another {odd}.")
    assert found[0].seq is not None


def test_a_receipt_of_another_auction_or_of_nothing_is_refused() -> None:
    plain = {k: v for k, v in receipt("a2").items() if k not in ("key_id", "signature")}
    elsewhere = sign(plain | {"auction": str(AUCTION).replace("5", "6")}, signer())
    nothing = sign(plain | {"leaf": "11" * 32}, signer())
    assert "belongs to auction" in judged(elsewhere)[0].text
    assert "is missing from the ledger" in judged(nothing)[0].text
    assert "has exactly the fields" in judged({"ref": "a2"})[0].text


def test_a_checkpoint_is_compared_by_number() -> None:
    kept = [dict(signed) for _, signed in table().checkpoints]
    kept[1] |= {"number": 3}
    texts = [
        found.text for found in failures(verify(table().export(), public_key=KEY, checkpoints=kept))
    ]
    seq = table().checkpoints[2][0].heads.seq
    assert texts == [
        f"Given checkpoint 2 (number 3, after Entry {seq}) is not signed with this platform's key."
    ]


def test_a_checkpoint_as_the_live_protocol_sent_it_will_do() -> None:
    names = ("number", "at", "commitment", "key_id", "signature")
    kept = [
        {"type": "checkpoint", "cursor": 5, "prev": 4, **{name: signed[name] for name in names}}
        for _, signed in table().checkpoints
    ]
    report = verify(table().export(), public_key=KEY, checkpoints=kept)
    assert "All 4 checkpoints given stand in the export." in [f.text for f in report.findings]
    kept[0]["commitment"] = kept[1]["commitment"]
    assert failures(verify(table().export(), public_key=KEY, checkpoints=kept))


@pytest.mark.parametrize("part", ["salt", "head", "seq", "signature"])
def test_a_checkpoint_opened_otherwise_is_refused(part: str) -> None:
    document = exported()
    item = document["checkpoints"][1]
    if part == "salt":
        item["salt"] = "00" * 32
    elif part == "signature":
        item["signed"]["signature"] = "00" * 64
    else:
        item["heads"][part] = {"head": "00" * 32, "seq": 3}[part]
    found = failures(verify(resealed(document), public_key=KEY))
    assert found[0].text.startswith("Checkpoint 2")


# What is no export ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"not json", b'{"format": "fairfall-ledger-2"}', b"\xff\xfe", b"[" * 99999],
)
def test_other_files_are_said_to_be_no_export(raw: bytes) -> None:
    with pytest.raises(NotAnExport):
        verify(raw)


def test_a_name_twice_in_one_object_is_refused() -> None:
    raw = table().export().replace(b'"rules_version":1', b'"rules_version":1,"rules_version":1')
    (found,) = failures(verify(raw, public_key=KEY))
    assert found.text.startswith("The field scope: the file is no JSON there.")
    assert (found.chain, found.seq) == (None, None)


def answer_to(ref: str, party: str = ALPHA) -> Document:
    """What the live protocol gave for it: the receipt without what the client knows itself."""
    whole = receipt(ref, party)
    names = ("ref", "leaf", "id", "key_id", "signature", "received_at")
    kind = "ack" if whole["outcome"] == "accepted" else "refused"
    return {"type": kind, **{name: whole[name] for name in names}}


@pytest.mark.parametrize("viewer", [FULL, Viewer(Scope.PARTICIPANT, ALPHA)])
def test_answers_as_they_came_stand_for_receipts(viewer: Viewer) -> None:
    answers = [answer_to(ref) for ref in ("terms", "a0", "a1", "a2", "a3", "a4", "a5", "a6")]
    answers.append({"type": "ack", "ref": "again", "leaf": "", "id": ""})
    answers += [item for item in table().receipts["officer:buyer"] if item["ref"] == "o3"]
    report = verify(table().export(viewer), public_key=KEY, receipts=answers)
    assert failures(report) == []
    assert "All 9 receipts given stand in the chain." in [f.text for f in report.findings]


def test_an_answer_whose_payload_no_entry_keeps_is_only_noted() -> None:
    pause = answer_to("o3", "officer:buyer")
    report = verify(table().export(), public_key=KEY, receipts=[pause])
    assert report.passed
    assert "1 answers have their entry" in " ".join(found.text for found in report.findings)


def test_an_answer_changed_is_refused() -> None:
    assert "is not signed" in judged(answer_to("a2") | {"ref": "a9"})[0].text
    assert "is not signed" in judged(answer_to("a2") | {"leaf": receipt("a5")["leaf"]})[0].text
    assert "is missing" in judged(answer_to("a2") | {"leaf": "11" * 32})[0].text
    assert "has exactly" in judged({"ref": "a2"})[0].text
