"""What the tender room asks of the auction room: the one place that knows both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from auctions.domain import money, outcome
from auctions.domain.rules import declaring, packages
from auctions.domain.state import AuctionState, Prices
from auctions.domain.terms import LotTerms, Terms
from auctions.models import Auction, Seat
from auctions.selectors import load
from auctions.services import admission, anchoring, closing, opening
from auctions.subject import AuctionSubject, SubjectLot
from crm_core.access.actor import Actor
from infra.keys import KeyRing
from infra.problems import message
from kernel.clock import moment_to_wire
from kernel.decimals import quantize, to_wire
from kernel.errors import FairfallError
from kernel.ids import new_id
from marketplace import lists
from marketplace.tenders.models import Lot, Tender
from marketplace.tenders.terms_fields import Problem

_SEALED_BYTES = 32  # padded, so that the length does not tell the amount's
_BOUND = b"fairfall-tender-reserve-1"
_LOT_FIELDS = {"reserve_commitment": "reserve",
               "step.kind": "step_kind", "step.absolute": "step_absolute",
               "step.percent": "step_percent",
               "step.bands": "step_bands"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """An auction that was opened, and the terms as its ledger begins with them."""

    auction_id: UUID
    terms: Terms
    digest: str


def _keys() -> KeyRing:
    return KeyRing(settings.PLATFORM_KEY_DIR)


def platform_key() -> str:
    """The id of the signing key that new auctions pin."""
    return _keys().current().key_id


def seal(amount: Decimal) -> bytes:
    """A draft's hidden reserve, encrypted by the process key."""
    return _keys().encrypted(to_wire(amount).encode("ascii").ljust(_SEALED_BYTES), _BOUND)


def unseal(sealed: bytes) -> Decimal:
    """The inverse of :func:`seal`; raises infra.keys.Undecryptable for anything else."""
    content = _keys().decrypted(bytes(sealed), _BOUND)
    return Decimal(content.decode("ascii").strip())


def problems_of(found: FairfallError) -> list[Problem]:
    """A finding of the terms validator, beside the field of the tender or lot it names."""
    path = found.field or "lots"
    if path.startswith("scoring"):
        path = "scoring.criteria" if path.startswith("scoring.criteria") else "scoring.method"
    if path.startswith("currencies."):
        path = "currencies"
    if not path.startswith("lots."):
        return [Problem(path, message(found))]
    _lots, number, rest = path.split(".", 2)
    return [Problem(_LOT_FIELDS.get(rest, rest), message(found), int(number))]


def open_for(
    *,
    actor: Actor,
    tender: Tender,
    terms: Terms,
    reserves: Mapping[int, Decimal],
    companies: Sequence[UUID],
    is_demo: bool,
) -> Opened:
    """Write the genesis of the tender's auction, with a seat for each company."""
    auction = opening.open_auction(
        actor=actor,
        subject=AuctionSubject(
            urn=tender.urn,
            reference=tender.reference,
            title=tender.title,
            link=reverse("tenders:detail", args=[tender.pk]),
            lots=tuple(
                replace(
                    labelled(lot),
                    baseline=_at_scale(lot.baseline, lot.money_scale),
                    target=_at_scale(lot.target, lot.money_scale),
                )
                for lot in lots_of(tender)
            ),
        ),
        terms=terms,
        reserves=reserves,
        companies=companies,
        is_demo=is_demo,
    )
    state = load(auction.pk)
    return Opened(auction.pk, state.rules, state.terms_hash)


def lots_of(tender: Tender) -> Sequence[Lot]:
    """Its lots by number, with their positions."""
    return tender.lots.order_by("number").prefetch_related("lines")


def labelled(lot: Lot) -> SubjectLot:
    """What everybody who takes part is told of a lot: in what it and its positions are counted."""
    lines = tuple(lists.unit_symbol(line.unit) for line in lot.lines.all())
    return SubjectLot(lot.number, lists.unit_symbol(lot.unit), line_labels=lines or None)


def admit(*, actor: Actor, tender: Tender, company_id: UUID) -> None:
    """A seat for a late supplier."""
    admission.admit_company(actor=actor, auction_id=_auction(tender), company_id=company_id)


def remove(*, actor: Actor, tender: Tender, company_id: UUID, reason: str, declined: bool) -> None:
    """Take a seat away: by the buyer, or by the supplier itself. Only before any bid of it."""
    if declined:
        admission.decline(actor=actor, auction_id=_auction(tender), reason=reason)
    else:
        admission.remove_company(
            actor=actor, auction_id=_auction(tender), company_id=company_id, reason=reason
        )


def accept(*, actor: Actor, tender: Tender, version: int, terms_hash: str) -> None:
    """Accept the terms from the actor's seat; raises TermsHashDiffers for other terms."""
    admission.accept_terms(
        actor=actor, auction_id=_auction(tender), version=version, terms_hash=terms_hash,
        ref=f"accept-{new_id()}",
    )  # fmt: skip


def declare(*, actor: Actor, tender: Tender, currency: str, vat: Decimal | None) -> None:
    """Say in which money the actor's seat bids; raises what the rules refuse."""
    admission.declare_prices(
        actor=actor, auction_id=_auction(tender), currency=currency, vat=vat,
        ref=f"prices-{new_id()}",
    )  # fmt: skip


def prices_of(tender: Tender, seat: str) -> Prices | None:
    """What a seat said of its currency and VAT rate."""
    found = state_of(tender).seats.get(seat)
    return None if found is None else found.prices


