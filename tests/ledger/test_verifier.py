"""The verifier as people run it: one file, a bare Python, no Django, no library."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from auctions.ledger.packing import build_verifier, verifier_bytes
from tests.ledger.case import ALPHA, FULL, play, signer


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_verifier(tmp_path_factory.mktemp("verifier"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    table = play()
    (folder / "export.json").write_bytes(table.export(FULL))
    (folder / "key.pem").write_bytes(table.key.public_pem)
    (folder / "key.hex").write_text(table.key.public_key.hex() + "\n")
    (folder / "key.raw").write_bytes(table.key.public_key)
    (folder / "other.hex").write_text(signer("forger").public_key.hex())
    receipts = table.receipts[ALPHA]
    (folder / "receipts.json").write_text(json.dumps(receipts))
    (folder / "page.json").write_text(json.dumps({"count": 9, "results": receipts}))
    lines = [json.dumps({"type": "ack", "receipt": receipt}) for receipt in receipts]
    (folder / "receipts.jsonl").write_text("\n".join(lines))
    checkpoints = [signed for _, signed in table.checkpoints]
    (folder / "checkpoints.json").write_text(json.dumps(checkpoints))
    return folder


def run(verifier: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """-I: no paths, no environment; -S: no site-packages."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(verifier), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_django_and_cryptography_are_out_of_its_reach(verifier: Path) -> None:
    bare = [sys.executable, "-I", "-S", "-c"]
    for module in ("django", "cryptography"):
        assert subprocess.run(
            [*bare, f"import {module}"], capture_output=True, check=False
        ).returncode
    names = zipfile.ZipFile(verifier).namelist()
    assert not [name for name in names if "models" in name or "store" in name or "keys" in name]


@pytest.mark.parametrize("key", ["key.pem", "key.hex", "key.raw"])
@pytest.mark.parametrize("receipts", ["receipts.json", "receipts.jsonl", "page.json"])
def test_a_sound_export(verifier: Path, files: Path, key: str, receipts: str) -> None:
    done = run(
        verifier,
        files,
        "export.json",
        *("--key", key),
        *("--receipts", receipts),
        *("--checkpoints", "checkpoints.json"),
    )
    assert done.returncode == 0, done.stderr
    assert "Lot 1: won by seat BRAVO at 93.00 EUR a unit." in done.stdout
    assert "All 9 receipts given stand in the chain." in done.stdout
    assert done.stdout.endswith("The export is sound.\n")


def test_a_changed_export(verifier: Path, files: Path, tmp_path: Path) -> None:
    changed = (files / "export.json").read_bytes().replace(b'"117.50"', b'"107.50"')
    (tmp_path / "changed.json").write_bytes(changed)
    done = run(verifier, files, str(tmp_path / "changed.json"), "--key", "key.hex", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["passed"] is False
    failed = [item for item in found["findings"] if item["level"] == "failed"]
    assert (failed[0]["check"], failed[0]["chain"]) == ("leaf", "ledger")
    assert failed[0]["text"] == f"Entry {failed[0]['seq']}: its content does not have its leaf."


@pytest.mark.parametrize("way", ["text", "json"])
def test_a_file_that_is_no_json_any_more_names_the_entry(
    verifier: Path, files: Path, tmp_path: Path, way: str
) -> None:
    """The quotation mark behind the number of entry 7: readers of JSON stop in entry 8."""
    raw = (files / "export.json").read_bytes()
    at = raw.index(b'"seq":7}', raw.index(b'"entries":['))
    (tmp_path / "changed.json").write_bytes(raw[: at + 4] + b"_" + raw[at + 5 :])
    given = ["--json"] if way == "json" else ["--save-tokens", str(tmp_path / "none")]
    done = run(verifier, files, str(tmp_path / "changed.json"), "--key", "key.hex", *given)
    assert (done.returncode, done.stderr) == (1, "")
    if way == "text":
        assert done.stdout.startswith("FAILED  Entry 7: the file is no JSON there.")
        assert done.stdout.endswith("The export is NOT sound.\n")
        return
    found = json.loads(done.stdout)
    assert (found["passed"], found["export"]) == (False, {})
    assert (found["findings"][0]["chain"], found["findings"][0]["seq"]) == ("ledger", 7)


def test_a_forged_receipt_names_its_entry(verifier: Path, files: Path, tmp_path: Path) -> None:
    kept = json.loads((files / "receipts.json").read_text())[4]
    (tmp_path / "forged.json").write_text(json.dumps({**kept, "ref": "another"}))
    leaves = [each["leaf"] for each in json.loads((files / "export.json").read_bytes())["entries"]]
    done = run(
        verifier, files, "export.json", "--key", "key.hex",
        "--receipts", str(tmp_path / "forged.json"),
    )  # fmt: skip
    assert done.returncode == 1
    about = f"about Entry {leaves.index(kept['leaf']) + 1}, is not signed"
    assert f"FAILED  Receipt {kept['id']} (ref another), {about}" in done.stdout


def test_another_key(verifier: Path, files: Path) -> None:
    done = run(verifier, files, "export.json", "--key", "other.hex")
    assert done.returncode == 1
    assert "FAILED  Entry 1: the terms pin the key" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("missing.json",),
        ("key.pem",),
        ("export.json", "--key", "export.json"),
        ("export.json", "--key", "0123"),
        ("export.json", "--receipts", "key.pem"),
        (),
    ],
)
def test_what_cannot_be_read(verifier: Path, files: Path, arguments: tuple[str, ...]) -> None:
    done = run(verifier, files, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_same_sources_give_the_same_file() -> None:
    assert verifier_bytes() == verifier_bytes()
