"""What became of a lot, as a protocol tells it: to whom it was awarded, and why."""

from __future__ import annotations

from typing import Any

from auctions.domain import money, outcome
from auctions.domain.award_rule import departs
from auctions.domain.state import LotState
from auctions.domain.terms import LotTerms
from marketplace.tenders.models import LotOutcome, LotResult
from marketplace.tenders.priced_lines import priced_lines
from marketplace.tenders.protocol.amounts import amounts, in_money, short
from marketplace.tenders.protocol.view import View, moment_text


def award(
    view: View, result: LotResult | None, terms: LotTerms, lot: LotState
) -> dict[str, Any] | None:
    """The decision on a lot; None until there is one."""
    if result is None or result.decided_at is None:
        return None
    entry: dict[str, Any] = {
        "awarded": result.awarded_to_id is not None,
        "to_you": result.awarded_to_id == view.company_id,
        "decided_at": moment_text(result.decided_at),
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
        entry.update(amounts(result.awarded_amount, own))
        lines = _awarded_lines(view, result, terms)
        if lines:
            entry["lines"] = lines
        entry |= in_money(view, lot, seat, short(result.awarded_amount, own))
    return entry


def _awarded_lines(view: View, result: LotResult, terms: LotTerms) -> list[dict[str, Any]]:
    """The unit prices at which the lot was awarded, for the buyer and the supplier that got it."""
    if view.company_id not in (view.tender.company_id, result.awarded_to_id):
        return []
    for ranked in outcome.ranking(view.state, terms.number):
        invitation = view.seats.get(ranked.seat)
        if invitation is not None and invitation.company_id == result.awarded_to_id:
            return priced_lines(terms, ranked.offer.lines)
    return []


def _departs(result: LotResult) -> bool:
    """Whether the decision is another than the auction's result."""
    won = result.outcome == LotOutcome.WON
    return departs(
        winner=str(result.leader_id) if won else None,
        price=result.leader_amount if won else None,
        seat=None if result.awarded_to_id is None else str(result.awarded_to_id),
        amount=result.awarded_amount,
    )
