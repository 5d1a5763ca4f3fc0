"""The verifier's command line: ``verify EXPORT --key K --receipts R --checkpoints C``, or
``verify CERTIFICATE --key K --at DATE``: it tells by the file which of the two it was given.

Exit status: 0 everything fits, 1 something does not, 2 a file cannot be read, 3 what is open fits,
and what is closed could hold what would lead to another result.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from auctions.ledger import certificates
from auctions.ledger.exported import NotAnExport, parse_export
from auctions.ledger.report import Finding, Level, Report
from auctions.ledger.timestamps import tokens_of
from auctions.ledger.verify import verify
from crm_core.badges.certificate import NotACertificate, Outcome

FITS_AS_FAR_AS_OPEN = 3
LONGEST_TEXT = 500  # of a short report
_MARKS = {Level.OK: "ok    ", Level.NOTE: "note  ", Level.FAILED: "FAILED"}
# SubjectPublicKeyInfo of an Ed25519 key (RFC 8410) up to the 32 bytes of the key itself.
_SPKI = bytes.fromhex("302a300506032b6570032100")


class Unreadable(Exception):
    """A given file cannot be used; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify and print; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        content = _read(options.file)
        if certificates.is_certificate(content):
            return _certificate(content, options)
        report = verify(
            content,
            public_key=None if options.key is None else read_key(options.key),
            receipts=_read_all(options.receipts, "receipt"),
            checkpoints=_read_all(options.checkpoints, "checkpoint"),
            authorities=None if options.tsa_ca is None else Path(options.tsa_ca),
        )
        if options.save_tokens is not None and report.about:
            _save_tokens(content, Path(options.save_tokens))
    except NotACertificate as error:
        sys.stderr.write(f"{options.file} is no certificate: {error}.\n")
        return 2
    except (Unreadable, NotAnExport) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    told = _as_json(report, options.most) if options.json else _as_text(report)
    sys.stdout.write(_printable(told))
    if report.is_open_result:
        return FITS_AS_FAR_AS_OPEN
    return 0 if report.passed else 1


def _certificate(content: bytes, options: argparse.Namespace) -> int:
    if options.key is None:
        raise Unreadable("A certificate is checked with the platform's public key: give --key.")
    try:
        at = certificates.moment_of(options.at)
    except ValueError as error:
        raise Unreadable(f"{options.at} is no day: write it as 2027-01-31.") from error
    found, outcome = certificates.checked(content, read_key(options.key), at)
    told = (
        certificates.as_json(found, outcome)
        if options.json
        else certificates.as_text(found, outcome, at)
    )
    sys.stdout.write(told)
    return 0 if outcome is Outcome.VALID else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify",
        description="Check the exported ledger of a Fairfall auction, or a company's certificate.",
    )
    parser.add_argument(
        "file", metavar="FILE", help="the exported ledger; or a certificate, its JSON or its PDF"
    )
    parser.add_argument(
        "--key", metavar="K", help="the platform's public key: a file, or 64 hex digits"
    )
    parser.add_argument(
        "--receipts", metavar="R", action="append", default=[], help="receipts you were given"
    )
    parser.add_argument(
        "--checkpoints", metavar="C", action="append", default=[], help="checkpoints you were given"
    )
    parser.add_argument(
        "--at", metavar="DATE", help="of a certificate: as on this day, 2027-01-31; else today"
    )
    parser.add_argument(
        "--tsa-ca", metavar="PEM", help="certificates of the time stamp authority you trust"
    )
    parser.add_argument(
        "--save-tokens", metavar="FOLDER", help="write the time stamps there, for other programs"
    )
    parser.add_argument(
        "--most", metavar="N", type=int, help="with --json: so many findings, failures first"
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    return parser


def read_key(given: str) -> bytes:
    """32 bytes of a file (PEM, hex or raw) or of hex digits; raises Unreadable."""
    key = key_of(given.encode("utf-8"))
    if key is None:
        key = key_of(_read(given))
    if key is None:
        raise Unreadable(f"{given} holds no Ed25519 public key.")
    return key


def key_of(content: bytes) -> bytes | None:
    """The key that these bytes are (PEM, hex or raw), if they are one."""
    if len(content) == 32:
        return content
    try:
        text = content.decode("ascii").strip()
        if text.startswith("-----BEGIN PUBLIC KEY-----"):
            inner = "".join(text.splitlines()[1:-1])
            encoded = base64.b64decode(inner, validate=True)
            return encoded[12:] if len(encoded) == 44 and encoded.startswith(_SPKI) else None
        return bytes.fromhex(text) if len(text) == 64 else None
    except ValueError:
        return None


def _save_tokens(content: bytes, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for seq, token in tokens_of(parse_export(content, Report())):
            (folder / f"head-{seq}.tsr").write_bytes(token)
    except OSError as error:
        raise Unreadable(f"{folder}: {error.strerror}") from error


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Unreadable(f"{name}: {error.strerror}") from error


def _read_all(names: Sequence[str], kind: str) -> list[Any]:
    """Signed documents of files: one, a list of them, or one a line; bare or under ``kind``.

    A page of the API will do as well: its ``results`` are taken.
    """
    found: list[Any] = []
    for name in names:
        content = _read(name)
        try:
            parsed = json.loads(content)
        except (ValueError, RecursionError):
            try:
                parsed = [json.loads(line) for line in content.splitlines() if line.strip()]
            except (ValueError, RecursionError) as error:
                raise Unreadable(f"{name} is neither JSON nor a line of JSON each.") from error
        if isinstance(parsed, dict) and isinstance(parsed.get("results"), list):
            parsed = parsed["results"]
        found.extend(parsed if isinstance(parsed, list) else [parsed])
    return [item[kind] if isinstance(item, dict) and kind in item else item for item in found]


def _as_text(report: Report) -> str:
    lines = [f"{_MARKS[finding.level]}  {finding.text}" for finding in report.findings]
    verdict = "The export is sound." if report.passed else "The export is NOT sound."
    if report.is_open_result:
        verdict = "What is open in the export is sound, and its result as far as that tells."
    return "\n".join([*lines, verdict, ""])


def _printable(text: str) -> str:
    """What is given may hold halves of characters, which no terminal and no file can take."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _as_json(report: Report, most: int | None) -> str:
    document = {
        "passed": report.passed,
        "derived": report.derived,
        "export": report.about,
        "results": report.results,
        "findings": [asdict(finding) for finding in report.findings],
    }
    if most is not None:
        shown = _first(report.findings, most)
        document["findings"] = [asdict(finding) for finding in shown]
        document = {**_short(document, most), "left_out": len(report.findings) - len(shown)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _first(findings: Sequence[Finding], most: int) -> list[Finding]:
    """So many of them in their order, those that fail before any other."""
    failed_first = sorted(enumerate(findings), key=lambda each: each[1].level is not Level.FAILED)
    return [finding for _, finding in sorted(failed_first[:most], key=lambda each: each[0])]


def _short(value: Any, most: int) -> Any:
    """A document without the long texts and lists that a file may be crafted to hold."""
    if isinstance(value, dict):
        return {name: _short(each, most) for name, each in list(value.items())[:most]}
    if isinstance(value, list):
        return [_short(each, most) for each in value[:most]]
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT] + "…"
    return value
