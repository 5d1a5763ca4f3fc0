"""The opening of sealed offers and of the seeds of a random end: who keeps what, and what was
opened by whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from auctions.domain import money, outcome
from auctions.domain.formats import RULES
from auctions.domain.state import AuctionState, LotPhase, LotState, Packages
from auctions.domain.terms import Format
from auctions.domain.visibility import Field, Viewer, granted
from auctions.domain.visibility.standing.score import scored
from auctions.domain.visibility.table import label
from auctions.pages.opening_steps import keeper_word, steps
from auctions.pages.packages import packages_opened
from auctions.services import sealing
from auctions.services.opening_words import auditors_part, offices_part
from auctions.services.policies import Place, place_of, surroundings
from auctions.services.rejections import rejection
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from kernel.decimals import to_wire
from kernel.random_end import after_begin
from ui.formatting import figure

# The formats in which an auditor keeps something.
HAS_KEYS = frozenset(
    name.value for name, rules in RULES.items() if rules.sealed or name is Format.OPEN_CLOSED
)


@dataclass(frozen=True, slots=True)
class Row:
    """One offer after the opening."""

    lot: int
    round: int  # 0 where there are no rounds
    name: str
    sealed_at: datetime
    amount: str
    rejected: str
    won: bool
    lines: tuple[str, ...] = ()  # each position with its unit price
    score: str = ""  # cut to six digits, where the terms score and the viewer may know it


@require_safe
@never_cache
@as_actor()
def opening(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """The ceremony as far as it is, with what this person may do in it."""
    place = place_of(actor, auction_id)
    if place.viewer.seat is not None or place.auction.format not in HAS_KEYS:
        return redirect("auctions:room", auction_id=auction_id)
    found = sealing.progress(actor=actor, auction_id=auction_id)
    keys = found.state.sealing
    opened = keys is not None and bool(keys.auditor_secret)
    some = opened or any(lot.rounds and lot.rounds.ended for lot in found.state.lots.values())
    config = {
        "auction": str(auction_id),
        "company": str(actor.company_id),
        "wrapped": found.wrapped,
        "seeds": found.state.seeds is not None,
        "round": found.round,
        "rounds": found.rounds,
        "urls": {
            name: reverse(f"api-sealing-{name}", args=[auction_id])
            for name in ("auditor", "rounds", "hand-over", "open", "office", "seeds")
        },
        "strings": _strings(),
    }
    context = {
        "auction": place.auction,
        "subject": subject_from(place.auction.subject),
        "found": found,
        "keys": keys,
        "opened": opened,
        "openings": [
            (each.round, auditors_part(each), offices_part(each))
            for each in (() if keys is None else keys.openings)
        ],
        "some_opened": some,
        "next_at": _next_at(found),
        "over": not found.state.phase.is_open,
        "handed_over": keys is not None and keys.handed_over is not None,
        "keeper_word": keeper_word(found.keeper),
        "made": found.made_at is not None,
        "seeds": found.state.seeds,
        "reveal_until": _reveal_until(found),
        "cut_offs": list(_cut_offs(place, found)),
        "steps": steps(found),
        "rows": _rows(place, found) if some else [],
        "has_lines": any(lot.lines is not None for lot in found.state.rules.lots),
        "packages": packages_opened(place, found.state) if some else None,
        "may_open": (found.is_officer or found.is_keeper) and not found.handed_over_here,
        "config": config,
    }
    return render(request, "auctions/opening.html", context)


def _next_at(found: sealing.Progress) -> datetime | None:
    """When the next round starts; None while none is to come."""
    if not found.between or not found.state.phase.is_open:
        return None
    waiting = (lot for lot in found.state.lots.values() if lot.outcome is None)
    return max((lot.starts_at for lot in waiting if lot.starts_at is not None), default=None)


def _reveal_until(found: sealing.Progress) -> datetime | None:
    """The last moment for opening the seeds, while they are awaited."""
    if not found.awaits_seeds:
        return None
    waiting = (lot.deadline for lot in found.state.lots.values() if lot.phase is LotPhase.RUNNING)
    return min((each for each in waiting if each is not None), default=None)


def _cut_offs(place: Place, found: sealing.Progress) -> Iterator[dict[str, Any]]:
    """When bids counted on each lot, once the seeds told, and how many came too late."""
    for lot in found.state.lots.values():
        drawn = None if lot.random_end is None else lot.random_end.drawn
        if drawn is None or lot.random_end is None:
            continue
        counted = granted(Field.BIDS, place.viewer, found.state, lot)
        yield {
            "lot": lot.number,
            "after": after_begin(drawn),
            "void": len(lot.random_end.void()) if counted else None,
        }


def _rows(place: Place, found: sealing.Progress) -> list[Row]:
    around = surroundings(place.auction)
    rows = []
    for lot in found.state.lots.values():
        if lot.rounds is not None:
            rows += _of_rounds(lot, place.viewer, found, around)
        elif lot.sealed is not None and lot.phase is LotPhase.CLOSED:
            rows += _of_lot(lot, place.viewer, found, around)
    return sorted(rows, key=lambda row: -row.round)


def _of_rounds(lot: LotState, viewer: Viewer, found: sealing.Progress, around: Any) -> list[Row]:
    assert lot.rounds is not None
    leading = _leading(found.state, lot)
    rows = []
    for number, opened in enumerate(lot.rounds.ended, start=1):
        for seat, offer in sorted(opened.items(), key=lambda item: item[1].seq):
            if not granted(Field.BID, viewer, found.state, lot, seat):
                continue
            code = offer.rejected
            name = around.name(label(viewer, found.state, seat, around.alias))
            rows.append(
                Row(
                    lot=lot.number,
                    round=number,
                    name=name,
                    sealed_at=offer.received_at,
                    amount="" if offer.amount is None else to_wire(offer.amount),
                    rejected=rejection(code) if code else "",
                    # In the round in which it was made.
                    won=offer.seq == leading,
                    lines=_lines(found.state, lot, viewer, seat, offer.lines),
                    score=_score(found.state, lot, viewer, seat, offer.amount),
                )
            )
    return rows


def _leading(state: AuctionState, lot: LotState) -> int | None:
    """The entry of the lowest offer so far, by score where there is one; where all lots are decided
    together, of that which is chosen for the lot."""
    best = outcome.leader(lot)
    if state.rules.packages is None:
        return None if best is None else best[1].seq
    packages = state.packages or Packages()
    if packages.allocated is not None:
        if lot.winner is None or lot.number in packages.allocated.by_package:
            return None
        mine = lot.seats[lot.winner].best
        return None if mine is None else mine.seq
    chosen = frozenset[int]() if packages.choice is None else packages.choice.entries
    standing = (mine.best.seq for mine in lot.seats.values() if mine.best is not None)
    return next((seq for seq in standing if seq in chosen), None)


def _of_lot(lot: LotState, viewer: Viewer, found: sealing.Progress, around: Any) -> list[Row]:
    assert lot.sealed is not None
    allocated = None if found.state.packages is None else found.state.packages.allocated
    by_package = allocated is not None and lot.number in allocated.by_package
    rows = []
    for seat, offer in sorted(lot.sealed.offers.items(), key=lambda item: item[1].seq):
        if not granted(Field.BID, viewer, found.state, lot, seat):
            continue
        best = lot.seats[seat].best
        code = lot.sealed.rejected.get(seat, "")
        rows.append(
            Row(
                lot=lot.number,
                round=0,
                name=around.name(seat),
                sealed_at=offer.received_at,
                amount="" if best is None else _amount(found.state, lot, seat, best.amount),
                rejected=rejection(code) if code else "",
                won=lot.winner == seat and not by_package,
                lines=_lines(found.state, lot, viewer, seat, None if best is None else best.lines),
                score=_score(found.state, lot, viewer, seat, None if best is None else best.amount),
            )
        )
    return rows


def _lines(
    state: AuctionState,
    lot: LotState,
    viewer: Viewer,
    seat: str,
    prices: tuple[Decimal, ...] | None,
) -> tuple[str, ...]:
    """The unit prices behind an offer, for whoever may see them."""
    lines = state.rules.lots[lot.number - 1].lines
    if lines is None or prices is None or not granted(Field.LINES, viewer, state, lot, seat):
        return ()
    return tuple(
        f"{line.title}: {figure(price)}" for line, price in zip(lines, prices, strict=True)
    )


def _score(
    state: AuctionState, lot: LotState, viewer: Viewer, seat: str, amount: Decimal | None
) -> str:
    """What an offer ranks by, for whoever may see the supplier's values."""
    found = scored(state, lot, seat, amount, granted(Field.SCORING, viewer, state, lot, seat))
    score = found.get("score")
    return "" if score is None else figure(score, least=2)


def _amount(state: AuctionState, lot: LotState, seat: str, amount: Decimal) -> str:
    """In other money than the auction's with its currency, and what it counts as."""
    if seat not in lot.money:
        return to_wire(amount)
    value = to_wire(money.told_value(state, lot, seat, amount))
    return f"{to_wire(amount)} {money.currency_of(state, seat)} = {value}"


def _strings() -> dict[str, str]:
    return {
        "failed": _("The server could not answer. Nothing was changed; try again."),
        "short": _("Take at least twelve characters."),
        "differ": _("The two passphrases differ."),
        "wrong": _("This passphrase does not unlock the key."),
        "no_crypto": _(
            "This browser cannot encrypt here. Open the page over https in a current browser."
        ),
        "sheet": _("The key on the sheet has 64 digits and letters a to f."),
        "file": _("This file does not hold an office key."),
        "round": _("Round {round}"),
    }
