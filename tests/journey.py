"""The journey of a stranger, as steps: a tender published, a program bidding, a ledger verified.

Only the standard library: ``tests/e2e/test_whole_product.py`` walks it with browsers on this
machine, ``bin/try-debian`` without any in a Debian that has nothing but Python.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from kernel.clock import moment_to_wire, utc_now

OFFICER, SUPPLIER, RIVAL = "Kadri Mets", "Andres Tamm", "Katrin Vogel"  # of the demonstration
LENGTH_MINUTES = 1
UNTIL_START = timedelta(seconds=20)
FIRST_BID = "620"
VERIFIER, KEY, RECEIPTS = "fairfall-verify.pyz", "platform.pem", "rival.jsonl"

# Runs a Python with these arguments, the folder with the files being the working directory.
Python = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


class Person(Protocol):
    """Somebody signed in."""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the API below ``/api/v1/``; it must succeed. The answer's JSON."""

    def fetch(self, path: str) -> bytes:
        """A page or file, which must be there."""


def published(officer: Person, suppliers: Sequence[Person]) -> dict[str, Any]:
    """A tender of one lot, published, that starts soon and runs for a minute."""
    people = [supplier.call("GET", "me/") for supplier in suppliers]
    companies = [person["memberships"][0]["company"]["id"] for person in people]
    tender = officer.call("POST", "tenders/", {"title": "Rebar B500B, spot"})
    here = f"tenders/{tender['id']}/"
    lot = {"title": "Rebar", "quantity": "120", "unit": "TNE", "ceiling": "640", "reserve": "630"}
    officer.call("POST", f"{here}lots/", lot)
    rules = {
        "starts_at": moment_to_wire(utc_now() + UNTIL_START),
        "length": str(LENGTH_MINUTES),
        "soft_close.window": "0",
    }
    officer.call("PATCH", f"{here}terms/", {"rules": rules})
    officer.call("POST", f"{here}invitations/", {"companies": companies})
    officer.call("POST", f"{here}publish/")
    done: dict[str, Any] = officer.call("GET", here)
    accept = {"version": 1, "terms_hash": done["terms_hash"], "agreed": True}
    for supplier in suppliers:
        supplier.call("POST", f"{here}accept/", accept)
    return done


def bidder(program: Path, person: Person, url: str, auction: str, receipts: Path) -> list[str]:
    """What a Python must be given to bid for that person with ``examples/bidder.py``."""
    token = person.call("POST", "tokens/", {"name": "bidding program", "scopes": ["bid"]})["secret"]
    return [
        *(str(program), "--url", url, "--token", token, "--auction", auction),
        *("--floor", "600", "--receipts", str(receipts)),
    ]


def is_closed(officer: Person, tender: str) -> bool:
    """Whether the tender's auction is over and the tender knows."""
    return bool(officer.call("GET", f"tenders/{tender}/")["state"] == "closed")


def outcome(officer: Person, tender: str) -> str:
    """What became of the only lot."""
    results = officer.call("GET", f"tenders/{tender}/results/")["results"]
    return str(results[0]["outcome"])


def verify(
    officer: Person, supplier: Person, auction: str, folder: Path, python: Python
) -> list[str]:
    """The downloaded verifier accepts what everyone was given, and refuses a changed copy.

    ``folder`` holds the receipts of the bidding program. What the verifier said of each export.
    """
    (folder / VERIFIER).write_bytes(officer.fetch("/auctions/verify/fairfall-verify.pyz"))
    (folder / KEY).write_bytes(officer.fetch("/auctions/verify/platform.pem"))
    receipts = json.loads((folder / RECEIPTS).read_text())
    assert receipts, "the bidding program has no receipt"
    said = []
    for name, person in (("full", officer), ("supplier", supplier)):
        export = person.fetch(f"/api/v1/auctions/{auction}/ledger/")
        assert json.loads(export)["auction"] == auction
        (folder / f"{name}.json").write_bytes(export)
        given = ["--receipts", RECEIPTS] if name == "full" else []
        sound = python(["-I", "-S", VERIFIER, f"{name}.json", "--key", KEY, *given])
        assert sound.returncode == 0, sound.stdout + sound.stderr
        said.append(sound.stdout)
    text = (folder / "full.json").read_text()
    forged = text.replace(f'"{FIRST_BID}.00"', '"610.00"')
    assert forged != text, "the first bid is not in the export"
    (folder / "forged.json").write_text(forged)
    refused = python(["-I", "-S", VERIFIER, "forged.json", "--key", KEY])
    assert refused.returncode == 1, refused.stdout + refused.stderr
    return [*said, refused.stdout]
