"""The bots of a practice, in real time: each looks in its turn, and bids as anybody does."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from auctions.domain import machine
from auctions.domain.codec import from_body
from auctions.domain.commands import Cancel, Command, Officer
from auctions.realtime.errors import Unavailable
from auctions.rehearsal.errors import PracticeNotFound
from auctions.rehearsal.models import Practice
from auctions.rehearsal.play.bots import Bot, Strategy
from auctions.rehearsal.play.condition import Condition
from auctions.rehearsal.play.keepers import PROMPT, Keepers, keepers_needed
from auctions.rehearsal.play.looking import look
from auctions.rehearsal.play.together import Together
from auctions.selectors import load
from auctions.services.deciding import decide_now
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from kernel.clock import moment_to_wire, utc_now
from kernel.errors import FairfallError
from kernel.ids import new_id

log = logging.getLogger(__name__)
KEPT = timedelta(minutes=30)  # after the end, to look at the outcome
SILENT = timedelta(seconds=60)
LEFT = "The practice was left."


def step(practice_id: UUID, chain: UUID, *, now: datetime | None = None) -> timedelta | None:
    """Let the bots look whose turn has come, until one of them gives a command; then those who keep
    keys and seeds do what they are called for.

    In how long to come again; None when there is nothing more to do, or another series does it.
    """
    now = now or utc_now()
    with transaction.atomic():
        practice = (
            Practice.objects.select_for_update(skip_locked=True)
            .filter(pk=practice_id, chain=chain)
            .first()
        )
        if practice is None:
            return None
        state = load(practice.auction_id)
        if not state.phase.is_open:
            return None
        waiting = sorted(practice.play["looks"], key=lambda each: each["at"])
        acted = False
        while waiting and not acted and _moment(waiting[0]["at"]) <= now:
            each = waiting.pop(0)
            bot, looks = _bot(practice.play, each["bot"]), each["looks"]
            found = look(state, bot, each["lot"], looks, now)
            try:
                acted = _give(practice.auction_id, found.command)
            except Unavailable:  # nothing was decided: the same look again
                waiting.append({**each, "at": moment_to_wire(now + PROMPT)})
                waiting.sort(key=lambda one: one["at"])
                break
            if found.again is not None:
                at = moment_to_wire(now + found.again)
                waiting.append({**each, "looks": looks + 1, "at": at})
                waiting.sort(key=lambda one: one["at"])
        keepers = Keepers(practice.play["seed"])
        if not acted:
            with suppress(Unavailable):
                acted = _give(practice.auction_id, keepers.called_for(state, ()))
        practice.play["looks"], practice.heard_at = waiting, now
        practice.save(update_fields=["play", "heard_at"])
    soon = [_moment(each["at"]) for each in waiting[:1]]
    if keepers_needed(state.rules):
        due = machine.due(state)
        soon.append((now if acted or due is None else due) + PROMPT)
    return max(timedelta(0), min(soon) - now) if soon else None


def _give(auction_id: UUID, command: Command | None) -> bool:
    """Decide the command, as the live auction does; whether there was one. Raises Unavailable."""
    if command is None:
        return False
    try:
        decide_now(auction_id=auction_id, command=command)
    except Unavailable:
        raise
    except FairfallError as refusal:
        log.debug("a bot was refused: %s", refusal.code)
    return True


def _bot(play: dict[str, Any], place: int) -> Bot:
    kept = play["bots"][place]
    return Bot(
        seat=kept["seat"],
        strategy=Strategy(kept["strategy"]),
        costs=_by_lot(kept["costs"]),
        prices=_by_lot(play["prices"]),
        seed=play["seed"],
        # Practices that began earlier have none.
        together=Together(_by_lot(kept["together"])) if kept.get("together") else None,
        condition=from_body(Condition, kept["condition"]) if kept.get("condition") else None,
    )


def _by_lot(kept: dict[str, str]) -> dict[int, Decimal]:
    return {int(lot): Decimal(amount) for lot, amount in kept.items()}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def practice_of(actor: Actor, subject_urn: str) -> Practice | None:
    """The open practice of the actor's company, if there is one."""
    actor.require(Capability.AUCTION_BID)
    found = Practice.objects.filter(company_id=actor.company_id, subject_urn=subject_urn)
    return found.select_related("auction").first()


def leave(*, actor: Actor, subject_urn: str) -> None:
    """End and delete it. Raises PracticeNotFound."""
    practice = practice_of(actor, subject_urn)
    if practice is None:
        raise PracticeNotFound()
    remove(practice.pk)


@transaction.atomic
def remove(practice_id: UUID) -> None:
    """Delete a practice with everything that was written for it; an open one is cancelled first."""
    practice = Practice.objects.select_for_update().filter(pk=practice_id).first()
    if practice is None:
        return
    auction_id = practice.auction_id
    if load(auction_id).phase.is_open:
        cancel = Cancel(reason=LEFT, by=Officer.PLATFORM, ref=f"leave-{new_id()}")
        decide_now(auction_id=auction_id, command=cancel)
    practice.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT auctions_prune_demo(%s)", [auction_id])


def sweep() -> int:
    """Remove what is over or too old; how many went."""
    now = utc_now()
    old = Practice.objects.filter(
        Q(expires_at__lte=now) | Q(auction__closed_at__lte=now - KEPT)
    ).values_list("pk", flat=True)
    gone = list(old)
    for practice_id in gone:
        remove(practice_id)
    return len(gone)


def silent() -> list[tuple[UUID, UUID]]:
    """Open practices whose series of steps was lost, each with a new series."""
    before = utc_now() - SILENT
    found = list(
        Practice.objects.filter(auction__closed_at=None, heard_at__lt=before).values_list(
            "pk", flat=True
        )
    )
    taken = []
    for practice_id in found:
        chain = new_id()
        if Practice.objects.filter(pk=practice_id, heard_at__lt=before).update(
            chain=chain, heard_at=utc_now()
        ):
            taken.append((practice_id, chain))
    return taken
