"""Client messages to domain commands, and refusals to messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from django.utils import translation

from auctions.domain import commands, money
from auctions.domain.codec import BodyMalformed
from auctions.domain.commands import BUYER, Command, Officer
from auctions.domain.refusals import EnvelopeMalformed, NotPositive
from auctions.domain.rules.lines import fits, total
from auctions.domain.state import AuctionState
from auctions.domain.terms import LotTerms, Terms, terms_from_document
from auctions.domain.terms_check import MAX_LINES, refused_anew
from auctions.ledger.limits import limit_command
from auctions.realtime import messages
from auctions.realtime.errors import NOT_FINAL, FrameMalformed, NotAllowed
from auctions.realtime.party import Party, check_ref
from infra import problems
from infra.keys import key_ring
from kernel.canonical import MAX_SAFE_INTEGER, NotCanonical, canonical
from kernel.decimals import MAX_SCALE, parse_amount, quantize, to_wire
from kernel.errors import FairfallError, Kind, error_class
from kernel.sealing import fingerprint, looks_sealed

ENCODER = msgspec.json.Encoder()
DECODER: msgspec.json.Decoder[messages.ClientMessage] = msgspec.json.Decoder(messages.ClientMessage)
COMMAND_MESSAGES = (
    messages.Bid,
    messages.SealedOffer,
    messages.SealedPackage,
    messages.WithdrawPackage,
    messages.Accept,
    messages.Withdraw,
    messages.Unlock,
    messages.SetLimit,
    messages.EndLimit,
    messages.ApproveSurrogate,
    messages.EndSurrogate,
    messages.AcceptTerms,
    messages.DeclarePrices,
    messages.PostMessage,
    messages.Pause,
    messages.Resume,
    messages.Extend,
    messages.DecideWithdrawal,
    messages.DecideUnlock,
    messages.SurrogateBid,
    messages.ChangeTerms,
    messages.Cancel,
    messages.Annul,
)
TO_BE_FOUND = Decimal(0)  # the amount of a bid that gives unit prices alone
MAX_LENGTH_MS = 1000 * 60 * 60 * 24


def parse(frame: bytes | str) -> messages.ClientMessage:
    """The message in a frame. Raises FrameMalformed."""
    try:
        return DECODER.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise FrameMalformed(detail=str(error)[:200]) from error


def amount_of(text: str, field: str = "amount") -> Decimal:
    """A Decimal of at most six places, as short as it can be. Raises AmountMalformed."""
    try:
        value = parse_amount(text, MAX_SCALE)
    except FairfallError as error:
        error.field = field
        raise
    whole = value.to_integral_value()
    return quantize(value, 0) if whole == value else value.normalize()


def command_of(message: messages.ClientMessage, party: Party, auction_id: UUID) -> Command:
    """The domain command a message stands for. Raises NotAllowed, RefMalformed, FrameMalformed
    (a number no ledger body can hold), EnvelopeMalformed or on an amount.

    Only what the party's side may never send is refused here; roles and admission are checked
    inside the transaction.
    """
    ref = check_ref(message.ref)  # type: ignore[union-attr]
    for name in message.__struct_fields__:
        value = getattr(message, name)
        if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
            raise FrameMalformed(detail=f"{name} is out of range")
    seat, officer = party.seat, party.officer
    if seat is not None:
        if isinstance(message, messages.SetLimit):
            return _limit(message, seat, ref, auction_id)
        return _seat_command(message, seat, ref)
    if officer is None or officer is Officer.PLATFORM:
        raise NotAllowed()
    return _officer_command(message, officer, ref)


def _seat_command(message: messages.ClientMessage, seat: str, ref: str) -> Command:
    match message:
        case messages.Bid():
            retyped = message.retyped
            return commands.PlaceBid(
                seat=seat,
                lot=message.lot,
                amount=_bid_amount(message),
                ref=ref,
                retyped=None if retyped is None else amount_of(retyped, "retyped"),
                lines=_prices(message.lines),
            )
        case messages.SealedOffer():
            return commands.PlaceSealedOffer(
                seat=seat,
                lot=message.lot,
                envelope=_sealed(message.envelope),
                ref=ref,
                round=message.round,
            )
        case messages.SealedPackage():
            return commands.PlaceSealedPackage(
                seat=seat,
                package=message.package,
                envelope=_sealed(message.envelope),
                ref=ref,
                round=message.round,
            )
        case messages.WithdrawPackage():
            return commands.WithdrawPackage(
                seat=seat, package=message.package, ref=ref, round=message.round
            )
        case messages.Accept():
            return commands.AcceptLevel(seat=seat, lot=message.lot, level=message.level, ref=ref)
        case messages.Withdraw():
            return commands.Withdraw(seat=seat, lot=message.lot, ref=ref, round=message.round)
        case messages.Unlock():
            amount = amount_of(message.amount)
            return commands.RequestUnlock(seat=seat, lot=message.lot, amount=amount, ref=ref)
        case messages.ApproveSurrogate():
            retyped = message.retyped
            return commands.ApproveSurrogate(
                seat=seat,
                lot=message.lot,
                amount=amount_of(message.amount),
                ref=ref,
                retyped=None if retyped is None else amount_of(retyped, "retyped"),
            )
        case messages.EndSurrogate():
            return commands.EndSurrogate(seat=seat, lot=message.lot, ref=ref)
        case messages.EndLimit():
            return commands.EndBidLimit(seat=seat, lot=message.lot, ref=ref)
        case messages.AcceptTerms():
            return commands.AcceptTerms(
                seat=seat, version=message.version, terms_hash=message.terms_hash, ref=ref
            )
        case messages.DeclarePrices():
            vat = message.vat
            return commands.DeclarePrices(
                seat=seat,
                currency=message.currency,
                vat=None if vat is None else amount_of(vat, "vat"),
                ref=ref,
            )
        case messages.PostMessage():
            return commands.PostMessage(sender=seat, to=message.to, text=message.text, ref=ref)
    raise NotAllowed()


def _sealed(envelope: str) -> str:
    """Refuse, before anything is kept, what a client has not sealed: it may be the amount itself,
    and what the rules refuse stands in the chain of attempts. Raises EnvelopeMalformed."""
    if not looks_sealed(envelope):
        raise EnvelopeMalformed(field="envelope")
    return envelope


def _bid_amount(message: messages.Bid) -> Decimal:
    """The amount of a bid; of one that gives unit prices alone their total is found later."""
    if message.amount is None:
        return TO_BE_FOUND
    amount = amount_of(message.amount)
    if message.lines is not None and amount == TO_BE_FOUND:
        raise NotPositive(field="amount")
    return amount


def _prices(lines: list[str] | None) -> tuple[Decimal, ...] | None:
    if lines is None:
        return None
    if len(lines) > MAX_LINES:
        raise FrameMalformed(detail=f"a lot has {MAX_LINES} lines at most")
    return tuple(amount_of(text, f"lines.{number}") for number, text in enumerate(lines, 1))


def _limit(message: messages.SetLimit, seat: str, ref: str, auction_id: UUID) -> Command:
    """From here on only the platform's process key tells the limit."""
    retyped = message.retyped
    return limit_command(
        key_ring(),
        auction_id=auction_id,
        seat=seat,
        lot=message.lot,
        amount=amount_of(message.amount),
        ref=ref,
        retyped=None if retyped is None else amount_of(retyped, "retyped"),
    )


