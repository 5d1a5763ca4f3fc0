"""The protocol: what happened, as each side may see it, once the auction has ended.

The buyer sees every name and price. A supplier sees its own rank, prices and decision, and what
the terms tell everybody: all of it where they say ``public``. A blind buyer whose auction ended
before its lots closed still knows bidders by their aliases: it may tender again. It is one JSON
document; the page shows the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from auctions.domain import outcome
from auctions.domain.award_rule import award_rule
from auctions.domain.state import AuctionState
from auctions.domain.terms import Count, Terms, terms_from_document
from crm_core.access.actor import Actor
from marketplace.tenders import auctioning
from marketplace.tenders.errors import ProtocolNotReady
from marketplace.tenders.models import LotResult, Tender
from marketplace.tenders.policies import is_buyer
from marketplace.tenders.protocol import packages
from marketplace.tenders.protocol.lots import lot_entry, standing
from marketplace.tenders.protocol.openings import openings_of
from marketplace.tenders.protocol.random_end import seeds_of
from marketplace.tenders.protocol.view import View, moment_text, named, view_for

VERSION = 1


def protocol_for(actor: Actor, tender: Tender) -> dict[str, Any]:
    """The protocol as the actor's company may see it. Raises ProtocolNotReady before the end.

    ``tender`` must have been fetched for this actor by ``policies``.
    """
    if not tender.has_ended:
        raise ProtocolNotReady()
    terms = terms_from_document(tender.terms)
    view = view_for(actor, tender, terms.disclosure)
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
            "published_at": moment_text(tender.published_at),
            "starts_at": moment_text(tender.starts_at),
            "ended_at": moment_text(tender.ended_at),
        },
        "buyer": {"name": tender.company.legal_name, "country": tender.company.country},
        "written_for": "buyer" if is_buyer(actor, tender) else "supplier",
        "terms": {
            "version": terms.version,
            "sha256": tender.terms_hash,
            "disclosure": terms.disclosure.value,
            "award_rule": award_rule(terms),
            **_formulas(terms),
        },
        "outcome": _outcome_text(tender, view.state),
        "participants": list(_participants(view, terms.feedback.count)),
        "lots": [
            lot_entry(view, lot, terms.lots[index], results.get(lot.number))
            for index, lot in enumerate(tender.lots.order_by("number"))
        ],
        "allocation": packages.allocation(
            view.state, lambda seat: named(view, seat), sees_all=view.sees_all
        ),
        "ledger": {
            "auction": str(row.pk),
            "entries": row.head_seq,
            "head": bytes(row.head_hash).hex(),
            "key_id": terms.platform_key,
            "closing": auctioning.closing_of(tender),
            "seeds": seeds_of(view.state),
            "openings": list(openings_of(view.state)),
        },
    }


def _formulas(terms: Terms) -> dict[str, Any]:
    """The frozen rates, the listed VAT rates and the criteria of the score, where there are any."""
    document = terms.document()
    names = ("currencies", "vat_rates", "scoring")
    return {name: document[name] for name in names if name in document}


def lot_rows(actor: Actor, tender: Tender) -> dict[int, list[dict[str, Any]]]:
    """The standing of every lot by number, for the result page: rank, supplier, price, bids."""
    terms = terms_from_document(tender.terms)
    view = view_for(actor, tender, terms.disclosure)
    return {
        lot.number: list(standing(view, view.state.lots[lot.number], lot)) for lot in terms.lots
    }


def _participants(view: View, count: Count) -> Iterator[dict[str, Any]]:
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
