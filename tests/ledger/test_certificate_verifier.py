"""A certificate checked as partners check it: the one file, a bare Python, no site."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auctions.ledger import receipts
from auctions.ledger.packing import build_verifier
from crm_core.badges import certificate as form
from infra.keys import PlatformSigner
from kernel.canonical import canonical
from tests.ledger.test_verifier import run

KEY = PlatformSigner(Ed25519PrivateKey.from_private_bytes(b"p" * 32))
OTHER = PlatformSigner(Ed25519PrivateKey.from_private_bytes(b"o" * 32))


def document(**changes: Any) -> dict[str, Any]:
    """What a certificate says, without its signature."""
    facet = {
        "facet": "identity", "by": "two_verifiers", "verified_at": "2026-11-01T10:00:00.000000Z",
        "valid_until": "2027-10-31",
        "checked": {
            "numbers": [{"scheme": "EE-RIK", "value": "12345678"}],
            "documents": ["registry_extract"],
            "screening": {"outcome": "clear", "lists": ["eu", "un"]},
        },
    }  # fmt: skip
    bank = {**facet, "facet": "bank", "valid_until": "2027-01-31"}
    return {
        "type": form.TYPE, "number": "FC-20261102-0A1B2C3D",
        "issued_at": "2026-11-02T08:00:00.000000Z", "valid_until": "2027-10-31",
        "issuer": {"name": "Fairfall Operations", "site": "https://fairfall.example"},
        "page": "https://fairfall.example/companies/6f0c/", "facets": [facet, bank],
        "company": {
            "id": "01936d3c-0000-7000-8000-000000000000", "country": "EE", "sides": ["sells"],
            "names": {"legal": "Põhja Teras OÜ", "latin": "Pohja Teras OU"},
            "register": {"scheme": "EE-RIK", "value": "12345678"},
        },
        **changes,
    }  # fmt: skip


def pdf(*attachments: bytes) -> bytes:
    """As much of a PDF as is looked at: streams, packed or not."""
    streams = (b"1 0 obj\n<<>>\nstream\r\n" + each + b"\nendstream\n" for each in attachments)
    return b"%PDF-1.7\n" + b"".join(streams) + b"%%EOF\n"


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_verifier(tmp_path_factory.mktemp("verifier"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    content = form.sign(document(), KEY)
    said = json.loads(content)
    altered = content.replace(b"2027-10-31", b"2037-10-31")
    posing = {**document(), "key_id": KEY.key_id}
    posing["signature"] = OTHER.sign(form.signed_bytes(posing)).hex()
    other = form.sign(document(number="FC-20261102-FFFFFFFF"), KEY)
    written = {
        "platform.pem": KEY.public_pem, "other.pem": OTHER.public_pem,
        "certificate.json": content, "altered.json": altered,
        "spaced.json": json.dumps(said, indent=1).encode(),
        "foreign.json": form.sign(document(), OTHER), "posing.json": canonical(posing),
        "receipt.json": canonical(receipts.sign(document(), KEY)),
        "plain.pdf": pdf(b"BT ET", content), "packed.pdf": pdf(zlib.compress(content)),
        "two.pdf": pdf(content, zlib.compress(other)), "none.pdf": pdf(b"BT ET"),
        "altered.pdf": pdf(altered), "bomb.pdf": pdf(zlib.compress(b"\0" * 50_000_000)),
        "nonsense.json": b"\xff\x00 nothing", "empty.json": b"",
    }  # fmt: skip
    for name, each in written.items():
        (folder / name).write_bytes(each)
    return folder


@pytest.mark.parametrize("name", ["certificate.json", "plain.pdf", "packed.pdf"])
def test_a_sound_certificate(verifier: Path, files: Path, name: str) -> None:
    done = run(verifier, files, name, "--key", "platform.pem", "--at", "2026-12-01")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("VALID")
    for told in ("Põhja Teras OÜ", "EE-RIK 12345678", "registry_extract", "clear (eu, un)",
                 "decided by two verifiers", "A later suspension"):  # fmt: skip
        assert told in done.stdout


@pytest.mark.parametrize(
    ("name", "key", "at", "word"),
    [
        ("altered.json", "platform.pem", "2026-12-01", "ALTERED"),
        ("altered.pdf", "platform.pem", "2026-12-01", "ALTERED"),
        ("posing.json", "platform.pem", "2026-12-01", "ALTERED"),
        ("receipt.json", "platform.pem", "2026-12-01", "ALTERED"),
        ("foreign.json", "platform.pem", "2026-12-01", "FOREIGN KEY"),
        ("certificate.json", "other.pem", "2026-12-01", "FOREIGN KEY"),
        ("certificate.json", "platform.pem", "2027-11-01", "EXPIRED"),
        ("certificate.json", "platform.pem", "2026-11-01", "NOT YET"),
    ],
)
def test_what_is_not_in_order(
    verifier: Path, files: Path, name: str, key: str, at: str, word: str
) -> None:
    done = run(verifier, files, name, "--key", key, "--at", at)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(word)
    # What nobody signed is not repeated.
    assert ("Põhja" in done.stdout) == (word in ("EXPIRED", "NOT YET"))
    as_json = json.loads(run(verifier, files, name, "--key", key, "--at", at, "--json").stdout)
    assert as_json["passed"] is False
    assert as_json["outcome"].replace("_", " ").upper() == word


def test_the_last_day_counts_and_a_facet_that_ended_is_named(verifier: Path, files: Path) -> None:
    done = run(verifier, files, "certificate.json", "--key", "platform.pem", "--at", "2027-10-31")
    assert done.returncode == 0
    assert "bank: EXPIRED, was valid until 2027-01-31" in done.stdout


@pytest.mark.parametrize(
    "name", ["spaced.json", "two.pdf", "none.pdf", "bomb.pdf", "nonsense.json", "empty.json"]
)
def test_what_is_no_certificate(verifier: Path, files: Path, name: str) -> None:
    done = run(verifier, files, name, "--key", "platform.pem")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_it_asks_for_the_key_and_for_a_day(verifier: Path, files: Path) -> None:
    done = run(verifier, files, "certificate.json")
    assert done.returncode == 2
    assert "--key" in done.stderr
    done = run(verifier, files, "certificate.json", "--key", "platform.pem", "--at", "tomorrow")
    assert done.returncode == 2
    assert "tomorrow is no day" in done.stderr