def _officer_command(message: messages.ClientMessage, by: Officer, ref: str) -> Command:
    match message:
        case messages.PostMessage() if by is Officer.BUYER:
            return commands.PostMessage(sender=BUYER, to=message.to, text=message.text, ref=ref)
        case messages.Pause():
            return commands.Pause(reason=message.reason, by=by, ref=ref)
        case messages.Resume():
            return commands.Resume(by=by, ref=ref)
        case messages.Extend():
            milliseconds = max(0, min(message.length_ms, MAX_LENGTH_MS))
            return commands.Extend(
                lot=message.lot, length=timedelta(milliseconds=milliseconds), by=by, ref=ref
            )
        case messages.DecideWithdrawal():
            return commands.DecideWithdrawal(
                lot=message.lot, approve=message.approve, reason=message.reason, by=by, ref=ref
            )
        case messages.DecideUnlock():
            return commands.DecideUnlock(
                lot=message.lot, seat=message.seat, approve=message.approve,
                reason=message.reason, by=by, ref=ref,
            )  # fmt: skip
        case messages.SurrogateBid():
            return commands.PlaceSurrogateBid(
                seat=message.seat, lot=message.lot, amount=amount_of(message.amount),
                reason=message.reason, by=by, ref=ref,
            )  # fmt: skip
        case messages.ChangeTerms() if by is Officer.BUYER:
            terms = _terms_of(message.terms)
            return commands.ChangeTerms(terms=terms, by=by, ref=ref, extensions_kept=True)
        case messages.Cancel():
            return commands.Cancel(reason=message.reason, by=by, ref=ref)
        case messages.Annul():
            return commands.Annul(reason=message.reason, by=by, ref=ref)
    raise NotAllowed()


