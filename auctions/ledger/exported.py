"""An export as the verifier reads it: parsed strictly, so that no byte goes unlooked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from auctions.domain.codec import BodyMalformed
from auctions.ledger import chain, signatures
from auctions.ledger.codec import Opening, opening_from
from auctions.ledger.places import BEGINNING, NOWHERE, Place, first_unsound, named, once
from auctions.ledger.receipts import Heads, signed_bytes
from auctions.ledger.report import Report
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


class Broken(NotAnExport):
    """The file begins as an export and does not read to its end."""

    def __init__(self, place: Place, why: str) -> None:
        self.place = place
        super().__init__(f"{place}: {why}")


@dataclass(slots=True)
class Export:
    """A parsed export. ``broken`` tells of each chain that does not hold from which entry on."""

    content: dict[str, Any]
    seal: dict[str, Any]
    chains: dict[str, list[Opening]]
    broken: dict[str, int] = field(default_factory=dict)
    _hashes: dict[str, list[bytes]] = field(default_factory=dict, init=False, repr=False)

    @property
    def auction(self) -> str:
        text: str = self.content["auction"]
        return text

    def hashes(self, which: str) -> Sequence[bytes]:
        """The chain hash after 0, 1, 2, ... entries, as the export states them."""
        found = self._hashes.get(which)
        if found is None:  # every checkpoint asks for them
            stated = [opening.hash for opening in self.chains[which]]
            found = self._hashes[which] = [chain.origin(which, self.auction), *stated]
        return found

    def is_cut(self, which: str) -> bool:
        """Whether the entries from some number on could not be read at all."""
        return self.broken.get(which) == len(self.chains[which]) + 1


def parse_export(raw: bytes, report: Report) -> Export:
    """The export in ``raw``; what is odd goes into the report.

    Raises NotAnExport where the bytes are no export at all, and Broken where they are one up to
    some part of it.
    """
    try:
        document = json.loads(raw.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        place = _unsound(raw) if raw.startswith(BEGINNING) else None
        if place is None:
            raise NotAnExport(f"The file is not JSON: {error}") from error
        raise Broken(place, f"the file is no JSON there. A reader stops with: {error}") from error
    if not isinstance(document, dict) or document.get("format") != chain.FORMAT:
        raise NotAnExport(f"The file is not a {chain.FORMAT} export.")
    if document.keys() - _LATER != _FIELDS:
        odd = ", ".join(sorted((document.keys() - _LATER) ^ _FIELDS))
        raise NotAnExport(f"The export has missing or unknown fields: {odd}")
    _expect_forms(document)
    try:
        fits = canonical(document) + b"\n" == raw
    except (NotCanonical, RecursionError) as error:
        place = _unsound(raw)
        if place is None or not raw.startswith(BEGINNING):
            raise NotAnExport(f"The export holds what no ledger can: {error}") from error
        raise Broken(place, f"it holds what no ledger can: {error}") from error
    if not fits:
        place = _unsound(raw) if raw.startswith(BEGINNING) else None
        where = "The file" if place is None else str(place)
        which, number = NOWHERE if place is None else place.entry
        why = f"{where} is not in the canonical form in which it was signed."
        report.fail("form", why, which, number)
    chains: dict[str, list[Opening]] = {}
    broken: dict[str, int] = {}
    for which, name in ((chain.LEDGER, "entries"), (chain.ATTEMPTS, "attempts")):
        chains[which] = []
        for number, item in enumerate(document[name], 1):
            try:
                chains[which].append(opening_from(item))
            except BodyMalformed as error:
                report.fail("form", f"{named(which, number)}: {error}", which, number)
                broken[which] = number
                break
    seal = document.pop("seal")
    return Export(document, seal, chains, broken)


def _unsound(raw: bytes) -> Place | None:
    later = [name for name in _LATER if f',"{name}":['.encode() in raw]
    return first_unsound(raw, sorted(_FIELDS) + later)


def _expect_forms(document: dict[str, Any]) -> None:
    for name in ("auction", "scope", "exported_at", "terms_hash", "public_key"):
        if not isinstance(document[name], str) or not document[name].isascii():
            raise NotAnExport(f"The export's field {name} is malformed.")
    for name in ("entries", "attempts", "checkpoints", "timestamps"):
        if not isinstance(document.get(name, []), list):
            raise NotAnExport(f"The export's field {name} is malformed.")
    if not isinstance(document["seal"], dict):
        raise NotAnExport("The export has no seal.")


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
    return signatures.verify(key, message, signature)


def misfit(export: Export, heads: Heads, *, at_end: bool = False) -> tuple[str, int, str] | None:
    """Chain, number and a reason, where a chain did not stand at the number named with the hash
    named, or (``at_end``) does not end there. None where all fits; what stands behind the entry
    from which a chain does not hold is not looked at."""
    for which, seq, head in (
        (chain.LEDGER, heads.seq, heads.head),
        (chain.ATTEMPTS, heads.attempts_seq, heads.attempts_head),
    ):
        hashes = export.hashes(which)
        if which in export.broken and not 0 <= seq < export.broken[which]:
            continue
        if seq >= len(hashes):
            return which, len(hashes), f"{named(which, len(hashes))} is missing"
        if seq < 0 or hashes[seq] != head:
            first = max(seq, 1)
            return which, first, f"{named(which, first)} does not have the hash that was signed"
        if at_end and seq != len(hashes) - 1:
            return which, seq + 1, f"{named(which, seq + 1)} stands behind the end"
    return None
