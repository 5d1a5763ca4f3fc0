"""Any one byte of an export changed: refused, and named is the very entry the byte lies in.

Of the full export and of a participant's, in every format; also where the file is no JSON any more,
whose readers stop later than at the byte that was changed.
"""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain.terms import Disclosure, Format
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exported import NotAnExport
from kernel.canonical import canonical
from tests.ledger.blame import CHAINS, STRUCTURE, failures, flipped, named_in, spans
from tests.ledger.case import ALPHA, FULL, play
from tests.ledger.tables import table_of
from tests.ledger.test_verify import resealed

every_format = pytest.mark.parametrize("name", Format)
both_exports = pytest.mark.parametrize("whose", ["full", "participant"])


@cache
def exported(name: Format | None, whose: str) -> bytes:
    """Whole, with its checkpoints; without a name the auction with refused attempts."""
    table = play() if name is None else table_of(name, Disclosure.BUYER)
    seat = ALPHA if name is None else list(table.state.seats)[-1]
    viewer = FULL if whose == "full" else Viewer(Scope.PARTICIPANT, seat)
    return table.export(viewer)


def check(raw: bytes, at: int, bits: int, named: tuple[str | None, int | None]) -> None:
    found = failures(flipped(raw, at, bits))
    told = [(each.check, each.text) for each in found]
    assert found, "it passes"
    assert (found[0].chain, found[0].seq) == named, told
    assert named_in(found) == [named], told


def check_any(raw: bytes, data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(spans(raw)))
    inside = range(span.start, span.end)
    structure = [at for at in inside if raw[at] in STRUCTURE]
    at = data.draw(st.sampled_from(inside) | st.sampled_from(structure))
    check(raw, at, data.draw(st.integers(1, 255)), span.named)


@every_format
@both_exports
@settings(max_examples=120)
@given(data=st.data())
def test_a_byte_of_an_entry_changed_names_that_entry(
    name: Format, whose: str, data: st.DataObject
) -> None:
    check_any(exported(name, whose), data)


@both_exports
@settings(max_examples=200)
@given(data=st.data())
def test_a_byte_of_an_attempt_or_a_text_in_another_script_changed_names_it(
    whose: str, data: st.DataObject
) -> None:
    check_any(exported(None, whose), data)


def test_whatever_stands_in_the_place_of_a_sign_of_the_form_names_the_entry() -> None:
    """Each of them in a few entries, to each other one and to what leads a text astray."""
    document = json.loads(exported(None, "participant"))
    closed = next(at for at, entry in enumerate(document["attempts"]) if "body" not in entry)
    document |= {"entries": document["entries"][:3], "attempts": document["attempts"][: closed + 2]}
    raw = resealed(document | {"checkpoints": []})
    count = 0
    for span in spans(raw):
        for at in range(span.start, span.end):
            if raw[at] not in STRUCTURE:
                continue
            for other in STRUCTURE + b"0. x\n\x00\xc3\xff":
                if other != raw[at]:
                    check(raw, at, raw[at] ^ other, span.named)
                    count += 1
    assert count > 1000


@pytest.mark.parametrize("name", [Format.ENGLISH, Format.SEALED_ROUNDS])
@both_exports
@settings(max_examples=150)
@given(data=st.data())
def test_a_byte_beside_the_entries_names_the_entry_it_speaks_of_and_no_other(
    name: Format, whose: str, data: st.DataObject
) -> None:
    """The auction is what both chains begin with, the hash of the terms speaks of their entry, a
    checkpoint of the entry after which it was taken; the rest of none."""
    raw = exported(name, whose)
    document = json.loads(raw)
    begins, at = {}, 0
    for field in sorted(document):
        begins[field] = range(at, at + len(field) + 4 + len(canonical(document[field])))
        at = begins[field].stop
    assert at == len(raw) - 2
    field = data.draw(st.sampled_from([each for each in document if each not in dict(CHAINS)]))
    at = data.draw(st.sampled_from(begins[field]))
    about = {
        "auction": {("ledger", 1), ("attempts", 1)},
        "terms_hash": {("ledger", 1)},
        "checkpoints": {("ledger", each["heads"]["seq"]) for each in document["checkpoints"]},
    }
    try:
        found = failures(flipped(raw, at, data.draw(st.integers(1, 255))))
    except NotAnExport:
        return  # what is no export names no entry
    assert found
    assert set(named_in(found)) <= about.get(field, set()), (field, at, found)


@both_exports
def test_another_hash_of_the_terms_names_their_entry(whose: str) -> None:
    for name in Format:
        raw = exported(name, whose)
        at = raw.rindex(b'"terms_hash":"') + len(b'"terms_hash":"')
        check(raw, at + 9, 1, ("ledger", 1))


@both_exports
def test_another_auction_named_leaves_no_chain_from_its_first_entry_on(whose: str) -> None:
    raw = exported(None, whose)
    at = raw.index(b'],"auction":"') + len(b'],"auction":"')
    found = failures(flipped(raw, at, 1))
    assert named_in(found) == [("ledger", 1), ("attempts", 1)]
