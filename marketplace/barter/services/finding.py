"""Finding swaps: on demand for one listing, and every night for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from crm_core.access.actor import Actor
from kernel.clock import utc_now
from kernel.decimals import to_wire
from marketplace.barter.domain.balance import Balanced, balance
from marketplace.barter.domain.cycles import cycles
from marketplace.barter.domain.graph import graph
from marketplace.barter.errors import ListingStateMoved
from marketplace.barter.models import (
    BarterCash,
    BarterEnd,
    BarterListing,
    BarterParty,
    BarterProposal,
    BarterProposalState,
)
from marketplace.barter.policies import COMMIT, own_listing
from marketplace.barter.services.ending import tell
from marketplace.barter.world import World, load_world

ANSWER_WITHIN = timedelta(days=7)
MOST_PER_SEARCH = 10
MOST_PER_NIGHT = 200
MOST_OPEN_OF_A_LISTING = 10


@dataclass(frozen=True, slots=True)
class Search:
    """What a search brought. ``known`` fitted and were proposed before; ``complete`` is False where
    a limit ended it; ``other_currencies`` listings were left out as nothing is converted."""

    made: tuple[BarterProposal, ...]
    known: int
    complete: bool
    other_currencies: int


def find_for(*, actor: Actor, listing_id: UUID) -> Search:
    """Propose the best swaps and cycles of one's own active listing that are not proposed yet.
    Raises ListingStateMoved where it is not active and valid."""
    listing = own_listing(actor, listing_id, COMMIT)
    if not listing.holds(utc_now()):
        raise ListingStateMoved()
    world = load_world(listing.currency_id)
    edges = graph(world.nodes.values())
    found = cycles(edges, world.companies, through=str(listing.pk))
    fitting = _balanced(found.found, edges, world)
    made, known = _propose(fitting, world, MOST_PER_SEARCH, actor.urn)
    others = BarterListing.objects.filter(state="active").exclude(currency=listing.currency_id)
    complete = found.complete and not world.cut and len(made) + known == len(fitting)
    return Search(tuple(made), known, complete, others.count())


def find_all() -> int:
    """Propose what can be found among all listings, currency by currency; how many."""
    currencies = (
        BarterListing.objects.filter(state="active").order_by("currency_id")
        .values_list("currency_id", flat=True).distinct()
    )  # fmt: skip
    made = 0
    for currency in list(currencies):
        world = load_world(currency)
        edges = graph(world.nodes.values())
        fitting = _balanced(cycles(edges, world.companies).found, edges, world)
        made += len(_propose(fitting, world, MOST_PER_NIGHT, "")[0])
    return made


def _balanced(found: Iterable[Sequence[str]], edges: object, world: World) -> list[Balanced]:
    """Those that can be balanced: the least cash for what is traded first, then the greater."""
    fitting = [balance(each, edges, world.nodes, world.places) for each in found]  # type: ignore[arg-type]
    return sorted(
        (each for each in fitting if each is not None),
        key=lambda each: (each.paid / each.value, len(each.legs), -each.value, _fingerprint(each)),
    )


def _propose(
    fitting: Sequence[Balanced], world: World, most: int, by: str
) -> tuple[list[BarterProposal], int]:
    """Keep the first ``most`` that are neither open nor were declined; how many were passed over.

    No listing gets more than MOST_OPEN_OF_A_LISTING open proposals.
    """
    prints = {_fingerprint(each): each for each in fitting}
    of_state = BarterProposal.objects.filter(fingerprint__in=prints)
    passed = set(
        (of_state.filter(state=BarterProposalState.OPEN)
         | of_state.filter(end=BarterEnd.DECLINED)).values_list("fingerprint", flat=True)
    )  # fmt: skip
    crowded = dict.fromkeys(world.nodes, 0)
    for key in BarterParty.objects.filter(
        proposal__state=BarterProposalState.OPEN, listing_id__in=world.nodes
    ).values_list("listing_id", flat=True):
        crowded[str(key)] += 1
    made: list[BarterProposal] = []
    for mark, each in prints.items():
        keys = [party.node for party in each.parties]
        full = any(crowded[key] >= MOST_OPEN_OF_A_LISTING for key in keys)
        if mark in passed or full:
            continue
        if len(made) == most:
            break
        try:
            made.append(_keep(each, mark, world, by))
        except IntegrityError:  # another search proposed the same a moment ago
            passed.add(mark)
            continue
        for key in keys:
            crowded[key] += 1
    return made, len(passed)


def _keep(found: Balanced, mark: str, world: World, by: str) -> BarterProposal:
    with transaction.atomic():
        made = BarterProposal.objects.create(
            currency_id=world.currency, fingerprint=mark, respond_until=utc_now() + ANSWER_WITHIN
        )
        BarterParty.objects.bulk_create(
            [_party(made, at, found, world) for at in range(len(found.legs))]
        )
        BarterCash.objects.bulk_create(
            [BarterCash(proposal=made, payer=each.payer, receiver=each.receiver,
                        amount=each.amount) for each in found.cash]
        )  # fmt: skip
        tell(made, "barter.proposed", by)
    return made


def _party(proposal: BarterProposal, at: int, found: Balanced, world: World) -> BarterParty:
    leg, party = found.legs[at], found.parties[at]
    node, listing = world.nodes[party.node], world.listings[party.node]
    return BarterParty(
        proposal=proposal, position=at, company_id=listing.company_id, listing=listing,
        want_id=int(leg.edge.want), title=listing.title, quantity=leg.quantity,
        unit_id=listing.unit_id, unit_value=node.unit_value, gives=party.gives, gets=party.gets,
    )  # fmt: skip


def _fingerprint(found: Balanced) -> str:
    ring = "|".join(
        f"{each.edge.giver}:{each.edge.want}:{to_wire(each.quantity)}:{to_wire(each.value)}"
        for each in found.legs
    )
    return hashlib.sha256(ring.encode()).hexdigest()
