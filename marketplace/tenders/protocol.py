"""The protocol: what happened, as each side may see it, once the auction has ended.

The buyer sees every name and price. A supplier sees its own rank, prices and decision, and what
the terms tell everybody: all of it where they say ``public``. A blind buyer whose auction ended
before its lots closed still knows bidders by their aliases: it may tender again. It is one JSON
document; the page shows the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from auctions.aliases import alias_of
from auctions.domain import money, outcome, worth
from auctions.domain.award_rule import award_rule, departs
from auctions.domain.formats.sealed_rounds import Stop
from auctions.domain.state import AuctionState, LotState
from auctions.domain.terms import Count, Disclosure, LotTerms, Terms, terms_from_document
from auctions.domain.visibility import all_closed
from crm_core.access.actor import Actor
from kernel.clock import moment_to_wire
from kernel.decimals import floor_fraction, quantize, rounded_fraction, to_wire
from marketplace.tenders import auctioning, lists, protocol_packages
from marketplace.tenders.errors import ProtocolNotReady
from marketplace.tenders.models import Invitation, Lot, LotOutcome, LotResult, Tender
from marketplace.tenders.policies import is_buyer
from marketplace.tenders.priced_lines import priced_lines
from marketplace.tenders.protocol_random_end import random_end_of, seeds_of

VERSION = 1


@dataclass(frozen=True, slots=True)
class _View:
    """For whom the protocol is written."""

    tender: Tender
    state: AuctionState
    seats: dict[str, Invitation]  # by seat code
    company_id: UUID
    sees_all: bool
    blind: bool  # bids are told by alias

    @property
    def own_seat(self) -> str | None:
        return next(
            (code for code, each in self.seats.items() if each.company_id == self.company_id), None
        )


def protocol_for(actor: Actor, tender: Tender) -> dict[str, Any]:
    """The protocol as the actor's company may see it. Raises ProtocolNotReady before the end.

    ``tender`` must have been fetched for this actor by ``policies``.
    """
    if not tender.has_ended:
        raise ProtocolNotReady()
    terms = terms_from_document(tender.terms)
    view = _view(actor, tender, terms.disclosure)
    row = auctioning.row_of(tender)
    results = {
        result.lot.number: result
        for result in LotResult.objects.filter(lot__tender=tender).select_related(
            "lot", "leader", "awarded_to"
        )
    }
    return {
        "protocol_version": VERSION,
        "tender": {
            "id": str(tender.pk),
            "reference": tender.reference,
            "title": tender.title,
            "state": tender.state,
            "state_text": str(tender.get_state_display()),
            "reason": tender.state_reason,
            "currency": tender.currency,
            "vat": tender.vat,
            "published_at": _moment(tender.published_at),
            "starts_at": _moment(tender.starts_at),
            "ended_at": _moment(tender.ended_at),
        },
        "buyer": {"name": tender.company.legal_name, "country": tender.company.country},
        "written_for": "buyer" if is_buyer(actor, tender) else "supplier",
        "terms": {
            "version": terms.version,
            "sha256": tender.terms_hash,
            "disclosure": terms.disclosure.value,
            "award_rule": award_rule(terms),
            **_rates(terms),
        },
        "outcome": _outcome_text(tender, view.state),
        "participants": list(_participants(view, terms.feedback.count)),
        "lots": [
            _lot(view, lot, terms.lots[index], results.get(lot.number))
            for index, lot in enumerate(tender.lots.order_by("number"))
        ],
        "allocation": protocol_packages.allocation(
            view.state, lambda seat: _named(view, seat), sees_all=view.sees_all
        ),
        "ledger": {
            "auction": str(row.pk),
            "entries": row.head_seq,
            "head": bytes(row.head_hash).hex(),
            "key_id": terms.platform_key,
            "closing": auctioning.closing_of(tender),
            "seeds": seeds_of(view.state),
        },
    }


def _rates(terms: Terms) -> dict[str, Any]:
    """The frozen rates and the listed VAT rates, where the terms have any."""
    document = terms.document()
    return {name: document[name] for name in ("currencies", "vat_rates") if name in document}


def lot_rows(actor: Actor, tender: Tender) -> dict[int, list[dict[str, Any]]]:
    """The standing of every lot by number, for the result page: rank, supplier, price, bids."""
    terms = terms_from_document(tender.terms)
    view = _view(actor, tender, terms.disclosure)
    return {
        lot.number: list(_standing(view, view.state.lots[lot.number], lot)) for lot in terms.lots
    }


def outcome_in_words(result: LotResult | None, bidders: int, *, rises: bool = False) -> str:
    """How a lot ended, in one sentence."""
    if result is None:
        return _("The lot did not close.")
    if result.outcome == LotOutcome.NO_BID:
        return _("Nobody bid on this lot.")
    if result.outcome == LotOutcome.RESERVE_NOT_MET:
        return _("The best bid did not meet the hidden reserve.")
    if bidders == 1:
        return _("One supplier bid. Its bid meets the terms and leads.")
    return _("The highest quantity leads.") if rises else _("The lowest bid leads.")


def _view(actor: Actor, tender: Tender, disclosure: Disclosure) -> _View:
    by_company = {each.company_id: each for each in tender.invitations.select_related("company")}
    state = auctioning.state_of(tender)
    return _View(
        tender=tender,
        state=state,
        seats={
            code: by_company[company]
            for company, code in auctioning.seats(tender).items()
            if company in by_company
        },
        company_id=actor.company_id,
        sees_all=is_buyer(actor, tender) or disclosure is Disclosure.PUBLIC,
        blind=is_buyer(actor, tender) and state.rules.blind and not all_closed(state),
    )


def _participants(view: _View, count: Count) -> Iterator[dict[str, Any]]:
    """Everybody to the buyer and where the terms are public; else the supplier itself."""
    for code, invitation in view.seats.items():
        if not view.sees_all and code != view.own_seat:
            continue
        seat = view.state.seats.get(code)
        entry: dict[str, Any] = {
            "name": invitation.company.legal_name,
            "country": invitation.company.country,
            "state": invitation.state,
            "state_text": str(invitation.get_state_display()),
            "late": invitation.late,
            "accepted_version": seat.accepted_version if seat else 0,
            "bids": None
            if view.blind
            else sum(lot.seats[code].bids for lot in view.state.lots.values() if code in lot.seats),
        }
        if code == view.own_seat or view.tender.company_id == view.company_id:
            entry["reason"] = invitation.reason
        yield entry


def _lot(view: _View, lot: Lot, terms: LotTerms, result: LotResult | None) -> dict[str, Any]:
    state = view.state.lots[lot.number]
    bidders = outcome.bidders(state)
    entry: dict[str, Any] = {
        "number": lot.number,
        "title": lot.title,
        "quantity": to_wire(terms.quantity),
        "unit": lot.unit,
        "scale": terms.scale,
        "unit_symbol": lists.unit_symbol(lot.unit),
        "outcome": result.outcome if result else None,
        "outcome_text": protocol_packages.outcome_text(view.state, state)
        or _lot_text(view, result, bidders, terms),
        "closed_at": _moment(result.closed_at) if result else None,
        "extensions": state.extensions,
        "random_end": random_end_of(state, seat=view.own_seat, sees_all=view.sees_all),
        "standing": list(_standing(view, state, terms)),
        "award": _award(view, result, terms, state),
    }
    if money.asked_for(view.state.rules):
        entry["in_money"] = True  # prices are in each one's own; ``value`` is what ranks
    if state.rounds is not None:
        entry["rounds"] = _rounds(view, state)
        entry["rounds_text"] = _rounds_text(entry["rounds"])
    if view.state.rules.packages is not None:
        package = protocol_packages.by_package(state, view.state.packages)
        entry["by_package"] = None if state.winner is None else package is not None
    if view.sees_all:
        entry["winner_row"] = protocol_packages.winner_row(view.state, state, terms, _winners(view))
        if result is not None and result.leader_amount is not None:
            # What is paid, and to whom: in some formats not the first offer of the order.
            own = money.own_terms(view.state, result.leader_seat, lot.number)
            entry.update(_worth(result.leader_amount, own))
            paid = _in_money(view, state, result.leader_seat, result.leader_amount)
            entry |= {f"price_{name}": value for name, value in paid.items()}
            entry["winner"] = None if view.blind else str(result.leader_id)
        entry["bids"] = sum(each.bids for each in state.seats.values())
        entry["bidders"] = bidders
        entry["reserve"] = None if state.reserve is None else to_wire(state.reserve)
    if view.tender.company_id == view.company_id:
        entry["baseline"] = (
            None if lot.baseline is None else to_wire(quantize(lot.baseline, lot.money_scale))
        )
    if terms.budget is not None:
        entry["budget"] = to_wire(terms.budget)
        entry["floor"] = None if terms.floor is None else to_wire(terms.floor)
    return entry


def _rounds(view: _View, lot: LotState) -> dict[str, Any]:
    """The sealed rounds that were held; what was offered in each to those who see all."""
    ended = () if lot.rounds is None else lot.rounds.ended
    found: dict[str, Any] = {"held": len(ended)}
    if view.sees_all and lot.rounds is not None:
        found["stop"] = lot.rounds.stop or None
        found["offers"] = [
            {
                "round": number,
                "valid": sum(each.amount is not None for each in opened.values()),
                "rejected": sum(each.amount is None for each in opened.values()),
            }
            for number, opened in enumerate(ended, start=1)
        ]
    return found


def _rounds_text(rounds: dict[str, Any]) -> str:
    """How many were held, and why no further one, for whom that is told."""
    why = {
        Stop.LAST_ROUND: _("it was the last one"),
        Stop.UNIMPROVED: _("the last one did not lower the lowest offer"),
        Stop.TOO_FEW: _("too few suppliers made a valid offer in the last one"),
        Stop.RESERVE_MET: _("the hidden reserve was met"),
    }
    stop = rounds.get("stop")
    return str(rounds["held"]) if stop is None else f"{rounds['held']}: {why[Stop(stop)]}"


def _lot_text(view: _View, result: LotResult | None, bidders: int, terms: LotTerms) -> str:
    """That only one bid tells something about the others, so only those who see all are told."""
    told = bidders if view.sees_all else max(bidders, 2)
    return outcome_in_words(result, told, rises=terms.budget is not None)


def _named(view: _View, seat: str) -> str | None:
    """A seat's company to who may know of its offers; to a blind buyer its alias."""
    invitation = view.seats.get(seat)
    if invitation is None or not (view.sees_all or seat == view.own_seat):
        return None
    if view.blind:
        return alias_of(auctioning.row_of(view.tender).pk, seat)
    return invitation.company.legal_name


