"""Opening a practice auction: the real terms at shifted times, one real seat, bots at the others.

Nothing secret goes in: hidden reserves and the values of a scoring are left out, and the bots'
costs are drawn from what the public terms tell or the supplier types. The auction belongs to the
supplier's own company, so neither the buyer nor anybody else has a place in it.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from auctions.domain import machine
from auctions.domain.codec import to_body
from auctions.domain.commands import AcceptTerms, AdmitSeat
from auctions.domain.events import Event
from auctions.domain.state import EMPTY
from auctions.domain.terms import Terms
from auctions.domain.terms_check import check_kept_terms
from auctions.ledger import store
from auctions.ledger.reserves import save_reserves, seal_reserve
from auctions.models import Auction, Seat
from auctions.realtime import signals
from auctions.rehearsal import tasks
from auctions.rehearsal.errors import PracticeOpen
from auctions.rehearsal.models import Practice
from auctions.rehearsal.play.bots import Prices, Strategy
from auctions.rehearsal.play.costs import USUAL_SAVING, Costs
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.keepers import Keepers
from auctions.rehearsal.play.looking import places
from auctions.rehearsal.play.secrets import without_secrets
from auctions.rehearsal.play.simulate import bots_for
from auctions.rehearsal.setup import price_levels, wrong
from auctions.services.opening import new_code
from auctions.subject import AuctionSubject, SubjectLot
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from infra.keys import KeyRing
from kernel.clock import moment_to_wire, utc_now
from kernel.decimals import to_wire
from kernel.ids import new_id

UNTIL_START = timedelta(seconds=20)
INITIAL_OFFERS = timedelta(seconds=90)  # where the format begins with them
LONGEST = timedelta(hours=6)
MOST_RIVALS = 8
REFERENCE = "PRACTICE"


def begin(
    *,
    actor: Actor,
    subject_urn: str,
    title: str,
    link: str,
    lots: Iterable[SubjectLot],
    terms: Terms,
    typed: Mapping[str, Any],
) -> Practice:
    """Open a practice for the actor's company, starting in twenty seconds; where it begins with
    initial offers, with a time for them. ``lots`` say in words what each is counted in.

    Raises AccessForbidden, PracticeOpen, or a refusal beside its field.
    """
    actor.require(Capability.AUCTION_BID)
    rivals = _rivals(typed)
    prices, missing = price_levels(typed, terms, {})
    for lot in missing:
        raise wrong(f"price_{lot}", _("Give a price level for lot {lot}.").format(lot=lot))
    with transaction.atomic():
        mine = Practice.objects.filter(company_id=actor.company_id, subject_urn=subject_urn)
        if mine.exists():
            raise PracticeOpen()
        try:
            subject = AuctionSubject("", REFERENCE, title, link, tuple(lots))
            with transaction.atomic():
                return _open(actor, subject_urn, subject, terms, prices, rivals)
        except IntegrityError as error:  # asked twice at once
            if mine.exists():
                raise PracticeOpen() from error
            raise


def _rivals(typed: Mapping[str, Any]) -> int:
    text = str(typed.get("rivals") or "4").strip()
    if text.isascii() and text.isdecimal() and len(text) < 3 and 1 <= int(text) <= MOST_RIVALS:
        return int(text)
    raise wrong(
        "rivals",
        _("Give a whole number from {low} to {high}.").format(low=1, high=MOST_RIVALS),
    )


def _open(  # noqa: PLR0917
    actor: Actor,
    subject_urn: str,
    subject: AuctionSubject,
    terms: Terms,
    prices: dict[int, Decimal],
    rivals: int,
) -> Practice:
    now, keys, auction_id = utc_now(), KeyRing(settings.PLATFORM_KEY_DIR), new_id()
    terms = without_secrets(terms)
    opens = now + UNTIL_START if FORMATS[terms.format].initial_offers else None
    starts_at = now + UNTIL_START if opens is None else opens + INITIAL_OFFERS
    terms = replace(
        terms, version=1, starts_at=starts_at, prebid_opens_at=opens,
        platform_key=keys.current().key_id,
        # Nobody is there to decide either.
        withdrawal=replace(terms.withdrawal, allowed=False), guard=replace(terms.guard, block=None),
        # Seeds that come late, since a worker was lost, must not annul it.
        open_closed=None if terms.open_closed is None else replace(
            terms.open_closed, reveal=max(terms.open_closed.reveal, LONGEST)
        ),
    )  # fmt: skip
    sealed = []
    if FORMATS[terms.format].needs_reserve:
        # The price level stands in, as in a rehearsal; the real one is not looked at.
        sealed = [
            seal_reserve(keys, auction_id=auction_id, lot=lot, amount=amount)
            for lot, amount in prices.items()
        ]
        lots = tuple(
            replace(lot, reserve_commitment=each.commitment)
            for lot, each in zip(terms.lots, sealed, strict=True)
        )
        terms = replace(terms, lots=lots)
    for problem in check_kept_terms(terms):
        raise problem
    auction = Auction.objects.create(
        id=auction_id, owner_id=actor.company_id, subject=subject.document(),
        rules_version=machine.RULES_VERSION, format=terms.format.value, is_demo=True,
        is_practice=True,
    )  # fmt: skip
    taken: set[str] = set()
    own, *others = [new_code(taken) for _place in range(rivals + 1)]
    Seat.objects.create(auction=auction, code=own, company_id=actor.company_id)
    seed = secrets.token_hex(8)
    _write(auction, subject, terms, [own, *others], Keepers(seed), now)
    with connection.cursor() as cursor:
        save_reserves(cursor, auction.pk, sealed)
    practice = Practice.objects.create(
        auction=auction, company_id=actor.company_id, subject_urn=subject_urn,
        play=_bots(terms, prices, others, seed), expires_at=now + LONGEST,
    )  # fmt: skip
    step = (str(practice.pk), str(practice.chain))
    transaction.on_commit(lambda: signals.appended(auction.pk), robust=True)
    transaction.on_commit(lambda: tasks.practise.delay(*step), robust=True)
    return practice


def _write(  # noqa: PLR0917
    auction: Auction,
    subject: AuctionSubject,
    terms: Terms,
    seats: list[str],
    keepers: Keepers,
    now: datetime,
) -> None:
    """The genesis, everybody seated and agreed, and what the keepers fix before the start."""
    events: list[Event] = [machine.genesis(subject.reference, subject.title, terms)]
    state = machine.replay(events, EMPTY)
    with connection.cursor() as cursor:
        head = store.lock_auction(cursor, auction.pk)
        now = min(now, head.recorded_at)  # whatever a clock that runs ahead says
        for seat in seats:
            accept = AcceptTerms(seat, terms.version, state.terms_hash, f"accept-{new_id()}")
            for command in (AdmitSeat(seat), accept):
                found = machine.decide(state, command, now)
                state = machine.replay(found, state)
                events += found
        for fixed in keepers.before(state):
            found = machine.decide(state, fixed, now)
            state = machine.replay(found, state)
            events += found
        store.append(
            cursor, head, entries=store.chain_events(head, events), phase=state.phase.value,
            due=machine.due(state),
        )  # fmt: skip


def _bots(terms: Terms, prices: dict[int, Decimal], seats: list[str], seed: str) -> dict[str, Any]:
    habits = list(Strategy)
    random.Random(seed).shuffle(habits)
    begins = terms.prebid_opens_at or terms.starts_at
    bots = bots_for(
        terms, count=len(seats), strategies=habits, prices=prices, seed=seed,
        costs=Costs(saving=USUAL_SAVING, discount_saving=USUAL_SAVING),
    )  # fmt: skip
    return {
        "seed": seed,
        "prices": _kept(prices),
        "bots": [
            {
                "seat": seat,
                "strategy": bot.strategy.value,
                "costs": _kept(bot.costs),
                "together": None if bot.together is None else _kept(bot.together.costs),
                "condition": None if bot.condition is None else to_body(bot.condition),
            }
            for seat, bot in zip(seats, bots, strict=True)
        ],
        "looks": [
            {"bot": place, "lot": at, "looks": 1, "at": moment_to_wire(begins)}
            for place in range(len(seats))
            for at in places(terms)
        ],
    }


def _kept(amounts: Prices) -> dict[str, str]:
    return {str(lot): to_wire(amount) for lot, amount in amounts.items()}
