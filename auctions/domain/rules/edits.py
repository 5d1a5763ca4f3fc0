"""Edits: a new version of the terms while paused, with everybody's consent asked.

Once a bid exists only time parameters may change; of the buyer's extensions, which are then neither
more nor fewer, the length alone, to a shorter one. Before, everything but the lots' identity,
positions and reserves, the currencies and VAT rates, the key, the format and the rules of sealed
offers (and, once a lot started or pre-bidding opened, how lots follow each other and when
pre-bidding opens). Anything else is an annulment. An edit turns the officer's pause into a pause
for consent, whose end resumes. Who has not consented stays ranked and cannot bid.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from auctions.domain.commands import ChangeTerms
from auctions.domain.draft import Draft
from auctions.domain.events import PauseCause, TermsChanged
from auctions.domain.formats import rules_of
from auctions.domain.presets import PRESETS
from auctions.domain.refusals import EditNeedsPause, EditNotAllowed, TermsUnfit
from auctions.domain.rules import admission, consent, holds
from auctions.domain.state import AuctionState
from auctions.domain.terms import BuyerExtension, LotOrder, Terms
from auctions.domain.terms_check import check_kept_terms

_FROZEN = (
    "currency",
    "platform_key",
    "format",
    "scoring",
    "sealed",
    "sealed_rounds",
    "packages",
    "open_closed",
    "preset",
    "currencies",
    "vat_rates",
)
_FROZEN_ONCE_OPENED = ("lot_order", "prebid_opens_at")
_TIMES = (
    "version",
    "starts_at",
    "lot_gap",
    "length",
    "buyer_extension",
    "resume_notice",
    "consent_time",
)


def change_terms(draft: Draft, command: ChangeTerms) -> None:
    """Publish the next version and ask for consent."""
    state = draft.state
    admission.check_open(state)
    preset = PRESETS.get(state.rules.preset or "")
    if preset is not None and not preset.edits:
        raise EditNotAllowed(name="preset")
    started = any(lot.started for lot in state.lots.values())
    if started and not rules_of(state).edited_once_started:
        raise EditNotAllowed(name="format")
    lots = holds.open_lots(state)
    if not lots:
        raise EditNotAllowed(name="lots")  # what waits for its opening is not edited
    if any(PauseCause.OFFICER not in lot.pauses for lot in lots):
        raise EditNeedsPause()
    _check_allowed(state, command.terms, extensions_kept=bool(command.extensions_kept))
    for problem in check_kept_terms(command.terms):
        raise TermsUnfit(name=problem.field or problem.code, problem=problem.code)
    until = draft.at + state.rules.consent_time
    draft.emit(
        TermsChanged(
            command.terms,
            command.terms.digest(),
            until,
            command.by,
            command.extensions_kept,
        )
    )
    consent.end_consent_if_complete(draft)


def has_bids(state: AuctionState) -> bool:
    """Whether somebody bid, also what was taken back; then only times may change."""
    bids = any(mine.bids for lot in state.lots.values() for mine in lot.seats.values())
    return bids or state.packages is not None


def _check_allowed(state: AuctionState, new: Terms, *, extensions_kept: bool) -> None:
    """Raise EditNotAllowed naming the first field that may not change."""
    old = state.rules
    if new.version != old.version + 1:
        raise EditNotAllowed(name="version")
    frozen = [*_FROZEN]
    if state.prebid_opened or any(lot.started for lot in state.lots.values()):
        frozen += _FROZEN_ONCE_OPENED
    if old.vat_rates is not None:
        frozen.append("vat")  # what a seat declared means another price otherwise
    for name in frozen:
        if getattr(new, name) != getattr(old, name):
            raise EditNotAllowed(name=name)
    if _identity(new) != _identity(old) or [lot.lines for lot in new.lots] != [
        lot.lines for lot in old.lots
    ]:
        raise EditNotAllowed(name="lots")
    if new.starts_at != old.starts_at and not _some_start_ahead(state):
        raise EditNotAllowed(name="starts_at")
    if has_bids(state):
        _check_times_only(old, new)
        if extensions_kept:
            _check_extensions(old.buyer_extension, new.buyer_extension)


def _some_start_ahead(state: AuctionState) -> bool:
    """Whether a lot still waits for the moment ``starts_at`` itself."""
    if state.rules.lot_order is LotOrder.SERIAL:
        return not state.lots[1].started
    return any(not lot.started for lot in state.lots.values())


def _identity(terms: Terms) -> list[tuple[object, ...]]:
    """With a hidden reserve also what was compared with it: start, ceiling and floor."""
    return [
        (lot.number, None)
        if lot.reserve_commitment is None
        else (lot.number, lot.reserve_commitment, lot.start, lot.ceiling, lot.floor)
        for lot in terms.lots
    ]


def _check_extensions(old: BuyerExtension, new: BuyerExtension) -> None:
    """How often the buyer may put off the end is what was bid under; it may promise less each."""
    if new.times != old.times:
        raise EditNotAllowed(name="buyer_extension.times")
    if new.length > old.length:
        raise EditNotAllowed(name="buyer_extension.length")


def _check_times_only(old: Terms, new: Terms) -> None:
    times: dict[str, Any] = {name: getattr(old, name) for name in _TIMES}
    soft = replace(
        new.soft_close,
        window=old.soft_close.window,
        reset=old.soft_close.reset,
        hard_stop=old.soft_close.hard_stop,
    )
    withdrawal = replace(new.withdrawal, window=old.withdrawal.window)
    dutch, japanese = new.dutch, new.japanese
    if dutch is not None and old.dutch is not None:
        dutch = replace(dutch, tick=old.dutch.tick)
    if japanese is not None and old.japanese is not None:
        japanese = replace(japanese, level=old.japanese.level)
    rest = replace(
        new, **times, soft_close=soft, withdrawal=withdrawal, dutch=dutch, japanese=japanese
    )
    for field in fields(Terms):
        if getattr(rest, field.name) != getattr(old, field.name):
            raise EditNotAllowed(name=field.name)