def _winners(view: _View) -> dict[str, tuple[str, str]]:
    return {
        seat: (str(each.company_id), _named(view, seat) or "")
        for seat, each in view.seats.items()
        if not view.blind
    }


def _standing(view: _View, lot: LotState, terms: LotTerms) -> Iterator[dict[str, Any]]:
    for ranked in outcome.ranking(view.state, lot):
        invitation = view.seats.get(ranked.seat)
        if invitation is None or not (view.sees_all or ranked.seat == view.own_seat):
            continue
        yield {
            "rank": ranked.rank,
            "company_id": None if view.blind else str(invitation.company_id),
            "name": alias_of(auctioning.row_of(view.tender).pk, ranked.seat)
            if view.blind
            else invitation.company.legal_name,
            **_worth(ranked.offer.amount, money.own_terms(view.state, ranked.seat, lot.number)),
            **_lines(view, ranked, terms),
            "bids": lot.seats[ranked.seat].bids,
            "at": _moment(ranked.offer.received_at),
            **_in_money(view, lot, ranked.seat, ranked.offer.amount),
            "surrogate": ranked.offer.surrogate,
        }


def _lines(view: _View, ranked: outcome.Ranked, terms: LotTerms) -> dict[str, Any]:
    """The unit prices behind an offer: for the buyer and for whose it is, whatever is public."""
    if view.tender.company_id != view.company_id and ranked.seat != view.own_seat:
        return {}
    found = priced_lines(terms, ranked.offer.lines)
    return {"lines": found} if found else {}


