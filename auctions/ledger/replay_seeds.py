"""The random end, as one seat can decide it again from what is opened to it.

Every entry about seeds, the window and the start of the final stage is opened to each participant,
and follows from public state alone: so each is decided again. Closed are only others' bids, how
many of them are void and who else may make a final offer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NoReturn

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.draft import Draft
from auctions.domain.formats import open_closed
from auctions.domain.refusals import Refusal
from auctions.domain.state import AuctionState, LotPhase, LotState, RandomEnd
from auctions.domain.terms import OpenClosedTerms
from auctions.ledger.replay_steps import ReplayFailed, Step

# What a reveal may lead to behind the entries of the seeds and cut-offs.
_BEHIND = (
    ev.BidsVoided,
    ev.EndDrawn,
    ev.FinalistNamed,
    ev.FinalStageStarted,
    ev.ReserveOpened,
    ev.LotClosed,
    ev.Closed,
)


def check_seeds(state: AuctionState, steps: Sequence[Step], place: int, seat: str) -> None:
    """Decide the entry at ``place`` again, where it is about a random end. Raises ReplayFailed."""
    event = steps[place].event
    check = None if state.rules.open_closed is None else _CHECKS.get(type(event))
    if check is None:
        return
    try:
        check(_Look(state, steps, place, seat), event)
    except Refusal as refusal:
        why = f"the rules refuse it: {refusal.code}"
        raise ReplayFailed(steps[place].seq, why) from refusal
    except (LookupError, TypeError, ValueError) as error:
        why = "it does not fit what stands before it"
        raise ReplayFailed(steps[place].seq, why) from error


class _Look:
    """One entry, with what stands before and behind it."""

    def __init__(self, state: AuctionState, steps: Sequence[Step], place: int, seat: str) -> None:
        self.state = state
        self.steps = steps
        self.place = place
        self.seat = seat

    @property
    def rule(self) -> OpenClosedTerms:
        return self.state.rules.open_closed or OpenClosedTerms()

    def fail(self, why: str) -> NoReturn:
        raise ReplayFailed(self.steps[self.place].seq, why)

    def end_of(self, lot: int) -> tuple[LotState, RandomEnd]:
        there = self.state.lots[lot]
        if there.random_end is None:
            raise ValueError("a lot without a random end")
        return there, there.random_end

    def reveal(self) -> ev.SeedsRevealed | None:
        """The opening of the seeds that led to this entry."""
        for step in reversed(self.steps[: self.place]):
            if isinstance(step.event, ev.SeedsRevealed):
                return step.event
            if step.event is not None and not isinstance(step.event, _BEHIND):
                return None
        return None

    def follow(self, expected: Sequence[ev.Event]) -> None:
        """This entry and those behind it are ``expected``, in one go."""
        found = tuple(step.event for step in self.steps[self.place :][: len(expected)])
        if found != tuple(expected):
            self.fail("the rules lead to another entry here")


def _committed(look: _Look, event: ev.SeedCommitted) -> None:
    draft = Draft(look.state, event.at)
    open_closed.commit_seed(draft, cmd.CommitSeed(event.holder, event.commitment))
    look.follow(draft.events)


def _started(look: _Look, event: ev.LotStarted) -> None:
    lot = look.state.lots[event.lot]
    if lot.phase is not LotPhase.WAITING or lot.starts_at != event.at:
        look.fail("the lot does not start here")
    draft = Draft(look.state, event.at)
    open_closed.start(draft, lot, event.at)
    look.follow(draft.events)


def _awaited(look: _Look, event: ev.SeedsAwaited) -> None:
    lot, found = look.end_of(event.lot)
    over = found.begins + look.rule.window
    if lot.phase is not LotPhase.RUNNING or found.awaits or found.final:
        look.fail("no window ends here")
    if not event.at == lot.deadline == over or event.until != event.at + look.rule.reveal:
        look.fail("the window, or the time to open the seeds, is another")


def _missing(look: _Look, event: ev.SeedMissing) -> None:
    lot = look.state.lots[event.lot]
    draft = Draft(look.state, event.at)
    if lot.phase is LotPhase.WAITING and lot.starts_at == event.at:
        open_closed.start(draft, lot, event.at)
    elif lot.phase is LotPhase.RUNNING and look.end_of(event.lot)[1].awaits:
        if lot.deadline != event.at:
            look.fail("the time to open the seeds ends at another moment")
        open_closed.step(draft, lot, event.at, {})
    else:
        look.fail("no seed is missing here")
    look.follow(draft.events)


def _revealed(look: _Look, event: ev.SeedsRevealed) -> None:
    """The seeds, a cut-off for each lot and the own void bids follow one another; others' void bids
    may stand between them."""
    draft = Draft(look.state, event.at)
    waiting = open_closed.draw(draft, cmd.RevealSeeds(event.platform_seed, event.auditor_seed))
    expected = [each for each in draft.events if not _of_others(each, look.seat)]
    behind = look.steps[look.place :]
    found = seen = 0
    while found < len(expected) and seen < len(behind):
        step = behind[seen]
        seen += 1
        if found > 1 and (step.event is None or _of_others(step.event, look.seat)):
            continue
        if step.event != expected[found]:
            raise ReplayFailed(step.seq, "the seeds lead to another entry here")
        found += 1
    if found < len(expected):
        look.fail("not all that the seeds lead to follows")
    if look.rule.final > timedelta(0):
        _stages(look, draft.state, waiting, behind[seen:])


def _stages(
    look: _Look,
    state: AuctionState,
    waiting: Sequence[int],
    behind: Sequence[Step],
) -> None:
    """Where the seat's own bid counts somebody may make a final offer: so the stage begins."""
    begun = set()
    for step in behind:
        if step.event is not None and not isinstance(step.event, _BEHIND):
            break
        if isinstance(step.event, ev.FinalStageStarted):
            begun.add(step.event.lot)
    for number in waiting:
        mine = state.lots[number].seats.get(look.seat)
        if mine is not None and mine.best is not None and number not in begun:
            look.fail("no final stage follows the seeds")


