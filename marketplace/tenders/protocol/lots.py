"""One lot of a protocol: how it ended, its ranks, its rounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from auctions.aliases import alias_of
from auctions.domain import money, outcome
from auctions.domain.formats.sealed_rounds import Stop
from auctions.domain.rules import packages as rule
from auctions.domain.state import LotState
from auctions.domain.terms import Format, LotTerms
from kernel.decimals import quantize, to_wire
from marketplace import lists
from marketplace.tenders import auctioning
from marketplace.tenders.models import Lot, LotOutcome, LotResult
from marketplace.tenders.priced_lines import priced_lines
from marketplace.tenders.protocol import packages
from marketplace.tenders.protocol.amounts import amounts, in_money, scored
from marketplace.tenders.protocol.award import award
from marketplace.tenders.protocol.random_end import random_end_of
from marketplace.tenders.protocol.view import View, moment_text, named


def lot_entry(view: View, lot: Lot, terms: LotTerms, result: LotResult | None) -> dict[str, Any]:
    """Everything the view may see of one lot."""
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
        "outcome_text": packages.outcome_text(view.state, state)
        or _lot_text(view, result, bidders, terms),
        "closed_at": moment_text(result.closed_at) if result else None,
        "extensions": state.extensions,
        "random_end": random_end_of(state, seat=view.own_seat, sees_all=view.sees_all),
        "standing": list(standing(view, state, terms)),
        "award": award(view, result, terms, state),
    }
    if money.asked_for(view.state.rules):
        entry["in_money"] = True  # prices are in each one's own; ``value`` is what ranks
    if state.rounds is not None:
        entry["rounds"] = _rounds(view, state)
        entry["rounds_text"] = _rounds_text(
            entry["rounds"],
            together=view.state.rules.packages is not None,
            scored=view.state.rules.scoring is not None,
        )
    if view.state.rules.packages is not None:
        package = packages.by_package(state, view.state.packages)
        entry["by_package"] = None if state.winner is None else package is not None
    if view.sees_all:
        entry["winner_row"] = packages.winner_row(view.state, state, terms, _winners(view))
        if result is not None and result.leader_amount is not None:
            entry["winner"] = None if view.blind else str(result.leader_id)
        entry["bids"] = sum(each.bids for each in state.seats.values())
        entry["bidders"] = bidders
        entry["reserve"] = None if state.reserve is None else to_wire(state.reserve)
    if result is not None and (view.sees_all or state.winner == view.own_seat is not None):
        entry |= _paid(view, state, result)
    if view.tender.company_id == view.company_id:
        entry["baseline"] = (
            None if lot.baseline is None else to_wire(quantize(lot.baseline, lot.money_scale))
        )
    if terms.budget is not None:
        entry["budget"] = to_wire(terms.budget)
        entry["floor"] = None if terms.floor is None else to_wire(terms.floor)
    return entry


def _paid(view: View, lot: LotState, result: LotResult) -> dict[str, Any]:
    """What is paid by the result: in some formats not what the first of the order asked."""
    seat, amount = result.leader_seat, result.leader_amount
    if amount is None:
        return {}
    asked = rule.asked(view.state, lot.number)
    if asked is None and view.state.rules.format is Format.VICKREY and lot.winner == seat:
        best = lot.seats[seat].best
        asked = None if best is None else best.amount
    return {
        **amounts(amount, money.own_terms(view.state, seat, lot.number)),
        **{f"price_{name}": value for name, value in in_money(view, lot, seat, amount).items()},
        "asked": None if asked is None else to_wire(asked),
    }


def outcome_in_words(
    result: LotResult | None, bidders: int, *, rises: bool = False, scored: bool = False
) -> str:
    """How a lot ended, in one sentence."""
    if result is None:
        return _("The lot did not close.")
    if result.outcome == LotOutcome.NO_BID:
        return _("Nobody bid on this lot.")
    if result.outcome == LotOutcome.RESERVE_NOT_MET:
        return _("The best bid did not meet the hidden reserve.")
    if bidders == 1:
        return _("One supplier bid. Its bid meets the terms and leads.")
    if scored:
        return _("The lowest score leads.")
    return _("The highest quantity leads.") if rises else _("The lowest bid leads.")


def _lot_text(view: View, result: LotResult | None, bidders: int, terms: LotTerms) -> str:
    """That only one bid tells something about the others, so only those who see all are told."""
    told = bidders if view.sees_all else max(bidders, 2)
    scored = view.state.rules.scoring is not None
    return outcome_in_words(result, told, rises=terms.budget is not None, scored=scored)


def standing(view: View, lot: LotState, terms: LotTerms) -> Iterator[dict[str, Any]]:
    """Who stands where: everybody to who sees all, else the own row."""
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
            **amounts(ranked.offer.amount, money.own_terms(view.state, ranked.seat, lot.number)),
            **_lines(view, ranked, terms),
            "bids": lot.seats[ranked.seat].bids,
            "at": moment_text(ranked.offer.received_at),
            **in_money(view, lot, ranked.seat, ranked.offer.amount),
            **_score(view, lot, ranked),
            "surrogate": ranked.offer.surrogate,
        }


def _score(view: View, lot: LotState, ranked: outcome.Ranked) -> dict[str, Any]:
    """What an offer is ranked by: for the buyer and for whose it is, whatever is public."""
    if not _knows(view, ranked):
        return {}
    return scored(view, lot, ranked.seat, ranked.offer.amount)


def _knows(view: View, ranked: outcome.Ranked) -> bool:
    """Whether the view is the buyer's, or of the supplier whose offer it is."""
    return view.tender.company_id == view.company_id or ranked.seat == view.own_seat


def _lines(view: View, ranked: outcome.Ranked, terms: LotTerms) -> dict[str, Any]:
    """The unit prices behind an offer: for the buyer and for whose it is, whatever is public."""
    if not _knows(view, ranked):
        return {}
    found = priced_lines(terms, ranked.offer.lines)
    return {"lines": found} if found else {}


def _rounds(view: View, lot: LotState) -> dict[str, Any]:
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


def _rounds_text(rounds: dict[str, Any], *, together: bool, scored: bool) -> str:
    """How many were held, and why no further one, for whom that is told."""
    why = {
        Stop.LAST_ROUND: _("it was the last one"),
        Stop.UNIMPROVED: _("the last one brought no better choice over all lots")
        if together
        else _("the last one did not lower the lowest score")
        if scored
        else _("the last one did not lower the lowest offer"),
        Stop.TOO_FEW: _("too few suppliers made a valid offer in the last one"),
        Stop.RESERVE_MET: _("the hidden reserves of all lots were met")
        if together
        else _("the hidden reserve was met"),
    }
    stop = rounds.get("stop")
    return str(rounds["held"]) if stop is None else f"{rounds['held']}: {why[Stop(stop)]}"


def _winners(view: View) -> dict[str, tuple[str, str]]:
    return {
        seat: (str(each.company_id), named(view, seat) or "")
        for seat, each in view.seats.items()
        if not view.blind
    }