def _in_money(view: _View, lot: LotState, seat: str, amount: Decimal) -> dict[str, Any]:
    """Where the terms list currencies or VAT rates: what an amount is in, and what it counts as.

    ``value`` and ``value_total`` are on the common basis, cut to the lot's digits; ranks are not.
    """
    found = view.state.seats.get(seat)
    if not money.asked_for(view.state.rules) or found is None or found.prices is None:
        return {}
    terms = view.state.rules.lots[lot.number - 1]
    exact = money.value_of(lot, seat, amount)
    return {
        "currency": found.prices.currency,
        "vat_rate": None if found.prices.vat is None else to_wire(found.prices.vat),
        "scale": money.scale_of(view.state, seat, lot.number),
        "value": to_wire(floor_fraction(exact, terms.scale)),
        "value_total": to_wire(rounded_fraction(exact * Fraction(terms.quantity), terms.scale)),
    }


def _award(
    view: _View, result: LotResult | None, terms: LotTerms, lot: LotState
) -> dict[str, Any] | None:
    if result is None or result.decided_at is None:
        return None
    entry: dict[str, Any] = {
        "awarded": result.awarded_to_id is not None,
        "to_you": result.awarded_to_id == view.company_id,
        "decided_at": _moment(result.decided_at),
        "departs": _departs(result),
    }
    # Why the buyer departed from the auction's result is published to everybody who took part.
    if view.sees_all or entry["to_you"] or entry["departs"]:
        entry["reason"] = result.reason
    named = view.sees_all or entry["to_you"]
    if named and result.awarded_to is not None and result.awarded_amount is not None:
        seat = next(
            code for code, each in view.seats.items() if each.company_id == result.awarded_to_id
        )
        entry["name"] = result.awarded_to.legal_name
        own = money.own_terms(view.state, seat, terms.number)
        entry.update(_worth(result.awarded_amount, own))
        lines = _awarded_lines(view, result, terms)
        if lines:
            entry["lines"] = lines
        entry |= _in_money(view, lot, seat, _short(result.awarded_amount, own))
    return entry


