"""Time stamps in an export: read by the verifier alone, checked with the library and by openssl."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from auctions.ledger.disclosure import build_export
from auctions.ledger.packing import build_verifier
from auctions.ledger.report import Level, Report
from auctions.ledger.timestamps import timestamp_document
from auctions.ledger.tokens import TokenBad, token_info
from auctions.ledger.verify import verify
from infra import timestamping
from tests.ledger.case import AUCTION, FULL, Table, play
from tests.time_stamps import authority

SEQ = 20


@dataclass
class Stamped:
    """A small ledger whose head after one entry was stamped by openssl."""

    table: Table
    head: bytes
    token: bytes
    ca: Path
    other_ca: Path

    def export(self, **changes: Any) -> bytes:
        stamp = timestamp_document(
            seq=SEQ, head=self.head, authority="http://tsa.example", token=self.token
        )
        return build_export(
            auction=str(AUCTION), state=self.table.state, rules_version=1, viewer=FULL,
            entries=self.table.chains["ledger"], attempts=self.table.chains["attempts"],
            checkpoints=self.table.checkpoints, public_key=self.table.key.public_key,
            signer=self.table.key, exported_at=self.table.now,
            timestamps=[stamp | changes],
        )  # fmt: skip


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory) -> Stamped:
    table = play()
    before, entry = table.chains["ledger"][SEQ - 2 : SEQ]
    folder, other = tmp_path_factory.mktemp("tsa"), tmp_path_factory.mktemp("other")
    with authority(folder) as here:
        token = timestamping.ask(before.hash + entry.leaf, url=here.url)
        assert entry.hash in here.asked[0]
    with authority(other):
        pass
    return Stamped(table, entry.hash, token, folder / "ca.pem", other / "ca.pem")


def said(report: Report) -> list[tuple[Level, str]]:
    return [(each.level, each.text) for each in report.findings if each.check == "timestamp"]


def test_the_head_is_stamped_and_the_authority_vouches_for_it(stamped: Stamped) -> None:
    report = verify(stamped.export(), authorities=stamped.ca)
    assert report.passed
    (first, words), second = said(report)
    assert first is Level.OK
    assert words.startswith(f"The head after entry {SEQ} was stamped 20")
    assert second == (Level.OK, "Time stamp 1 is signed by the authority given.")


def test_another_authority_does_not(stamped: Stamped) -> None:
    report = verify(stamped.export(), authorities=stamped.other_ca)
    assert not report.passed
    assert "is not signed by the authority" in said(report)[-1][1]


def test_without_its_certificate_that_is_said(stamped: Stamped) -> None:
    report = verify(stamped.export())
    assert report.passed
    assert "was not checked" in said(report)[-1][1]


def test_openssl_says_the_same(stamped: Stamped, tmp_path: Path) -> None:
    (tmp_path / "head.tsr").write_bytes(stamped.token)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-digest", stamped.head.hex(), "-in", "head.tsr",
         "-CAfile", str(stamped.ca)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_bare_python_reads_it_and_says_what_it_cannot_check(
    stamped: Stamped, tmp_path: Path
) -> None:
    verifier = build_verifier(tmp_path)
    (tmp_path / "export.json").write_bytes(stamped.export())
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(verifier), "export.json", "--tsa-ca", str(stamped.ca),
         "--save-tokens", "tokens"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"The head after entry {SEQ} was stamped" in done.stdout
    assert "could not be checked: the Python package rfc3161-client is not" in done.stdout
    assert (tmp_path / "tokens" / f"head-{SEQ}.tsr").read_bytes() == stamped.token


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seq": SEQ + 1}, f"Entry {SEQ + 1} does not have the head named"),
        ({"seq": 0}, "does not have the head named"),
        ({"head": "00" * 32}, f"Entry {SEQ} does not have the head named"),
        ({"token": "AAAA"}, "it is no time stamp"),
        ({"token": "no base64"}, "its token is not base64"),
        ({"more": 1}, "it has four parts"),
    ],
)
def test_a_stamp_of_something_else_is_refused(
    stamped: Stamped, changes: dict[str, Any], words: str
) -> None:
    report = verify(stamped.export(**changes), authorities=stamped.ca)
    assert not report.passed
    assert words in said(report)[0][1]


def test_a_stamp_of_another_entry_is_refused(stamped: Stamped) -> None:
    other = stamped.table.chains["ledger"][SEQ]
    report = verify(stamped.export(seq=SEQ + 1, head=other.hash.hex()))
    assert f"Time stamp 1 is not about entry {SEQ + 1}." == said(report)[0][1]


def test_any_byte_of_what_is_signed_changed_is_found(stamped: Stamped) -> None:
    """Of the token's own bytes; those around it, the certificate's among them, may be padding."""
    at = stamped.token.index(stamped.head)
    for place in range(at - 20, at + 60):
        changed = bytearray(stamped.token)
        changed[place] ^= 1
        token = base64.b64encode(bytes(changed)).decode()
        report = verify(stamped.export(token=token), authorities=stamped.ca)
        assert not report.passed, place


@pytest.mark.parametrize("cut", [1, 3, 10, 40, 200])
def test_a_token_cut_off_is_no_time_stamp(stamped: Stamped, cut: int) -> None:
    with pytest.raises(TokenBad):
        token_info(stamped.token[:-cut])


def test_exports_without_any_are_as_before() -> None:
    assert "timestamps" not in json.loads(play().export())