def _of_others(event: ev.Event, seat: str) -> bool:
    return isinstance(event, ev.BidsVoided) and event.seat != seat


def _drawn(look: _Look, event: ev.EndDrawn) -> None:
    lot, found = look.end_of(event.lot)
    if look.reveal() is None or lot.phase is not LotPhase.RUNNING or not found.awaits:
        look.fail("a cut-off without seeds")
    if found.drawn is not None:
        look.fail("the cut-off is drawn already")


def _voided(look: _Look, event: ev.BidsVoided) -> None:
    if event.seat != look.seat:
        return
    for step in reversed(look.steps[: look.place]):
        if isinstance(step.event, ev.EndDrawn) and step.event.lot == event.lot:
            return
        if step.event is not None and not _of_others(step.event, look.seat):
            break
    look.fail("no cut-off makes these bids void here")


def _finalist(look: _Look, event: ev.FinalistNamed) -> None:
    reveal = look.reveal()
    _, found = look.end_of(event.lot)
    if reveal is None or reveal.at != event.at or found.final or found.drawn is None:
        look.fail("nobody is named here")
    if event.seat in found.finalists or not look.rule.final:
        look.fail("that seat is not named here")


def _final(look: _Look, event: ev.FinalStageStarted) -> None:
    reveal = look.reveal()
    _, found = look.end_of(event.lot)
    length = look.rule.final
    if reveal is None or reveal.at != event.at or found.final or found.drawn is None:
        look.fail("no final stage begins here")
    if not length or event.until != event.at + length:
        look.fail("the final stage lasts another time")


def _paused(look: _Look, event: ev.LotPaused) -> None:
    found = look.state.lots[event.lot].random_end
    if found is not None and found.awaits:
        look.fail("nothing stands still while the seeds are awaited")


def _closed(look: _Look, event: ev.Closed) -> None:
    """No lot with an own bid, and none that waited for the seeds, ends without its cut-off."""
    for lot in look.state.lots.values():
        found = lot.random_end
        if found is None:
            look.fail("a lot that never started")
        mine = lot.seats.get(look.seat)
        if found.drawn is None and (found.awaits or (mine is not None and mine.bids)):
            look.fail("a lot ends without its cut-off")


_CHECKS: Mapping[type[Any], Callable[[_Look, Any], None]] = {
    ev.SeedCommitted: _committed,
    ev.LotStarted: _started,
    ev.SeedsAwaited: _awaited,
    ev.SeedMissing: _missing,
    ev.SeedsRevealed: _revealed,
    ev.EndDrawn: _drawn,
    ev.BidsVoided: _voided,
    ev.FinalistNamed: _finalist,
    ev.FinalStageStarted: _final,
    ev.LotPaused: _paused,
    ev.Closed: _closed,
}
