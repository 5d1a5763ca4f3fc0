"""Checking a ledger, one that somebody brings along or one of our own: the verifier, run for them.

It runs in a process of its own, the last in the queue for the processor: neither what a stranger
uploads nor a month of checkpoints may slow down an auction. What is uploaded is not kept.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.core.files import File

from auctions.ledger.report import Derived, Finding, Level, Report
from auctions.ledger.verifier import FITS_AS_FAR_AS_OPEN, key_of
from infra.keys import KeyMissing, key_ring
from kernel.errors import FairfallError, Kind
from kernel.signing import key_id_of

# A checkpoint each minute for thirty days: 43 200 of some 700 bytes in the ledger, of some 400 as
# they are kept. In bytes; all three and the form around them have to fit into LEDGER_CHECK_BODY.
LEDGER_LIMIT = 40 * 1024 * 1024
CHECKPOINTS_LIMIT = 24 * 1024 * 1024
OTHER_LIMIT = 2 * 1024 * 1024
MOST_FINDINGS = 200  # the verifier at home tells all
SECONDS = 60  # such a month takes some eight of the processor's
AT_ONCE = 2  # in one process, and as many of our own
_WAIT = 5.0
_MEMORY = 1024**3
_STATED_KEY = re.compile(rb'"public_key":"([0-9a-f]{64})"')
_RUN = (
    "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
    "import os; os.nice(15)\n"
    "import resource\n"
    f"resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))\n"
    "from auctions.ledger.verifier import main\n"
    "raise SystemExit(main(sys.argv[1:]))\n"
)
_room = BoundedSemaphore(AT_ONCE)
_own_room = BoundedSemaphore(AT_ONCE)  # strangers keep no participant waiting


class CheckTooLarge(FairfallError):
    """The page takes so much; the verifier takes any size on one's own computer."""

    code = "ledger_check.too_large"
    kind = Kind.TOO_LARGE
    text = "This file is larger than {limit_mb} MB. Check it with the verifier on your computer."


class NotALedger(FairfallError):
    """The file is no export of a ledger."""

    code = "ledger_check.not_a_ledger"
    text = "This is not the exported ledger of an auction. {why}"


class ProofUnreadable(FairfallError):
    """Receipts or checkpoints were given in another form."""

    code = "ledger_check.unreadable"
    text = "This file holds neither JSON nor a line of JSON each."


class KeyUnreadable(FairfallError):
    code = "ledger_check.key_unreadable"
    text = "This is no public key: paste the PEM text, or 64 hexadecimal digits."


class CheckTooLong(FairfallError):
    """The verifier did not come to an end in the time that this page gives it."""

    code = "ledger_check.too_long"
    kind = Kind.TOO_LARGE
    text = "The check took too long. Check it with the verifier on your computer."


class ChecksBusy(FairfallError):
    code = "ledger_check.busy"
    kind = Kind.UNAVAILABLE
    text = "Others are checking ledgers at the moment. Try again in a minute."


@dataclass(frozen=True, slots=True)
class Checked:
    """What the verifier found, and whose key the signatures were compared with."""

    report: Report
    key_id: str
    key_from: str  # "given", "platform", or "export": the file's own word for it
    left_out: int  # further findings

    @property
    def is_ours(self) -> bool:
        """Whether a pass says that somebody known signed it."""
        return self.key_from != "export"

    @property
    def passed(self) -> bool:
        return self.report.passed


def check_ledger(
    ledger: File[bytes],
    *,
    receipts: File[bytes] | None = None,
    checkpoints: File[bytes] | None = None,
    key: str = "",
) -> Checked:
    """Verify what was uploaded. Raises the errors above; what is wrong in it is in the report."""
    files = {"ledger": ledger, "receipts": receipts, "checkpoints": checkpoints}
    for field, file in files.items():
        if file is not None:
            _check_size(field, file.size)
    with _place_in(_room):
        read = {field: b"" if file is None else file.read() for field, file in files.items()}
        return _checked(read.pop("ledger"), read, key)


