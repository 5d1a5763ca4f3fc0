"""The receipts that participants hold in their hands, against the export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain.codec import BodyMalformed
from auctions.domain.formats.sealed_rounds import MOST_ROUNDS
from auctions.ledger import chain
from auctions.ledger.claims import is_published
from auctions.ledger.codec import ATTEMPT_KINDS, Opening, command_from, payload_hash
from auctions.ledger.exported import Export, signature_fits
from auctions.ledger.places import NOWHERE, Where, named
from auctions.ledger.receipt_lines import has_lines, lines_behind, own_prices_closed
from auctions.ledger.receipts import ACCEPTED, RECEIPT, REFUSED, Receipt, receipt_from
from auctions.ledger.replay_steps import MISFITS
from auctions.ledger.report import Report
from kernel.clock import moment_from_wire, moment_to_wire
from kernel.decimals import parse_amount
from kernel.errors import FairfallError

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


Place = tuple[str, Opening]  # the chain an entry stands in, and the entry


class Told(StrEnum):
    """What one given receipt tells."""

    FITS = "fits"
    FITS_CLOSED = "fits an entry that is not opened here"
    UNSIGNED = "an answer that changed nothing, so there was nothing to confirm"
    UNKNOWN = "an answer whose entry does not keep all that was asked"
    UNREAD = "its entry may be among those not read"
    REPORTED = "a finding of its own"


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
    told: Counter[Told] = Counter()
    for number, item in enumerate(given, 1):
        place = places.get(_text(item, "leaf"))
        told[_told(export, key, number, item, place, report)] += 1
    fitting = told[Told.FITS] + told[Told.FITS_CLOSED]
    if fitting and fitting + told[Told.UNSIGNED] + told[Told.UNKNOWN] == len(given):
        report.ok("receipt", f"All {fitting} receipts given stand in the chain.")
    notes = {
        Told.FITS_CLOSED: "receipts confirm entries that are not opened here.",
        Told.UNSIGNED: "answers given confirm nothing.",
        Told.UNREAD: "receipts were not compared: their entries may be among those not read.",
        Told.UNKNOWN: "answers have their entry, but it is closed or does not keep all that was"
        " asked: whether it is just what was confirmed cannot be told.",
    }
    for each, words in notes.items():
        if told[each]:
            report.note("receipt", f"{told[each]} {words}")


def _told(  # noqa: PLR0917
    export: Export, key: bytes, number: int, item: Any, place: Place | None, report: Report
) -> Told:
    """What one of them tells; ``place`` is where its leaf stands."""
    which, entry = place or (None, None)
    document, name = item, f"Given receipt {number}"
    if isinstance(item, dict) and "party" not in item and "leaf" in item:
        name = f"Answer {number} (ref {item.get('ref')})"
        if not item["leaf"]:
            return Told.UNSIGNED
        if entry is None:
            return _without_entry(export, name, item, report)
        if own_prices_closed(export, entry):
            return _prices_closed(name, entry, report)
        document = _completed(export, key, item, entry)
        if document is None:
            return Told.UNKNOWN
    about, where = _about(export, item, which, entry)
    try:
        receipt = receipt_from(document)
    except BodyMalformed as error:
        return _refused(f"{name}{about}: {error}", where, report)
    name = f"Receipt {receipt.id} (ref {receipt.ref})"
    if receipt.auction != export.auction:
        return _refused(f"{name}{about} belongs to auction {receipt.auction}.", where, report)
    if not signature_fits(document, key):
        why = f"{name}{about} is not signed with this platform's key."
        return _refused(why, where, report)
    if place is None:
        return _without_entry(export, name, item, report)
    return _compared(export, receipt, name, about, place, report)


def _compared(  # noqa: PLR0917
    export: Export, receipt: Receipt, name: str, about: str, place: Place, report: Report
) -> Told:
    """Whether a signed receipt says of its entry what stands there."""
    which, entry = place
    where = (which, entry.seq)
    expected = chain.LEDGER if receipt.outcome == ACCEPTED else chain.ATTEMPTS
    if which != expected:
        why = f"{name}{about}: what it confirms is missing from the {expected}."
        return _refused(why, where, report)
    if own_prices_closed(export, entry):
        return _prices_closed(name, entry, report)
    if odd := _odd(export, receipt, entry):
        return _refused(f"{name}: {named(*where)} has another {odd}.", where, report)
    if not entry.is_open and receipt.party == export.content.get("seat"):
        # A participant's own entries are always opened to it: this one is being hidden.
        return _refused(f"{name}{about}: its own entry is kept closed.", where, report)
    if entry.is_open:
        return Told.FITS
    if which == chain.LEDGER and is_published(export):
        report.note(
            "receipt",
            f"{name}: {named(*where)}, which it confirms, is closed. Only a message that was not to"
            " all may be closed here: anything else is being hidden.",
        )
    return Told.FITS_CLOSED


def _refused(why: str, where: Where, report: Report) -> Told:
    report.fail("receipt", why, *where)
    return Told.REPORTED


def _without_entry(export: Export, name: str, document: Any, report: Report) -> Told:
    """Nothing read has its leaf: it was not read, or it is missing."""
    if _may_be_cut(export, document):
        return Told.UNREAD
    _missing(export, name, document, report)
    return Told.REPORTED


def _text(document: Any, name: str) -> str:
    """A field of what somebody gave, "" where it is no text or not there."""
    value = document.get(name) if isinstance(document, dict) else None
    return value if isinstance(value, str) else ""


def _chain_of(document: Any) -> str:
    """Where the entry of a receipt, or of an answer, has to stand."""
    refused = REFUSED in (_text(document, "outcome"), _text(document, "type"))
    return chain.ATTEMPTS if refused else chain.LEDGER


def _may_be_cut(export: Export, document: Any) -> bool:
    return export.is_cut(_chain_of(document))


def _about(
    export: Export, document: Any, which: str | None, entry: Opening | None
) -> tuple[str, Where]:
    """The entry a receipt is about, in words, its chain and its number: the one of its leaf, else
    the one that says the same party and ref, or moment. Nothing where no entry does."""
    if which is None or entry is None:
        which = _chain_of(document)
        entry = _claimed(export, document, which) or _of_moment(export, document, which)
    if entry is None:
        return "", NOWHERE
    return f", about {named(which, entry.seq)},", (which, entry.seq)


def _claimed(export: Export, document: Any, which: str) -> Opening | None:
    """The entry that says the party and ref of a receipt, if possible of the same moment."""
    ref, at = _text(document, "ref"), _text(document, "received_at")
    found = [
        entry
        for entry in _of_party(export, document, which)
        if ref and entry.body.get("ref") == ref
    ]
    same = (entry for entry in found if entry.body.get("received_at") == at)
    return next(same, found[0] if found else None)


def _of_moment(export: Export, document: Any, which: str) -> Opening | None:
    """The same by its moment, where an entry keeps no ref: messages, awards."""
    at = _text(document, "received_at")
    for entry in _of_party(export, document, which):
        body = entry.body
        if "ref" not in body and at and at in (body.get("received_at"), body.get("at")):
            return entry
    return None


def _of_party(export: Export, document: Any, which: str) -> Iterator[Opening]:
    """The opened entries that a receipt's party may have led to."""
    party = _text(document, "party")
    for entry in export.chains[which]:
        if entry.is_open and (not party or party_of(entry) in (None, party)):
            yield entry