def has_bid(tender: Tender, seat: str) -> bool:
    """Whether a seat has bid on any lot, or offered sealed: then its money is fixed."""
    return declaring.has_bid(state_of(tender), seat)


def set_scoring(
    *, actor: Actor, tender: Tender, lot: int, company_id: UUID, values: tuple[Decimal, ...]
) -> None:
    """Fix one supplier's values of the criteria on one lot; raises what the rules refuse."""
    admission.set_scoring(
        actor=actor, auction_id=_auction(tender), company_id=company_id, lot=lot, values=values,
        ref=f"scoring-{new_id()}",
    )  # fmt: skip


def award(
    *,
    actor: Actor,
    tender: Tender,
    lot: int,
    company_id: UUID | None,
    amount: Decimal | None,
    reason: str,
) -> None:
    """Append the decision to the auction's ledger, in the caller's transaction."""
    closing.record_award(
        actor=actor,
        auction_id=_auction(tender),
        lot=lot,
        seat=None if company_id is None else seats(tender)[company_id],
        amount=amount,
        reason=reason,
        ref=f"award-{lot}",
    )


def disqualify(*, actor: Actor, tender: Tender, company_id: UUID, reason: str, undo: bool) -> None:
    """Take a supplier's offers out of the order; with ``undo`` let them count again."""
    closing.disqualify(
        actor=actor, auction_id=_auction(tender), seat=seats(tender)[company_id], reason=reason,
        ref=f"disqualify-{new_id()}", undo=undo,
    )  # fmt: skip


def disqualified(tender: Tender) -> set[UUID]:
    """The companies whose offers do not count."""
    state = state_of(tender)
    return {
        company
        for company, seat in seats(tender).items()
        if seat in state.seats and state.seats[seat].disqualified
    }


def cancel(*, actor: Actor, tender: Tender, reason: str) -> None:
    """End the auction without a result."""
    closing.cancel(actor=actor, auction_id=_auction(tender), reason=reason, ref=f"c-{new_id()}")


def annul(*, actor: Actor, tender: Tender, reason: str) -> None:
    """Declare the auction void."""
    closing.annul(actor=actor, auction_id=_auction(tender), reason=reason, ref=f"a-{new_id()}")


def closing_record(tender: Tender) -> dict[str, str]:
    """Where the ended auction's ledger stands, as every participant is told it."""
    return anchoring.closing_head(_auction(tender)).told()


def closing_of(tender: Tender) -> dict[str, Any] | None:
    """The same for the protocol, with the time stamp of its head, where there is one."""
    found = anchoring.find_closing_head(_auction(tender))
    if found is None:
        return None
    stamp = anchoring.stamp_of(_auction(tender))
    return {
        "entry": found.seq,
        "head": found.head,
        "checkpoint": found.checkpoint.number,
        "signature": found.signed["signature"],
        "stamped_at": None if stamp is None else moment_to_wire(stamp.stamped_at),
        "authority": None if stamp is None else stamp.authority,
    }


def state_of(tender: Tender) -> AuctionState:
    """The auction's state. Trusted code only: what leaves is decided by whoever renders it."""
    return load(_auction(tender))


def row_of(tender: Tender) -> Auction:
    """The auction's row: phase and head of the ledger."""
    return Auction.objects.get(pk=_auction(tender))


def seats(tender: Tender) -> dict[UUID, str]:
    """Seat codes by company."""
    rows = Seat.objects.filter(auction_id=_auction(tender))
    return dict(rows.values_list("company_id", "code"))


def company_of_seat(tender: Tender, seat: str) -> UUID | None:
    """The company on a seat."""
    found = Seat.objects.filter(auction_id=_auction(tender), code=seat)
    return found.values_list("company_id", flat=True).first()


def best_of(*, tender: Tender, lot: int, company_id: UUID) -> Decimal | None:
    """The standing bid of a company on a lot; None where it has none."""
    seat = seats(tender).get(company_id)
    there = state_of(tender).lots[lot]
    mine = there.seats.get(seat or "")
    return mine.best.amount if mine and mine.best and seat not in there.barred else None


def currency_of(tender: Tender, seat: str) -> str:
    """The currency in which a seat bids."""
    return money.currency_of(state_of(tender), seat)


def lot_terms(tender: Tender, seat: str, lot: int) -> LotTerms:
    """A lot's terms as they hold for a seat: its digits, its ceiling."""
    return money.own_terms(state_of(tender), seat, lot)


def leader_of(*, tender: Tender, lot: int) -> tuple[str | None, Decimal | None]:
    """The seat with the lowest standing bid, and that bid, whatever the reserve says."""
    found = outcome.leader(state_of(tender).lots[lot])
    return (None, None) if found is None else (found[0], found[1].amount)


def is_broken(*, tender: Tender, lot: int) -> bool:
    """Whether another lot of the same package, or of the discount, was decided otherwise."""
    state = state_of(tender)
    return packages.is_broken(state, lot, state.awards)


def companies_with_bids(tender: Tender) -> list[UUID]:
    """The companies that have a standing bid on any lot, or a package."""
    state = state_of(tender)
    bidding = {
        seat
        for lot in state.lots.values()
        for seat, mine in lot.seats.items()
        if mine.best is not None
    }
    if state.packages is not None:
        bidding |= {seat for seat, mine in state.packages.seats.items() if mine.opened}
    return [company for company, seat in seats(tender).items() if seat in bidding]


def _at_scale(value: Decimal | None, scale: int) -> Decimal | None:
    return None if value is None else quantize(value, scale)


def _auction(tender: Tender) -> UUID:
    assert tender.auction_id is not None
    return tender.auction_id
