"""Ledgers that were written once, of every format: they are verified for ever, byte for byte.

Each is an auction of tests.ledger.tables as it was exported when the format's ledger was pinned. If
one fails, the format of ledgers or the rules of old auctions changed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from auctions.domain.terms import Format
from auctions.ledger.report import Derived, Level
from auctions.ledger.verify import verify
from tests.ledger.case import signer

DATA = Path(__file__).parent.parent / "data"
KEY = signer().public_key
# SHA-256 of the file, and what lot 1 came to. The winner is the same bot in all.
WRITTEN = {
    Format.SEALED: ("4da9f4749c8c699c5cfbc82167d6f87e76876260a41dd0adb1d3571539e58e53", "797.42"),
    Format.VICKREY: ("d460205f8acb25951255b0e6cb6d309eb37a628db2f250a5af36c705dfa3256f", "829.90"),
    Format.DUTCH: ("88b3f8f6a2b6ea714e51d891ef8f8b31af173ff7702f9a247f9be2a6c58daf88", "769.68"),
    Format.JAPANESE: ("4684cd464c940da8d1c9fb7f1a27ef6546c571ff87d9575f2954f9fe4adaeeae", "826.39"),
    Format.TURNS: ("83c21774f1de0ff9a791a91b0a5a47e09d7a7f56327a282d35372e335003c5f2", "830.14"),
    Format.OPEN_CLOSED: (
        "a820675f04d5a3743bb50c13b2b4832c5b6f1baa985d0bdef18bf8d6e58f9376",
        "776.38",
    ),
    Format.BUDGET: ("7aa19cbe963d73241acebd6377b6d2d867e67ddd582affa9479fd8861ea701ac", "122"),
}
ELSEWHERE = {
    Format.ENGLISH: "ledger-v1.json",  # test_verify
    Format.SEALED_ROUNDS: "ledger-sealed-rounds-v1.json",  # test_opening_roles
}


def file_of(name: Format) -> Path:
    return DATA / ELSEWHERE.get(name, f"ledger-{name.value.replace('_', '-')}-v1.json")


@pytest.mark.parametrize("name", WRITTEN)
def test_an_old_ledger_is_sound_and_its_result_the_same_for_ever(name: Format) -> None:
    raw = file_of(name).read_bytes()
    digest, amount = WRITTEN[name]
    assert hashlib.sha256(raw).hexdigest() == digest
    report = verify(raw, public_key=KEY)
    assert [each for each in report.findings if each.level is Level.FAILED] == []
    assert report.derived is Derived.ANEW
    (result,) = report.results
    assert (result["seat"], result["outcome"]) == ("B1", "won")
    assert result["quantity" if name is Format.BUDGET else "price"] == amount


def test_of_every_format_there_is_an_old_ledger() -> None:
    assert {*WRITTEN, *ELSEWHERE} == set(Format)
    for name in Format:
        assert f'"format":"{name.value}"' in file_of(name).read_text("utf-8")
