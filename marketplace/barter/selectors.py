"""Reads that carry their authorisation: own listings, and proposals as a party sees them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from crm_core.access.actor import Actor
from crm_core.companies.gates import Gate, standings_for
from kernel.clock import utc_now
from marketplace.barter.models import (
    BarterCash,
    BarterListing,
    BarterParty,
    BarterProposal,
    BarterProposalState,
    BarterState,
    BarterWant,
)
from marketplace.barter.policies import require_trader


@dataclass(frozen=True, slots=True)
class SeenParty:
    """A party as one of the parties sees it. ``name`` is empty while it is kept from the viewer;
    ``to`` is the party that gets its goods."""

    party: BarterParty
    to: BarterParty
    name: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class SeenCash:
    """A payment between two parties."""

    payer: SeenParty
    receiver: SeenParty
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Seen:
    """A proposal as one of its parties sees it, its own place first named by ``own``."""

    proposal: BarterProposal
    parties: tuple[SeenParty, ...]
    cash: tuple[SeenCash, ...]
    own: SeenParty
    before: SeenParty
    is_open: bool
    names_shown: bool

    @property
    def value(self) -> Decimal:
        """The values of all legs."""
        return sum((each.party.gives for each in self.parties), Decimal(0))


def own_listings(actor: Actor, *, state: str = "") -> QuerySet[BarterListing]:
    """Listings of the actor's company, the latest first, with what they want."""
    require_trader(actor)
    wants = BarterWant.objects.select_related("product", "category", "unit")
    found = BarterListing.objects.filter(company_id=actor.company_id).select_related(
        "product", "category", "unit", "currency"
    )
    if state in BarterState.values:
        found = found.filter(state=state)
    return found.prefetch_related(Prefetch("wants", wants)).order_by("-created_at", "id")


def proposals(
    actor: Actor, *, state: str = "", listing: BarterListing | None = None
) -> QuerySet[BarterProposal]:
    """Proposals of which the actor's company is a party, the latest first, with all of them."""
    require_trader(actor)
    mine = BarterParty.objects.filter(company_id=actor.company_id)
    if listing is not None:
        mine = mine.filter(listing=listing)
    found = BarterProposal.objects.filter(pk__in=mine.values("proposal_id"))
    if state in BarterProposalState.values:
        found = found.filter(state=state)
    return _with_parties(found).order_by("-created_at", "id")


def seen(actor: Actor, proposal: BarterProposal) -> Seen:
    """A proposal of which the actor's company is a party, as it may see it.

    The others' names are shown while the viewer's company is verified and its own listing in the
    proposal is active, and for good once it is agreed. Until then a party is its country.
    """
    parties = list(proposal.parties.all())
    mine = next(each for each in parties if each.company_id == actor.company_id)
    agreed = proposal.state == BarterProposalState.AGREED
    shown = agreed or (
        actor.standing in standings_for(Gate.OFFER) and mine.listing.holds(utc_now())
    )
    rows = tuple(
        SeenParty(
            party=each,
            to=parties[(at + 1) % len(parties)],
            name=each.company.legal_name if shown or each is mine else "",
            is_own=each is mine,
        )
        for at, each in enumerate(parties)
    )
    cash = tuple(
        SeenCash(rows[each.payer], rows[each.receiver], each.amount)
        for each in proposal.payments.all()
    )
    at = mine.position
    return Seen(proposal, rows, cash, rows[at], rows[at - 1], proposal.is_open(utc_now()), shown)


def with_parties(proposal: BarterProposal) -> BarterProposal:
    """The same proposal with all that is shown of it, in few queries."""
    return _with_parties(BarterProposal.objects.filter(pk=proposal.pk)).get()


def _with_parties(found: QuerySet[BarterProposal]) -> QuerySet[BarterProposal]:
    parties = BarterParty.objects.select_related("company", "listing", "unit")
    return found.select_related("currency").prefetch_related(
        Prefetch("parties", parties.order_by("position")),
        Prefetch("payments", BarterCash.objects.order_by("payer", "receiver")),
    )
