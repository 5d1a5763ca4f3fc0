"""What an export says of itself, signed anew with the key: it cannot have less looked at."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.verify import verify
from tests.ledger import blame
from tests.ledger.case import ALPHA, FULL, play
from tests.ledger.test_verify import KEY, relinked, resealed, the_place_of

Document = dict[str, Any]
OF_ALPHA = Viewer(Scope.PARTICIPANT, ALPHA)
PUBLIC = Viewer(Scope.PUBLIC)
VIEWERS = pytest.mark.parametrize("viewer", [FULL, OF_ALPHA], ids=["full", "participant"])


def exported(viewer: Viewer = FULL, disclosure: Disclosure = Disclosure.BUYER) -> Document:
    document: Document = json.loads(play(disclosure=disclosure).export(viewer))
    return document | {"checkpoints": []}


def forged(viewer: Viewer = FULL) -> Document:
    """Lot 1 goes to who did not win it."""
    document = exported(viewer)
    for entry in document["entries"]:
        if entry.get("kind") == "lot_closed" and entry["body"]["lot"] == 1:
            entry["body"] |= {"seat": ALPHA, "amount": "94.00"}
    return relinked(document)


def closed(entry: Document) -> None:
    for name in ("salt", "recorded_at", "kind", "body"):
        del entry[name]


@pytest.mark.parametrize("version", [2, 0, -1, "", "1", None, True, [], {"1": 1}])
@VIEWERS
def test_rules_that_the_verifier_does_not_know_are_no_pass(viewer: Viewer, version: Any) -> None:
    found = blame.failures(resealed(exported(viewer) | {"rules_version": version}))
    assert blame.named_in(found) == [("ledger", 1)]
    assert "This verifier knows version 1 alone" in found[0].text


def test_a_forged_winner_is_not_saved_by_another_version_of_the_rules() -> None:
    document = forged()
    place = the_place_of(document, "lot_closed", lot=1)
    assert blame.named_in(blame.failures(resealed(document))) == [("ledger", place + 1)]
    assert not verify(resealed(document | {"rules_version": 2}), public_key=KEY).passed


@VIEWERS
def test_the_terms_closed_are_named(viewer: Viewer) -> None:
    document = forged(viewer)
    closed(document["entries"][0])
    found = blame.failures(resealed(document))
    assert blame.named_in(found) == [("ledger", 1)]
    assert found[0].text.startswith("Entry 1 is closed")


@pytest.mark.parametrize("viewer", [FULL, OF_ALPHA, PUBLIC], ids=["full", "participant", "public"])
def test_an_export_without_any_entry_is_refused(viewer: Viewer) -> None:
    document = exported(viewer) | {"entries": [], "attempts": []}
    assert blame.named_in(blame.failures(resealed(document)))[-1] == ("ledger", 1)
    heads = {"seq": 0, "attempts_seq": 0}
    for name, which in (("head", "ledger"), ("attempts_head", "attempts")):
        heads[name] = blame.origin(document["auction"], which)
    document["seal"]["heads"] = heads
    found = blame.failures(resealed(document))
    assert [(each.check, each.chain, each.seq) for each in found] == [("closed", "ledger", 1)]


def test_each_entry_that_a_full_export_closes_is_named() -> None:
    for name, which in (("entries", "ledger"), ("attempts", "attempts")):
        for place in range(len(exported()[name])):
            document = exported()
            closed(document[name][place])
            found = blame.failures(resealed(document))
            assert blame.named_in(found) == [(which, place + 1)], (name, place)
            assert found[0].check == "closed"


def test_a_public_export_closes_the_terms_together_with_everything_else_or_not_at_all() -> None:
    assert blame.failures(resealed(exported(PUBLIC))) == []
    for name in ("entries", "attempts"):
        document = exported(PUBLIC)
        document[name][-1] = exported()[name][-1]
        assert blame.named_in(blame.failures(resealed(document))) == [("ledger", 1)]
    document = exported(PUBLIC, Disclosure.PUBLIC)
    closed(document["entries"][0])
    assert blame.named_in(blame.failures(resealed(document))) == [("ledger", 1)]


@pytest.mark.parametrize(
    ("scope", "seat"),
    [("", None), ("all", None), ("full", ALPHA), ("public", ALPHA), ("participant", None),
     ("participant", ""), ("participant", 1), ("participant", [])],
)  # fmt: skip
def test_a_scope_that_there_is_not_is_refused(scope: str, seat: Any) -> None:
    found = blame.failures(resealed(exported(OF_ALPHA) | {"scope": scope, "seat": seat}))
    assert [each.check for each in found if each.check != "closed"] == ["form"]
