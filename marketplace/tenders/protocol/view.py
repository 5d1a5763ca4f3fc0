"""For whom a protocol is written, and what of a company is told to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from auctions.aliases import alias_of
from auctions.domain.state import AuctionState
from auctions.domain.terms import Disclosure
from auctions.domain.visibility import all_closed
from crm_core.access.actor import Actor
from kernel.clock import moment_to_wire
from marketplace.tenders import auctioning
from marketplace.tenders.models import Invitation, Tender
from marketplace.tenders.policies import is_buyer


@dataclass(frozen=True, slots=True)
class View:
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


def view_for(actor: Actor, tender: Tender, disclosure: Disclosure) -> View:
    """What the actor's company may see, with everybody who took a seat."""
    by_company = {each.company_id: each for each in tender.invitations.select_related("company")}
    state = auctioning.state_of(tender)
    return View(
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


def named(view: View, seat: str) -> str | None:
    """A seat's company to who may know of its offers; to a blind buyer its alias."""
    invitation = view.seats.get(seat)
    if invitation is None or not (view.sees_all or seat == view.own_seat):
        return None
    if view.blind:
        return alias_of(auctioning.row_of(view.tender).pk, seat)
    return invitation.company.legal_name


def moment_text(moment: Any) -> str | None:
    """A moment as it stands in documents; None for none."""
    return None if moment is None else moment_to_wire(moment)
