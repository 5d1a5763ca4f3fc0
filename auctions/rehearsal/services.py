"""Rehearsals: asked for, played in pieces, cancelled, asked for again, deleted.

The table is the queue; Celery only says when to look. Whoever calls has settled that the actor may
edit what is rehearsed; every function checks again whose rehearsal it is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from auctions.domain.terms import Terms, terms_from_document
from auctions.domain.terms_check import check_terms
from auctions.rehearsal import tasks
from auctions.rehearsal.errors import (
    RehearsalNotFound,
    RehearsalOver,
    RehearsalRunning,
    RehearsalsWaiting,
)
from auctions.rehearsal.models import OPEN_STATES, Rehearsal, RehearsalRun, RehearsalState
from auctions.rehearsal.play.figures import figures_of
from auctions.rehearsal.play.secrets import rehearsed, without_secrets
from auctions.rehearsal.play.simulate import Played, bots_for, play
from auctions.rehearsal.play.variants import Variant
from auctions.rehearsal.setup import Setup, read_setup, setup_from
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from kernel.clock import utc_now

MOST_WAITING = 3  # unfinished ones of a company
PIECE = timedelta(seconds=2)  # after so long the next runs are another task's
SILENT = timedelta(minutes=2)


def rehearse(
    *,
    actor: Actor,
    subject_urn: str,
    title: str,
    terms: Terms,
    typed: Mapping[str, Any],
    known_prices: Mapping[int, Decimal],
) -> Rehearsal:
    """Ask for a rehearsal of these terms. Raises what the setup refuses, or RehearsalsWaiting."""
    actor.require(Capability.TENDER_EDIT)
    terms = without_secrets(terms)
    setup = read_setup(typed, terms, known_prices)
    return _ask(actor, subject_urn, title, terms, setup)


def is_whole(terms: Terms) -> bool:
    """Whether an auction may have these terms, whatever the reserves."""
    some = {lot.number: Decimal(1) for lot in terms.lots}
    return not check_terms(rehearsed(terms, some))


def again(*, actor: Actor, rehearsal_id: UUID, seed: str | None = None) -> Rehearsal:
    """The same once more; with the same seed it comes to the same."""
    former = own_rehearsal(actor, rehearsal_id)
    setup = setup_from(former.setup)
    setup = replace(setup, seed=seed) if seed else setup
    terms = terms_from_document(former.terms)
    return _ask(actor, former.subject_urn, former.title, terms, setup)


def own_rehearsal(actor: Actor, rehearsal_id: UUID, *, lock: bool = False) -> Rehearsal:
    """A rehearsal of the actor's company. Raises RehearsalNotFound, or what ``require`` raises."""
    actor.require(Capability.TENDER_EDIT)
    found = Rehearsal.objects.filter(pk=rehearsal_id, company_id=actor.company_id)
    rehearsal = (found.select_for_update() if lock else found).first()
    if rehearsal is None:
        raise RehearsalNotFound()
    return rehearsal


@transaction.atomic
def cancel(*, actor: Actor, rehearsal_id: UUID) -> Rehearsal:
    """Stop after the piece that is being played; what was played is kept. Raises RehearsalOver."""
    rehearsal = own_rehearsal(actor, rehearsal_id, lock=True)
    if not rehearsal.is_open:
        raise RehearsalOver()
    rehearsal.state, rehearsal.finished_at = RehearsalState.CANCELLED, utc_now()
    rehearsal.save(update_fields=["state", "finished_at"])
    return rehearsal


@transaction.atomic
def delete(*, actor: Actor, rehearsal_id: UUID) -> None:
    """Forget an ended rehearsal. Raises RehearsalRunning."""
    rehearsal = own_rehearsal(actor, rehearsal_id, lock=True)
    if rehearsal.is_open:
        raise RehearsalRunning()
    rehearsal.delete()


def go_on(rehearsal_id: UUID) -> bool:
    """Play the next runs for about two seconds; whether some are left.

    Runs and progress are one transaction each: a killed worker's run is played again by the next.
    """
    until = time.monotonic() + PIECE.total_seconds()
    while _one_more(rehearsal_id):
        if time.monotonic() > until:
            return True
    return False


def silent() -> list[UUID]:
    """Unfinished rehearsals that nobody works on."""
    before = utc_now() - SILENT
    found = Rehearsal.objects.filter(state__in=OPEN_STATES, heard_at__lt=before)
    return list(found.values_list("pk", flat=True))


def replayed(rehearsal: Rehearsal, *, variant: int, number: int) -> Played:
    """One run, played anew: the very ledger its figures were taken from."""
    setup, terms = setup_from(rehearsal.setup), terms_from_document(rehearsal.terms)
    return _played(setup, setup.variants(terms)[variant], number)


def _ask(actor: Actor, subject_urn: str, title: str, terms: Terms, setup: Setup) -> Rehearsal:
    with transaction.atomic():
        # Two requests at once count each other: the later waits for the earlier's commit.
        Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
        mine = Rehearsal.objects.filter(company_id=actor.company_id, state__in=OPEN_STATES)
        if mine.count() >= MOST_WAITING:
            raise RehearsalsWaiting(most=MOST_WAITING)
        rehearsal = Rehearsal.objects.create(
            company_id=actor.company_id,
            subject_urn=subject_urn,
            title=title,
            terms=terms.document(),
            setup=setup.document(),
            total=setup.runs * len(setup.variants(terms)),
            asked_by_id=actor.user_id,
        )
        transaction.on_commit(lambda: tasks.go_on.delay(str(rehearsal.pk)), robust=True)
    return rehearsal


@transaction.atomic
def _one_more(rehearsal_id: UUID) -> bool:
    rehearsal = (
        Rehearsal.objects.select_for_update(skip_locked=True)
        .filter(pk=rehearsal_id, state__in=OPEN_STATES)
        .first()
    )
    if rehearsal is None:
        return False
    setup, terms = setup_from(rehearsal.setup), terms_from_document(rehearsal.terms)
    variants = setup.variants(terms)
    # Run by run through all variants, so that an early look compares them already.
    number, variant = divmod(rehearsal.done, len(variants))
    played = _played(setup, variants[variant], number)
    RehearsalRun.objects.create(
        rehearsal=rehearsal,
        variant=variant,
        number=number,
        figures=figures_of(played, with_path=number == 0),
    )
    rehearsal.done += 1
    rehearsal.heard_at = utc_now()
    rehearsal.state = RehearsalState.RUNNING
    if rehearsal.done == rehearsal.total:
        rehearsal.state, rehearsal.finished_at = RehearsalState.DONE, rehearsal.heard_at
    rehearsal.save(update_fields=["done", "heard_at", "state", "finished_at"])
    return rehearsal.is_open


def _played(setup: Setup, variant: Variant, number: int) -> Played:
    bots = bots_for(
        variant.terms,
        count=setup.bots,
        strategies=setup.strategies,
        costs=setup.costs,
        prices=setup.price_of(),
        # Every variant meets the same bots with the same costs: what differs is the rules.
        seed=f"{setup.seed}.{number}",
    )
    return play(variant.terms, bots)
