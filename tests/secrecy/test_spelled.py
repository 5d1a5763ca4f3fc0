"""That the search finds a secret however it is written, and nothing else."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook

from tests.secrecy.spelled import Hidden, Secret, of_bytes, text_of
from ui.formatting import figure

ONE = Secret("one", Decimal("748391.270653"))
HIDDEN = Hidden([ONE, Secret("other", Decimal("839204.175028"))])


@pytest.mark.parametrize(
    "text",
    [
        "748391.270653", "748391,270653", "748 391,270653", "748\u00a0391,27", "748\u202f391.27",
        "748,391.27", "748.391,27", "748’391.27", "748&nbsp;391,27", r"748\u00a0391,27",
        "74839127", "748391270653", '{"amount": 748391.270653}', "EUR 748391.27", "x748391.270653y",
        "74,839,127.07", "7483912.71", b"748391.270653".hex(), "a,748391.270653,1",
        *(base64.b64encode(b"ab"[:n] + b"748391.270653}").decode() for n in range(3)),
        json.dumps(json.dumps({"amount": "748391.270653"})),
    ],
)  # fmt: skip
def test_it_is_found(text: str) -> None:
    assert HIDDEN.told_by(text) == {"one"}


def test_it_is_found_rounded_up() -> None:
    assert HIDDEN.told_by("839\u00a0204,18") == {"other"}


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_it_is_found_as_the_pages_write_it(language: str) -> None:
    with translation.override(language):
        for scale in (2, 6):
            assert HIDDEN.told_by(f"<td>{figure(ONE.amount, scale, scale)}</td>") == {"one"}


def test_it_is_found_in_a_spreadsheet() -> None:
    book = Workbook()
    book.active.append(["Amount", 748391.270653])
    file = BytesIO()
    book.save(file)
    assert HIDDEN.told_by(text_of(file.getvalue())) == {"one"}


@pytest.mark.parametrize(
    "text", ["", "748391", "0.748391", "12:30:07.483912", "748 392", "1748391.27", "f74839127e"]
)
def test_nothing_else_is(text: str) -> None:
    assert HIDDEN.told_by(text) == set()


SEED = bytes(range(224, 256))  # in base64 with both signs that addresses spell otherwise


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (rf"\\x00{SEED.hex()}00", "hex"),
        (SEED.hex().upper(), "HEX"),
        (str({"seed": int.from_bytes(SEED)}), "number"),
        (repr(b"before" + SEED + b"after"), "raw"),
        (f"{SEED.hex()}".encode().hex(), "hex of hex"),
        (base64.b64encode(SEED).hex(), "hex of base64, 0"),
        *((base64.b64encode(b"ab"[:n] + SEED + b"c").decode(), f"base64, {n}") for n in range(3)),
        (base64.urlsafe_b64encode(b"a" + SEED).decode(), "url base64, 1"),
    ],
)
def test_bytes_are_found(text: str, how: str) -> None:
    assert how in Hidden([], of_bytes(SEED)).told_by(text)
    assert Hidden([], of_bytes(bytes(reversed(SEED)))).told_by(text) == set()
