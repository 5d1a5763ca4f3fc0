"""Time stamps of the head that stand in an export: about this chain, and signed by whom."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from pathlib import Path
from typing import Any

from auctions.domain.codec import BodyMalformed
from auctions.ledger import chain
from auctions.ledger.codec import hash_from_hex
from auctions.ledger.exported import Export
from auctions.ledger.places import named
from auctions.ledger.report import Report
from auctions.ledger.tokens import CannotCheck, TokenBad, check_signature, token_info
from kernel.clock import moment_to_wire

_FIELDS = {"seq", "head", "authority", "token"}
_CLOCKS_APART = timedelta(minutes=5)


def timestamp_document(*, seq: int, head: bytes, authority: str, token: bytes) -> dict[str, Any]:
    """One time stamp as an export carries it."""
    return {
        "seq": seq,
        "head": head.hex(),
        "authority": authority,
        "token": base64.b64encode(token).decode("ascii"),
    }


def tokens_of(export: Export) -> list[tuple[int, bytes]]:
    """Entry and token (DER) of each time stamp of a sound form, for other programs."""
    found = []
    for item in export.content.get("timestamps", []):
        try:
            seq, _head, _authority, token = _opened(item)
        except (BodyMalformed, TokenBad):
            continue
        found.append((seq, token))
    return found


def check_timestamps(export: Export, authorities: Path | None, report: Report) -> None:
    """Each about the entry it names; signed by an authority of the file, where one is given."""
    hashes = export.hashes(chain.LEDGER)
    for number, item in enumerate(export.content.get("timestamps", []), 1):
        try:
            seq, head, authority, token = _opened(item)
            info = token_info(token)
        except (BodyMalformed, TokenBad) as error:
            report.fail("timestamp", f"Time stamp {number}: {error}")
            continue
        if chain.LEDGER in export.broken and seq >= export.broken[chain.LEDGER]:
            continue  # it stands behind the entry that is named already
        if seq >= len(hashes):
            seq = len(hashes)
            why = f"Time stamp {number}: {named(chain.LEDGER, seq)} is missing."
            report.fail("timestamp", why, chain.LEDGER, seq)
            continue
        if seq < 1 or hashes[seq] != head:
            why = f"Time stamp {number}: {named(chain.LEDGER, seq)} does not have the head named."
            report.fail("timestamp", why, chain.LEDGER, seq)
            continue
        if info.imprint != head:
            why = f"Time stamp {number} is not about {named(chain.LEDGER, seq).lower()}."
            report.fail("timestamp", why, chain.LEDGER, seq)
            continue
        recorded_at = export.chains[chain.LEDGER][seq - 1].recorded_at
        if recorded_at is not None and info.at + _CLOCKS_APART < recorded_at:
            why = f"Time stamp {number} is older than {named(chain.LEDGER, seq).lower()}."
            report.fail("timestamp", why, chain.LEDGER, seq)
            continue
        when = moment_to_wire(info.at)
        report.ok("timestamp", f"The head after entry {seq} was stamped {when} by {authority}.")
        _check_signature(token, head, authorities, number, report)


def _check_signature(
    token: bytes, head: bytes, authorities: Path | None, number: int, report: Report
) -> None:
    by_hand = (
        "save it with --save-tokens and run: openssl ts -verify -digest"
        f" {head.hex()} -in FILE -CAfile AUTHORITY"
    )
    if authorities is None:
        report.note(
            "timestamp",
            f"The signature of time stamp {number} was not checked: no certificate of the"
            f" authority was given (--tsa-ca); or {by_hand}",
        )
        return
    try:
        check_signature(token, head, authorities)
    except CannotCheck as error:
        why = f"The signature of time stamp {number} could not be checked: {error}; {by_hand}"
        report.note("timestamp", why)
    except TokenBad as error:
        report.fail("timestamp", f"Time stamp {number} is not signed by the authority: {error}")
    else:
        report.ok("timestamp", f"Time stamp {number} is signed by the authority given.")


def _opened(item: Any) -> tuple[int, bytes, str, bytes]:
    if not isinstance(item, dict) or item.keys() != _FIELDS:
        raise BodyMalformed("it has four parts: seq, head, authority, token")
    if type(item["seq"]) is not int or not isinstance(item["authority"], str):
        raise BodyMalformed("its parts have other types")
    try:
        token = base64.b64decode(item["token"], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise BodyMalformed("its token is not base64") from error
    return item["seq"], hash_from_hex(item["head"]), item["authority"], token