def _missing(export: Export, name: str, document: Any, report: Report) -> None:
    """Nothing has the leaf: named is the entry that says the same party and ref, else the first
    number at which it could have stood, by the moments of those opened."""
    which = _chain_of(document)
    why = f"{name}: what it confirms is missing from the {which}"
    entry = _claimed(export, document, which)
    if entry is not None:
        why = f"{why}. {named(which, entry.seq)} has its party and ref, and another content."
        report.fail("receipt", why, which, entry.seq)
        return
    try:
        received_at = moment_from_wire(_text(document, "received_at"))
    except (FairfallError, ValueError):
        report.fail("receipt", f"{why}.")
        return
    before = [
        entry.seq
        for entry in export.chains[which]
        if entry.recorded_at is not None and entry.recorded_at < received_at
    ]
    seq = max(before, default=0) + 1
    why = f"{why}. By its time it would be {named(which, seq)}, or stand behind it."
    report.fail("receipt", why, which, seq)


def _prices_closed(name: str, entry: Opening, report: Report) -> Told:
    """The unit prices stand in the entry behind that of the bid."""
    where = (chain.LEDGER, entry.seq + 1)
    return _refused(f"{name}: its own unit prices are kept closed, {named(*where)}.", where, report)


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
        "party": (party_of(entry) if entry.is_open else None) or export.content["seat"] or "",
        "payload": "00" * 32,
    }
    asked = _payloads(export, entry) if entry.is_open else []
    for payload in asked:
        made = {**receipt, "payload": payload.hex()}
        if signature_fits(made, key):
            return made
    return receipt if asked else None


def party_of(entry: Opening) -> str | None:
    """Whose command an opened entry keeps; None where it does not tell."""
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
    told = {"party": party_of(entry) or receipt.party, "ref": body.get("ref", receipt.ref)}
    received_at = moment_to_wire(receipt.received_at)
    told["received_at"] = body.get("received_at", received_at)
    for name, value in (
        ("party", receipt.party),
        ("ref", receipt.ref),
        ("received_at", received_at),
    ):
        if told[name] != value:
            return name.replace("_", " ")
    payloads = _payloads(export, entry)
    return "content" if payloads and receipt.payload not in payloads else None


def _payloads(export: Export, entry: Opening) -> list[bytes]:
    """The hashes of what an opened entry may confirm."""
    try:
        return [payload_hash(command) for command in _asked(export, entry)]
    except MISFITS:
        return []  # a malformed body is what the replay fails at


def _asked(export: Export, entry: Opening) -> list[cmd.Command]:
    """The commands an entry may stand for; empty where it does not keep all that was asked."""
    body = entry.body
    if entry.kind in ATTEMPT_KINDS:
        return [] if body["command"] is None else [command_from(body["command"])]
    if entry.kind == "bid_placed":
        amount = parse_amount(body["amount"], 6)
        lines = lines_behind(export, entry)
        if lines is None and has_lines(export, body["lot"]):
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
