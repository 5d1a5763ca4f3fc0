"""An export as the verifier reads it: parsed strictly, so that no byte goes unlooked at."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from auctions.domain.codec import BodyMalformed
from auctions.ledger import chain
from auctions.ledger.codec import Opening, opening_from
from auctions.ledger.receipts import Heads, signed_bytes
from auctions.ledger.report import Report
from kernel import ed25519
from kernel.canonical import NotCanonical, canonical
from kernel.signing import key_id_of

_FIELDS = {
    "format",
    "auction",
    "rules_version",
    "scope",
    "seat",
    "exported_at",
    "terms_hash",
    "public_key",
    "entries",
    "attempts",
    "checkpoints",
    "seal",
}
_LATER = {"timestamps"}  # left out where there are none


class NotAnExport(ValueError):
    """The file is no export of this format: it cannot be looked at at all."""


@dataclass(slots=True)
class Export:
    """A parsed export."""

    content: dict[str, Any]
    seal: dict[str, Any]
    chains: dict[str, list[Opening]]

    @property
    def auction(self) -> str:
        text: str = self.content["auction"]
        return text

    def hashes(self, which: str) -> list[bytes]:
        """The chain hash after 0, 1, 2, ... entries, as the export states them."""
        stated = [opening.hash for opening in self.chains[which]]
        return [chain.origin(which, self.auction), *stated]


def parse_export(raw: bytes, report: Report) -> Export:
    """The export in ``raw``; what is odd goes into the report.

    Raises NotAnExport where the bytes are no export at all.
    """
    try:
        document = json.loads(raw.decode("utf-8"), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise NotAnExport(f"The file is not JSON{_place(raw, error)}: {error}") from error
    if not isinstance(document, dict) or document.get("format") != chain.FORMAT:
        raise NotAnExport(f"The file is not a {chain.FORMAT} export.")
    if document.keys() - _LATER != _FIELDS:
        odd = ", ".join(sorted((document.keys() - _LATER) ^ _FIELDS))
        raise NotAnExport(f"The export has missing or unknown fields: {odd}")
    _expect_forms(document)
    try:
        if canonical(document) + b"\n" != raw:
            report.fail("form", "The file is not in the canonical form in which it was signed.")
    except NotCanonical as error:
        where = _not_canonical_in(document)
        raise NotAnExport(f"The export holds what no ledger can{where}: {error}") from error
    chains: dict[str, list[Opening]] = {}
    for which, name in ((chain.LEDGER, "entries"), (chain.ATTEMPTS, "attempts")):
        chains[which] = []
        for number, item in enumerate(document[name], 1):
            try:
                chains[which].append(opening_from(item))
            except BodyMalformed as error:
                report.fail("form", f"{named(which, number)}: {error}", which, number)
                break
    seal = document.pop("seal")
    return Export(document, seal, chains)


_ENTRY_ENDS = re.compile(rb'"seq":(\d+)}')
_ATTEMPTS, _ENTRIES = b'{"attempts":[', b'"entries":['


def _place(raw: bytes, error: Exception) -> str:
    """In which entry the reader stopped, as far as the order of an export's parts tells it."""
    if isinstance(error, UnicodeDecodeError):
        stopped = error.start
    elif isinstance(error, json.JSONDecodeError):
        stopped = len(error.doc[: error.pos].encode())
    else:
        return ""
    start = raw.find(_ENTRIES)
    which = chain.LEDGER if 0 <= start < stopped else chain.ATTEMPTS
    if which == chain.ATTEMPTS:
        start = 0
    if not raw.startswith(_ATTEMPTS) or stopped < len(_ATTEMPTS):
        return ""
    last = 0
    for found in _ENTRY_ENDS.finditer(raw, start, stopped):
        last = int(found[1])
    return f" at {named(which, last + 1).lower()} or the end of the one before it"


def _not_canonical_in(document: dict[str, Any]) -> str:
    for which, name in ((chain.LEDGER, "entries"), (chain.ATTEMPTS, "attempts")):
        for number, item in enumerate(document[name], 1):
            try:
                canonical(item)
            except NotCanonical:
                return f" in {named(which, number).lower()}"
    return ""


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def _expect_forms(document: dict[str, Any]) -> None:
    for name in ("auction", "scope", "exported_at", "terms_hash", "public_key"):
        if not isinstance(document[name], str) or not document[name].isascii():
            raise NotAnExport(f"The export's field {name} is malformed.")
    for name in ("entries", "attempts", "checkpoints", "timestamps"):
        if not isinstance(document.get(name, []), list):
            raise NotAnExport(f"The export's field {name} is malformed.")
    if not isinstance(document["seal"], dict):
        raise NotAnExport("The export has no seal.")


def named(which: str, seq: int) -> str:
    """How an entry is called in findings."""
    return f"Entry {seq}" if which == chain.LEDGER else f"Attempt {seq}"


def signature_fits(document: Any, key: bytes) -> bool:
    """Whether a signed document names this key and carries its valid signature."""
    if not isinstance(document, dict) or document.get("key_id") != key_id_of(key):
        return False
    try:
        signature = bytes.fromhex(document["signature"])
        message = signed_bytes(document)
    except (KeyError, TypeError, ValueError):
        return False
    if document["signature"] != signature.hex():
        return False
    return ed25519.verify(key, message, signature)


def heads_fit(export: Export, heads: Heads, *, at_end: bool = False) -> bool:
    """Whether both chains stood there: at the numbers named, with the hashes named."""
    for which, seq, head in (
        (chain.LEDGER, heads.seq, heads.head),
        (chain.ATTEMPTS, heads.attempts_seq, heads.attempts_head),
    ):
        hashes = export.hashes(which)
        if not 0 <= seq < len(hashes) or hashes[seq] != head:
            return False
        if at_end and seq != len(hashes) - 1:
            return False
    return True
