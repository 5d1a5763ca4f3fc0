"""Which entry of an export a byte lies in, found in the file itself, and which ones are named."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from auctions.ledger import chain as chains
from auctions.ledger.report import Finding, Level
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.ledger.case import signer

KEY = signer().public_key
CHAINS = (("attempts", "attempts"), ("entries", "ledger"))  # as the file has them
STRUCTURE = b'{}[],:"\\'
Named = tuple[str | None, int | None]


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes of one entry, with the comma before it: where that is spoilt, what stands before
    still holds, so the entry behind it is the first that does not."""

    chain: str
    seq: int
    start: int
    end: int  # not included

    @property
    def named(self) -> Named:
        return self.chain, self.seq


def spans(raw: bytes) -> list[Span]:
    """Every entry of both chains, by the text of each in the order of the file."""
    document: dict[str, Any] = json.loads(raw)
    found = []
    for name, chain in CHAINS:
        at = raw.index(f'"{name}":['.encode()) + len(name) + 4
        for seq, entry in enumerate(document[name], 1):
            end = at + (seq > 1) + len(canonical(entry))
            assert raw[at + (seq > 1) : end] == canonical(entry)
            found.append(Span(chain, seq, at, end))
            at = end
        assert raw[at : at + 1] == b"]"
    return found


def failures(raw: bytes, **given: Any) -> list[Finding]:
    report = verify(raw, public_key=KEY, **given)
    return [each for each in report.findings if each.level is Level.FAILED]


def named_in(found: list[Finding]) -> list[Named]:
    """The entries that findings name, each once, in order; of each also its text says which."""
    named: list[Named] = []
    for each in found:
        if each.seq is not None:
            word = "Entry" if each.chain == "ledger" else "Attempt"
            assert f"{word} {each.seq}" in each.text.replace("entry", "Entry"), each
            named.append((each.chain, each.seq))
    return list(dict.fromkeys(named))


def flipped(raw: bytes, at: int, bits: int) -> bytes:
    other = bytearray(raw)
    other[at] ^= bits
    return bytes(other)


def origin(auction: str, which: str) -> str:
    """The head of a chain without entries."""
    return chains.origin(which, auction).hex()
