"""What the platform signed of the chains as a whole: its key, the seal and the checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from auctions.domain.codec import BodyMalformed
from auctions.ledger import chain
from auctions.ledger.codec import hash_from_hex
from auctions.ledger.exported import Export, misfit, signature_fits
from auctions.ledger.places import NOWHERE, Where, named
from auctions.ledger.receipts import (
    CHECKPOINT,
    EXPORT,
    Checkpoint,
    checkpoint_from,
    heads_from,
)
from auctions.ledger.report import Report
from kernel.canonical import canonical
from kernel.signing import key_id_of

# Key and seal --------------------------------------------------------------------------------


def check_key(export: Export, given: bytes | None, report: Report) -> bytes:
    """The public key everything must be signed with."""
    try:
        stated = hash_from_hex(export.content["public_key"])
    except BodyMalformed:
        report.fail("key", "The export's public key is malformed.")
        stated = bytes(32)
    key = stated if given is None else given
    if given is None:
        report.note(
            "key",
            f"No key was given: the export's own key {key_id_of(key)} was used. Compare it with"
            " the one the platform publishes.",
        )
    elif stated != given:
        why = f"The export was made with key {key_id_of(stated)}, not {key_id_of(given)}."
        report.fail("key", why)
    first = export.chains[chain.LEDGER][0] if export.chains[chain.LEDGER] else None
    if first is None or not first.is_open:
        report.note("key", "The terms are not opened: whether they pin this key is not known.")
        return key
    terms = first.body.get("terms")
    pinned = terms.get("platform_key") if isinstance(terms, dict) else None
    if pinned == key_id_of(key):
        report.ok("key", f"The accepted terms pin the key {pinned}.")
    else:
        why = f"Entry 1: the terms pin the key {pinned}, not {key_id_of(key)}."
        report.fail("key", why, chain.LEDGER, 1)
    return key


def check_seal(export: Export, key: bytes, report: Report) -> None:
    seal = export.seal
    if not signature_fits(seal, key):
        report.fail("seal", "The export's signature is not the platform's.")
        return
    try:
        heads = heads_from(seal.get("heads"))
    except BodyMalformed as error:
        report.fail("seal", f"The signed heads are malformed: {error}")
        return
    found = misfit(export, heads, at_end=True)
    if found is not None:
        which, seq, why = found
        report.fail("seal", f"{why}: the chains do not end where the platform signed.", which, seq)
    expected = {
        "type": EXPORT,
        "auction": export.auction,
        "content": hashlib.sha256(canonical(export.content)).hexdigest(),
    }
    if any(seal.get(name) != value for name, value in expected.items()):
        report.fail("seal", "The export's content is not what was signed.")
    elif found is None:
        report.ok("seal", "The platform signed these chains, and this export of them.")


# Checkpoints ---------------------------------------------------------------------------------


def check_own_checkpoints(export: Export, key: bytes, report: Report) -> None:
    """Those in the export: signed, opened, and true of the chains and their times."""
    last: datetime | None = None
    for number, item in enumerate(export.content["checkpoints"], 1):
        try:
            checkpoint = _opened(item, export)
        except (BodyMalformed, KeyError, TypeError) as error:
            report.fail("checkpoint", f"Checkpoint {number}: {error}")
            return
        after, where = _after(item)
        if checkpoint.number != number or (last is not None and checkpoint.at < last):
            why = f"Checkpoint {number}{after} is missing or out of order."
            report.fail("checkpoint", why, *where)
            return
        last = checkpoint.at
        found = misfit(export, checkpoint.heads)
        if not signature_fits(item["signed"], key):
            why = f"Checkpoint {number}{after} is not signed by the platform."
            report.fail("checkpoint", why, *where)
        elif found is not None:
            which, seq, why = found
            why = f"Checkpoint {number}{after}: the chains did not stand there. {why}."
            report.fail("checkpoint", why, which, seq)
        else:
            _check_times(export, checkpoint, report)
    if export.content["checkpoints"]:
        count = len(export.content["checkpoints"])
        report.ok("checkpoint", f"{count} checkpoints of the export were looked at.")


def _after(item: Any) -> tuple[str, Where]:
    """The entry after which a checkpoint of the export says it was taken: in words, its chain, its
    number. Nothing where it does not say."""
    heads = item.get("heads") if isinstance(item, dict) else None
    seq = heads.get("seq") if isinstance(heads, dict) else None
    if type(seq) is not int or seq < 1:
        return "", NOWHERE
    return f", after {named(chain.LEDGER, seq)}", (chain.LEDGER, seq)


def _opened(item: Any, export: Export) -> Checkpoint:
    if not isinstance(item, dict) or item.keys() != {"signed", "salt", "heads"}:
        raise BodyMalformed("it has three parts: signed, salt, heads")
    signed = checkpoint_from(item["signed"])
    opened = Checkpoint(
        auction=signed.auction,
        number=signed.number,
        at=signed.at,
        heads=heads_from(item["heads"]),
        salt=hash_from_hex(item["salt"]),
    )
    if signed.auction != export.auction:
        raise BodyMalformed("it belongs to another auction")
    if opened.commitment != signed.commitment:
        raise BodyMalformed("its opening does not fit what was signed")
    return opened


def _check_times(export: Export, checkpoint: Checkpoint, report: Report) -> None:
    """What stands before the checkpoint was recorded before it, what follows after."""
    for which, seq in (
        (chain.LEDGER, checkpoint.heads.seq),
        (chain.ATTEMPTS, checkpoint.heads.attempts_seq),
    ):
        for entry in export.chains[which][max(0, seq - 1) : seq + 1]:
            if entry.recorded_at is None:
                continue
            early, late = entry.recorded_at <= checkpoint.at, entry.recorded_at >= checkpoint.at
            if not (early if entry.seq <= seq else late):
                why = f"{named(which, entry.seq)} stands on the wrong side of a checkpoint in time."
                report.fail("checkpoint", why, which, entry.seq)


_MESSAGE_FIELDS = {"number", "at", "commitment", "key_id", "signature"}


def check_checkpoints(export: Export, key: bytes, given: Sequence[Any], report: Report) -> None:
    """Those somebody kept: signed, and the same as in the export.

    Messages of the live protocol (``checkpoint``) will do: they leave out the auction only.
    """
    known = {
        item["signed"]["number"]: item
        for item in export.content["checkpoints"]
        if isinstance(item, dict)
        and isinstance(item.get("signed"), dict)
        and type(item["signed"].get("number")) is int
    }
    fitting = 0
    for place, item in enumerate(given, 1):
        document = item
        if isinstance(item, dict) and "auction" not in item:
            kept = {name: item[name] for name in _MESSAGE_FIELDS if name in item}
            document = {**kept, "type": CHECKPOINT, "auction": export.auction}
        try:
            checkpoint = checkpoint_from(document)
        except BodyMalformed as error:
            report.fail("checkpoint", f"Given checkpoint {place}: {error}")
            continue
        ours = known.get(checkpoint.number)
        after, where = _after(ours)
        name = f"Given checkpoint {place} (number {checkpoint.number}{after})"
        if checkpoint.auction != export.auction:
            why = f"{name} belongs to auction {checkpoint.auction}."
        elif not signature_fits(document, key):
            why = f"{name} is not signed with this platform's key."
        elif ours is None or ours["signed"] != document:
            why = f"{name} is not the one in the export: history was changed."
        else:
            fitting += 1
            continue
        report.fail("checkpoint", why, *where)
    if given and fitting == len(given):
        report.ok("checkpoint", f"All {fitting} checkpoints given stand in the export.")