def _awarded_lines(view: _View, result: LotResult, terms: LotTerms) -> list[dict[str, Any]]:
    """The unit prices at which the lot was awarded, for the buyer and the supplier that got it."""
    if view.company_id not in (view.tender.company_id, result.awarded_to_id):
        return []
    for ranked in outcome.ranking(view.state, terms.number):
        invitation = view.seats.get(ranked.seat)
        if invitation is not None and invitation.company_id == result.awarded_to_id:
            return priced_lines(terms, ranked.offer.lines)
    return []


def _worth(amount: Decimal, terms: LotTerms) -> dict[str, str]:
    """An amount as the format means it: a unit price, or the quantity offered for the budget."""
    amount = _short(amount, terms)
    total = {"total": to_wire(worth.total(terms, amount))}
    if terms.budget is None:
        return {"price": to_wire(amount), **total}
    return {
        "quantity_offered": to_wire(amount),
        "unit_price": to_wire(worth.shown_unit_price(terms, amount)),
        "unit_price_exact": worth.exact_unit_price(terms, amount),
        **total,
    }


def _departs(result: LotResult) -> bool:
    """Whether the decision is another than the auction's result."""
    won = result.outcome == LotOutcome.WON
    return departs(
        winner=str(result.leader_id) if won else None,
        price=result.leader_amount if won else None,
        seat=None if result.awarded_to_id is None else str(result.awarded_to_id),
        amount=result.awarded_amount,
    )


def _outcome_text(tender: Tender, state: AuctionState) -> str:
    won = sum(1 for lot in state.lots.values() if lot.winner)
    if tender.state in ("cancelled", "annulled"):
        return str(tender.get_state_display())
    packed = state.packages is not None and any(
        mine.opened for mine in state.packages.seats.values()
    )
    if not won and not packed and not any(outcome.bidders(lot) for lot in state.lots.values()):
        return _("The auction failed: nobody bid.")
    if not won:
        return _("The auction failed: no bid met the reserve.")
    return _("The auction closed with a result on %(won)d of %(all)d lots.") % {
        "won": won,
        "all": len(state.lots),
    }


def _short(value: Any, terms: LotTerms) -> Any:
    return quantize(value, terms.scale)


def _moment(moment: Any) -> str | None:
    return None if moment is None else moment_to_wire(moment)