def check_own(ledger: bytes, key: bytes, receipts: list[dict[str, Any]]) -> tuple[Report, int]:
    """Verify an export of this platform; the report, and how many findings are not in it.

    Raises CheckTooLarge, CheckTooLong, ChecksBusy.
    """
    _check_size("ledger", len(ledger))
    others = {"receipts": json.dumps(receipts).encode("utf-8") if receipts else b""}
    with _place_in(_own_room):
        told = _verified(ledger, key, others)
    return _report(told), told["left_out"]


def _check_size(field: str, size: int) -> None:
    limit = {"ledger": LEDGER_LIMIT, "checkpoints": CHECKPOINTS_LIMIT}.get(field, OTHER_LIMIT)
    if size > limit:
        raise CheckTooLarge(field=field, limit_mb=limit // (1024 * 1024))


@contextmanager
def _place_in(room: BoundedSemaphore) -> Iterator[None]:
    if not room.acquire(timeout=_WAIT):
        raise ChecksBusy()
    try:
        yield
    finally:
        room.release()


def _checked(ledger: bytes, others: dict[str, bytes], key: str) -> Checked:
    public_key, key_from = _key(ledger, key.strip())
    told = _verified(ledger, public_key, others)
    stated = _stated_key(ledger)
    shown = public_key or stated
    key_id = "" if shown is None else key_id_of(shown)
    return Checked(_report(told), key_id, key_from, told["left_out"])


def _report(told: dict[str, Any]) -> Report:
    findings = [
        Finding(Level(each["level"]), each["check"], each["text"], each["chain"], each["seq"])
        for each in told["findings"]
    ]
    return Report(findings, told["export"], told["results"], Derived(told["derived"]))


def _key(ledger: bytes, given: str) -> tuple[bytes | None, str]:
    """The key to verify with: the one given, else this platform's, should the file name it."""
    if given:
        found = key_of(given.encode("utf-8", "replace"))
        if found is None or len(given) == 32:
            raise KeyUnreadable(field="key")
        return found, "given"
    stated = _stated_key(ledger)
    if stated is not None:
        try:
            return key_ring().signer(key_id_of(stated)).public_key, "platform"
        except KeyMissing:
            pass
    return None, "export"


def _stated_key(ledger: bytes) -> bytes | None:
    found = None
    for each in _STATED_KEY.finditer(ledger):
        found = each  # the export's own stands after its entries
    return None if found is None else bytes.fromhex(found[1].decode("ascii"))


def _verified(ledger: bytes, key: bytes | None, others: dict[str, bytes]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="ledger-check-") as folder:
        path = Path(folder)
        (path / "ledger.json").write_bytes(ledger)
        arguments = ["ledger.json", "--json", "--most", str(MOST_FINDINGS)]
        if settings.TSA_CA_FILE:
            arguments += ["--tsa-ca", settings.TSA_CA_FILE]
        if key is not None:
            arguments += ["--key", key.hex()]
        for name, content in others.items():
            if content.strip():
                (path / f"{name}.json").write_bytes(content)
                arguments += [f"--{name}", f"{name}.json"]
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", _RUN, str(settings.BASE_DIR), *arguments],
                cwd=path,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CheckTooLong(field="ledger") from error
    if done.returncode in (0, 1, FITS_AS_FAR_AS_OPEN) and done.stdout.startswith(b"{"):
        told: dict[str, Any] = json.loads(done.stdout)
        return told
    why = done.stderr.decode("utf-8", "replace").strip()
    for name in others:
        if done.returncode == 2 and why.startswith(f"{name}.json"):
            raise ProofUnreadable(field=name)
    last = why.splitlines()[-1] if why else ""
    if done.returncode == 2 and last:
        raise NotALedger(field="ledger", why=last[:300])
    if "MemoryError" in last:
        raise CheckTooLong(field="ledger")
    raise NotALedger(field="ledger", why="The verifier cannot read it.")
