"""The steps of an opening, as far as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from auctions.domain.state import LotPhase, Sealing, Seeds
from auctions.domain.terms import KeyKeeper
from auctions.services import opening_words, sealing


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ceremony: ``state`` is done, now or later."""

    title: str
    note: str
    state: str


def steps(found: sealing.Progress) -> list[Step]:
    """All steps in order, the next one marked."""
    listed = list(_listed(found))
    done = [each for _title, _note, each in listed]
    first = next((place for place, each in enumerate(done) if not each), len(done))
    # An auction that ended has nothing to do next.
    ended = not found.state.phase.is_open
    return [
        Step(title, note, "done" if is_done else "now" if place == first and not ended else "later")
        for place, (title, note, is_done) in enumerate(listed)
    ]


def _listed(found: sealing.Progress) -> Iterator[tuple[str, str, bool]]:
    keys = found.state.sealing or Sealing()
    opened = bool(keys.auditor_secret)
    if found.rounds:
        yield from _of_round(found, keys)
        return
    if found.state.rules.open_closed is not None:
        yield from _seeds(found)
        if not found.has_offers:
            return
        yield (
            _("The time for final offers is over"),
            _("until then the key cannot be handed over"),
            found.awaits or opened or not found.state.phase.is_open,
        )
    else:
        yield _("The auditor's key is made"), keeper_word(found.keeper), bool(keys.auditor)
        yield (
            _("The deadline has passed"),
            _("until then neither key can be handed over"),
            found.awaits or opened,
        )
    yield (
        _("The auditor hands the key over"),
        _handed_over(keys),
        keys.handed_over is not None,
    )
    yield _("The offers are opened"), _opened(keys), opened


def _of_round(found: sealing.Progress, keys: Sealing) -> Iterator[tuple[str, str, bool]]:
    opened, of_round = bool(keys.auditor_secret), {"round": found.round}
    yield (
        _("The auditor's keys are made, one for each round"),
        keeper_word(found.keeper),
        bool(keys.auditor),
    )
    yield (
        _("The deadline of round %(round)s has passed") % of_round,
        _("until then neither key can be handed over"),
        found.awaits or opened,
    )
    yield (
        _("The auditor hands the key of round %(round)s over") % of_round,
        _handed_over(keys),
        keys.handed_over is not None,
    )
    yield (
        _("The offers of round %(round)s are opened") % of_round,
        _opened(keys),
        opened,
    )


def _seeds(found: sealing.Progress) -> Iterator[tuple[str, str, bool]]:
    seeds = found.state.seeds or Seeds()
    opened = bool(seeds.auditor_seed)
    over = opened or found.awaits_seeds
    closed = all(lot.phase is LotPhase.CLOSED for lot in found.state.lots.values())
    yield (
        _("The auditor's secret is made"),
        _("by %(keeper)s, before the start") % {"keeper": keeper_word(found.keeper)},
        bool(seeds.auditor),
    )
    yield (
        _("The whole window is over"),
        _("until then the secret cannot be opened"),
        over or closed,
    )
    yield (
        _("The auditor opens the secret"),
        _("with it the cut-off is known, and which bids are void"),
        opened,
    )


def keeper_word(keeper: KeyKeeper) -> str:
    """Who keeps the auditor's key, in words."""
    if keeper is KeyKeeper.NEUTRAL:
        return _("a neutral person of the platform")
    return _("an auditor of the buyer's company")


def _handed_over(keys: Sealing) -> str:
    if keys.handed_over is None:
        return ""
    return opening_words.handed_over(keys.handed_over_by, keys.handed_over)


def _opened(keys: Sealing) -> str:
    """By whom the offers were opened; before that, by whom they may be."""
    if not keys.auditor_secret:
        return _("with the key of the buyer or of the platform")
    return opening_words.offices_part(keys.openings[-1])