def _terms_of(document: dict[str, Any]) -> Terms:
    """The terms of a document. Raises FrameMalformed, or what new terms alone are refused for."""
    try:
        canonical(document)
        terms = terms_from_document(document)
    except (NotCanonical, BodyMalformed, RecursionError) as error:
        raise FrameMalformed(detail=str(error)[:200]) from error
    for problem in refused_anew(terms):
        raise problem
    return terms


def at_scale(command: Command, state: AuctionState) -> Command:
    """The command with its amounts written at the lot's scale, where they fit it.

    The ledger writes amounts at the lot's scale, and a receipt binds the very same text.
    """
    if isinstance(command, commands.DeclarePrices) and state.terms is not None:
        rates = state.terms.vat_rates or ()
        return replace(command, vat=next((r for r in rates if r == command.vat), command.vat))
    if not isinstance(
        command,
        commands.PlaceBid
        | commands.RequestUnlock
        | commands.ApproveSurrogate
        | commands.PlaceSurrogateBid,
    ):
        return command
    lot = None if state.terms is None else state.terms.lot(command.lot)
    if lot is None:
        return command
    if isinstance(command, commands.PlaceBid) and command.lines is not None:
        command = _with_total(command, lot)
    scale = money.scale_of(state, command.seat, lot.number)
    command = replace(command, amount=_fitted(command.amount, scale))
    if (
        isinstance(command, commands.PlaceBid | commands.ApproveSurrogate)
        and command.retyped is not None
    ):
        command = replace(command, retyped=_fitted(command.retyped, scale))
    return command


def _with_total(command: commands.PlaceBid, lot: LotTerms) -> commands.PlaceBid:
    """The bid with what its unit prices come to, where it named no amount."""
    prices = command.lines or ()
    if lot.lines is None or not fits(lot, prices):
        return command
    scaled = tuple(
        _fitted(price, line.scale) for line, price in zip(lot.lines, prices, strict=True)
    )
    amount = total(lot, scaled) if command.amount == TO_BE_FOUND else command.amount
    return replace(command, amount=amount, lines=scaled)


def _fitted(amount: Decimal, scale: int) -> Decimal:
    rounded = quantize(amount, scale)
    return rounded if rounded == amount else amount


def ref_of(command: object) -> str | None:
    """The caller's name of a command; None where the platform itself gives it."""
    return getattr(command, "ref", None)


def result_of(command: Command) -> dict[str, object]:
    """What an ``ack`` repeats of the command."""
    match command:
        case commands.PlaceBid() if command.lines is not None:
            lines = [to_wire(price) for price in command.lines]
            return {"lot": command.lot, "amount": to_wire(command.amount), "lines": lines}
        case (
            commands.PlaceBid()
            | commands.RequestUnlock()
            | commands.ApproveSurrogate()
            | commands.PlaceSurrogateBid()
        ):
            return {"lot": command.lot, "amount": to_wire(command.amount)}
        case commands.PlaceSealedOffer():
            raw = bytes.fromhex(command.envelope)
            return {"lot": command.lot, "fingerprint": fingerprint(raw)}
        case commands.PlaceSealedPackage():
            raw = bytes.fromhex(command.envelope)
            return {"package": command.package, "fingerprint": fingerprint(raw)}
        case commands.WithdrawPackage():
            return {"package": command.package}
        case commands.AcceptLevel():
            return {"lot": command.lot, "level": command.level}
        case (
            commands.Withdraw()
            | commands.Extend()
            | commands.DecideWithdrawal()
            | commands.SetBidLimit()
            | commands.EndBidLimit()
            | commands.EndSurrogate()
        ):
            return {"lot": command.lot}
        case commands.DecideUnlock():
            return {"lot": command.lot, "seat": command.seat}
        case commands.AcceptTerms():
            return {"version": command.version}
        case commands.DeclarePrices():
            vat = None if command.vat is None else to_wire(command.vat)
            return {"currency": command.currency, "vat": vat}
        case commands.ChangeTerms():
            return {"version": command.terms.version}
    return {}


def refused(ref: str | None, error: FairfallError) -> messages.Refused:
    """The refusal as a message, without a receipt."""
    return messages.Refused(
        ref=ref,
        code=error.code,
        message=error.message,
        data=error.data,
        final=error.code not in NOT_FINAL and error.kind is not Kind.UNAVAILABLE,
        field=error.field,
    )


def in_language(
    answer: messages.Ack | messages.Refused, language: str
) -> messages.Ack | messages.Refused:
    """The answer with its sentence in a person's language; the code and data stay."""
    if not isinstance(answer, messages.Refused):
        return answer
    cls = error_class(answer.code)
    if cls is None:
        return answer
    with translation.override(language):
        return msgspec.structs.replace(
            answer, message=problems.message(cls(field=answer.field, **answer.data))
        )
