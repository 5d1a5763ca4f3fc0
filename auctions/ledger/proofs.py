"""What participants hold in their hands, against the export: receipts and checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain.codec import BodyMalformed
from auctions.domain.formats.sealed_rounds import MOST_ROUNDS
from auctions.ledger import chain
from auctions.ledger.codec import (
    ATTEMPT_KINDS,
    Opening,
    command_from,
    hash_from_hex,
    payload_hash,
)
from auctions.ledger.exported import Export, heads_fit, named, signature_fits
from auctions.ledger.receipts import (
    ACCEPTED,
    CHECKPOINT,
    RECEIPT,
    REFUSED,
    Checkpoint,
    Receipt,
    checkpoint_from,
    heads_from,
    receipt_from,
)
from auctions.ledger.report import Report
from kernel.clock import moment_to_wire
from kernel.decimals import parse_amount
from kernel.errors import FairfallError

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
        if checkpoint.number != number or (last is not None and checkpoint.at < last):
            report.fail("checkpoint", f"Checkpoint {number} is missing or out of order.")
            return
        last = checkpoint.at
        if not signature_fits(item["signed"], key):
            report.fail("checkpoint", f"Checkpoint {number} is not signed by the platform.")
        elif not heads_fit(export, checkpoint.heads):
            seq = checkpoint.heads.seq
            why = f"Checkpoint {number}: the chains did not stand there at entry {seq}."
            report.fail("checkpoint", why, chain.LEDGER, seq)
        else:
            _check_times(export, checkpoint, report)
    if export.content["checkpoints"]:
        count = len(export.content["checkpoints"])
        report.ok("checkpoint", f"{count} checkpoints of the export were looked at.")


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
        item["signed"].get("number"): item["signed"]
        for item in export.content["checkpoints"]
        if isinstance(item, dict) and isinstance(item.get("signed"), dict)
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
        name = f"Given checkpoint {place} (number {checkpoint.number})"
        if checkpoint.auction != export.auction:
            report.fail("checkpoint", f"{name} belongs to auction {checkpoint.auction}.")
        elif not signature_fits(document, key):
            report.fail("checkpoint", f"{name} is not signed with this platform's key.")
        elif known.get(checkpoint.number) != document:
            report.fail("checkpoint", f"{name} is not the one in the export: history was changed.")
        else:
            fitting += 1
    if given and fitting == len(given):
        report.ok("checkpoint", f"All {fitting} checkpoints given stand in the export.")


# Receipts ------------------------------------------------------------------------------------


_PARTY_IN = {
    "bid_placed": "seat",
    "bid_limit_set": "seat",
    "bid_limit_ended": "seat",
    "level_accepted": "seat",
    "sealed_offer_placed": "seat",
    "sealed_offer_withdrawn": "seat",
    "sealed_package_placed": "seat",
    "sealed_package_withdrawn": "seat",
    "offer_taken_back": "seat",
    "withdrawal_requested": "seat",
    "unlock_requested": "seat",
    "surrogate_approved": "seat",
    "surrogate_ended": "seat",
    "terms_accepted": "seat",
    "prices_declared": "seat",
    "message_posted": "sender",
}


# Which round was named the entry does not keep; the replay holds that it was the one under way.
_ROUNDS = (None, *range(1, MOST_ROUNDS + 1))
_ANSWER_FIELDS = {"ref", "leaf", "id", "key_id", "signature", "received_at"}


def check_receipts(export: Export, key: bytes, given: Sequence[Any], report: Report) -> None:
    """Signed, of this auction, their leaves in the chain, and what they say true of the entry.

    Answers (``ack``, ``refused``) may stand for receipts: what they leave out is taken from the
    entry, and the signature then proves that the platform confirmed just that.
    """
    places = {
        entry.leaf.hex(): (which, entry)
        for which, entries in export.chains.items()
        for entry in entries
    }
    fitting = closed = unsigned = unknown = 0
    for number, item in enumerate(given, 1):
        document = item
        if isinstance(item, dict) and "party" not in item and "leaf" in item:
            if not item["leaf"]:
                unsigned += 1  # it changed nothing, so there was nothing to confirm
                continue
            which, entry = places.get(str(item["leaf"]), (None, None))
            if entry is None:
                why = f"Answer {number} (ref {item.get('ref')}): what it confirms is missing."
                report.fail("receipt", why)
                continue
            if _own_prices_closed(export, entry):
                why = (
                    f"Answer {number} (ref {item.get('ref')}): its own unit prices are kept closed."
                )
                report.fail("receipt", why, which, entry.seq + 1)
                continue
            document = _completed(export, key, item, entry)
            if document is None:
                unknown += 1
                continue
        try:
            receipt = receipt_from(document)
        except BodyMalformed as error:
            report.fail("receipt", f"Given receipt {number}: {error}")
            continue
        name = f"Receipt {receipt.id} (ref {receipt.ref})"
        if receipt.auction != export.auction:
            report.fail("receipt", f"{name} belongs to auction {receipt.auction}.")
            continue
        if not signature_fits(document, key):
            report.fail("receipt", f"{name} is not signed with this platform's key.")
            continue
        expected = chain.LEDGER if receipt.outcome == ACCEPTED else chain.ATTEMPTS
        which, entry = places.get(receipt.leaf.hex(), (None, None))
        if entry is None or which != expected:
            report.fail("receipt", f"{name}: what it confirms is missing from the {expected}.")
            continue
        if _own_prices_closed(export, entry):
            why = f"{name}: its own unit prices are kept closed."
            report.fail("receipt", why, which, entry.seq + 1)
            continue
        odd = _odd(export, receipt, entry)
        if odd:
            why = f"{name}: {named(which, entry.seq)} has another {odd}."
            report.fail("receipt", why, which, entry.seq)
            continue
        if not entry.is_open and receipt.party == export.content.get("seat"):
            # A participant's own entries are always opened to it: this one is being hidden.
            report.fail("receipt", f"{name}: its own entry is kept closed.", which, entry.seq)
            continue
        fitting += 1
        closed += not entry.is_open
    if fitting and fitting + unsigned + unknown == len(given):
        report.ok("receipt", f"All {fitting} receipts given stand in the chain.")
    if closed:
        report.note("receipt", f"{closed} receipts confirm entries that are not opened here.")
    if unsigned:
        report.note("receipt", f"{unsigned} answers given confirm nothing.")
    if unknown:
        report.note(
            "receipt",
            f"{unknown} answers have their entry, but it is closed or does not keep all that was"
            " asked: whether it is just what was confirmed cannot be told.",
        )


def _completed(
    export: Export, key: bytes, answer: dict[str, Any], entry: Opening
) -> dict[str, Any] | None:
    """The receipt an answer stands for: the one that fits its signature, if any does.

    None where the entry does not tell enough to say.
    """
    kept = {name: answer[name] for name in _ANSWER_FIELDS if name in answer}
    receipt = {
        **kept,
        "type": RECEIPT,
        "auction": export.auction,
        "outcome": REFUSED if answer.get("type") == "refused" else ACCEPTED,
        "party": (_party(entry) if entry.is_open else None) or export.content["seat"] or "",
        "payload": "00" * 32,
    }
    asked = _asked_or_none(export, entry) if entry.is_open else []
    for command in asked:
        made = {**receipt, "payload": payload_hash(command).hex()}
        if signature_fits(made, key):
            return made
    return receipt if asked else None


def _party(entry: Opening) -> str | None:
    body = entry.body
    if entry.kind in ATTEMPT_KINDS:
        return body.get("party")
    if entry.kind == "surrogate_bid_placed":
        return f"officer:{body.get('by')}"
    party = body.get(_PARTY_IN.get(entry.kind or "", ""))
    return None if party == cmd.BUYER else party  # an officer's side is not told by the entry


def _odd(export: Export, receipt: Receipt, entry: Opening) -> str | None:
    """The first thing that differs between a receipt and the entry it confirms."""
    if not entry.is_open:
        return None
    body = entry.body
    told = {"party": _party(entry) or receipt.party, "ref": body.get("ref", receipt.ref)}
    received_at = moment_to_wire(receipt.received_at)
    told["received_at"] = body.get("received_at", received_at)
    for name, value in (
        ("party", receipt.party),
        ("ref", receipt.ref),
        ("received_at", received_at),
    ):
        if told[name] != value:
            return name.replace("_", " ")
    payloads = {payload_hash(command) for command in _asked_or_none(export, entry)}
    return "content" if payloads and receipt.payload not in payloads else None


def _lines(export: Export, entry: Opening) -> tuple[Decimal, ...] | None:
    """The unit prices behind a bid: the entry that follows it, where that is opened."""
    entries = export.chains[chain.LEDGER]
    following = entries[entry.seq] if entry.seq < len(entries) else None
    if following is None or following.kind != "bid_lines":
        return None
    return tuple(parse_amount(price, 6) for price in following.body["prices"])


def _own_prices_closed(export: Export, entry: Opening) -> bool:
    """Whether this is a bid of the seat the export was made for, and its prices are closed."""
    if entry.kind != "bid_placed" or not entry.is_open:
        return False
    try:
        body = entry.body
        mine = body["seat"] == export.content.get("seat")
        return mine and _lines(export, entry) is None and _has_lines(export, body["lot"])
    except (FairfallError, LookupError, TypeError, ValueError):
        return False  # a malformed body is what the replay fails at


def _has_lines(export: Export, lot: int) -> bool:
    lots = export.chains[chain.LEDGER][0].body["terms"]["lots"]
    return any(each["number"] == lot and "lines" in each for each in lots)


def _asked_or_none(export: Export, entry: Opening) -> list[cmd.Command]:
    try:
        return _asked(export, entry)
    except (BodyMalformed, FairfallError, LookupError, TypeError, ValueError):
        return []  # a malformed body is what the replay fails at


def _asked(export: Export, entry: Opening) -> list[cmd.Command]:
    """The commands an entry may stand for; empty where it does not keep all that was asked."""
    body = entry.body
    if entry.kind in ATTEMPT_KINDS:
        return [] if body["command"] is None else [command_from(body["command"])]
    if entry.kind == "bid_placed":
        amount = parse_amount(body["amount"], 6)
        lines = _lines(export, entry)
        if lines is None and _has_lines(export, body["lot"]):
            return []  # they are closed: what was asked cannot be told
        bid = cmd.PlaceBid(body["seat"], body["lot"], amount, body["ref"], None, lines)
        if not body["retyped"]:
            return [bid]
        return [
            replace(bid, retyped=retyped)
            for retyped in (amount, amount + 1)  # typed again the same, or (needlessly) not
        ]
    if entry.kind == "surrogate_approved":
        amount = parse_amount(body["amount"], 6)
        asked = cmd.ApproveSurrogate(body["seat"], body["lot"], amount, body["ref"])
        if not body["retyped"]:
            return [asked]
        return [replace(asked, retyped=retyped) for retyped in (amount, amount + 1)]
    if entry.kind == "surrogate_ended":
        return [cmd.EndSurrogate(body["seat"], body["lot"], body["ref"])]
    if entry.kind == "bid_limit_set":
        retyped = True if body["retyped"] else None
        return [
            cmd.SetBidLimit(body["seat"], body["lot"], body["commitment"], body["ref"], retyped)
        ]
    if entry.kind == "bid_limit_ended":
        return [cmd.EndBidLimit(body["seat"], body["lot"], body["ref"])]
    if entry.kind == "level_accepted":
        return [cmd.AcceptLevel(body["seat"], body["lot"], body["level"], body["ref"])]
    if entry.kind == "sealed_offer_placed":
        offer = cmd.PlaceSealedOffer(body["seat"], body["lot"], body["envelope"], body["ref"])
        return [replace(offer, round=number) for number in _ROUNDS]
    if entry.kind == "sealed_package_placed":
        package = cmd.PlaceSealedPackage(
            body["seat"], body["package"], body["envelope"], body["ref"]
        )
        return [replace(package, round=number) for number in _ROUNDS]
    if entry.kind == "sealed_package_withdrawn":
        back = cmd.WithdrawPackage(body["seat"], body["package"], body["ref"])
        return [replace(back, round=number) for number in _ROUNDS]
    if entry.kind == "sealed_offer_withdrawn":
        taken = cmd.Withdraw(body["seat"], body["lot"], body["ref"])
        return [replace(taken, round=number) for number in _ROUNDS]
    if entry.kind in ("withdrawal_requested", "offer_taken_back"):
        return [cmd.Withdraw(body["seat"], body["lot"], body["ref"])]
    if entry.kind == "unlock_requested":
        amount = parse_amount(body["amount"], 6)
        return [cmd.RequestUnlock(body["seat"], body["lot"], amount, body["ref"])]
    if entry.kind == "terms_accepted":
        return [cmd.AcceptTerms(body["seat"], body["version"], body["terms_hash"], body["ref"])]
    if entry.kind == "prices_declared":
        told = body["vat"]
        vat = None if told is None else parse_amount(told, len(told.partition(".")[2]))
        return [cmd.DeclarePrices(body["seat"], body["currency"], vat, body["ref"])]
    return []
