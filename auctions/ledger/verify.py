"""The checks of an export: chains, signatures, checkpoints, receipts, replay.

Needs nothing but Python: no Django, no library. :func:`verify` returns everything it found; one
failed finding means that the export, or what it is compared with, is not what the platform signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from auctions.domain import events as ev
from auctions.domain import money
from auctions.domain.award_rule import award_rule, departs
from auctions.domain.codec import BodyMalformed
from auctions.domain.events import event_from
from auctions.domain.rules.packages import is_broken
from auctions.domain.state import AuctionState, LotState
from auctions.domain.terms import Disclosure, Terms
from auctions.ledger import chain, proofs, signed
from auctions.ledger.claims import check_claims
from auctions.ledger.codec import Attempt, Opening, attempt_from
from auctions.ledger.exported import Broken, Export, parse_export
from auctions.ledger.places import named
from auctions.ledger.replay import AttemptFailed, replay_all, replay_own
from auctions.ledger.replay_entries import check_entries
from auctions.ledger.replay_limits import unopened
from auctions.ledger.replay_lines import closed_prices
from auctions.ledger.replay_steps import MISFITS, ReplayFailed, Step
from auctions.ledger.report import Derived, Report
from auctions.ledger.timestamps import check_timestamps
from kernel.decimals import to_wire

SHOWN = 20  # numbers of closed entries in one note
_OTHER_TERMS = "Entry {seq} holds other terms than the export names."


def verify(
    raw: bytes,
    *,
    public_key: bytes | None = None,
    receipts: Sequence[Any] = (),
    checkpoints: Sequence[Any] = (),
    authorities: Path | None = None,
) -> Report:
    """Look at everything. ``public_key`` is the platform's, got by another way than the export;
    ``authorities`` a PEM file of whose time stamps are trusted.

    Raises NotAnExport where the bytes are no export at all.
    """
    report = Report()
    try:
        export = parse_export(raw, report)
    except Broken as broken:
        report.fail("form", f"{broken}.", *broken.place.entry)
        report.note("form", "Nothing behind that could be read, so nothing else was looked at.")
        return report
    report.about = _about(export)
    for which in (chain.LEDGER, chain.ATTEMPTS):
        _check_chain(export, which, report)
    if report.passed:
        _check_terms_named(export, report)
    key = signed.check_key(export, public_key, report)
    signed.check_seal(export, key, report)
    signed.check_own_checkpoints(export, key, report)
    signed.check_checkpoints(export, key, checkpoints, report)
    proofs.check_receipts(export, key, receipts, report)
    check_timestamps(export, authorities, report)
    if report.passed:
        check_claims(export, report)
    if report.passed:
        _replay(export, report)
    else:
        report.note("replay", "Not decided again, since the export itself is not sound.")
    if not report.passed:
        report.derived = Derived.NOTHING
    return report


def _about(export: Export) -> dict[str, Any]:
    """Which export was looked at, in words a program and a page can use."""
    ledger, attempts = export.chains[chain.LEDGER], export.chains[chain.ATTEMPTS]
    return {
        "auction": export.auction,
        "scope": export.content["scope"],
        "seat": export.content["seat"],
        "exported_at": export.content["exported_at"],
        "terms_hash": export.content["terms_hash"],
        "entries": len(ledger),
        "entries_opened": sum(entry.is_open for entry in ledger),
        "attempts": len(attempts),
        "attempts_opened": sum(entry.is_open for entry in attempts),
        "head": ledger[-1].hash.hex() if ledger else "",
    }


# Chains --------------------------------------------------------------------------------------


def _check_chain(export: Export, which: str, report: Report) -> None:
    """Numbers without gaps, every opened leaf, every link, and time that never goes back."""
    previous = chain.origin(which, export.auction)
    last: datetime | None = None
    opened = 0
    openings = export.chains[which]
    for number, entry in enumerate(openings, 1):
        broken = None
        if entry.seq != number:
            broken = f"{named(which, number)} is missing: entry {entry.seq} stands in its place."
        elif chain.link(previous, entry.leaf) != entry.hash:
            broken = f"{named(which, number)} is not linked to the one before it."
        if entry.is_open and entry.seq == number:
            opened += 1
            if _leaf(export.auction, entry) != entry.leaf:
                why = f"{named(which, number)}: its content does not have its leaf."
                report.fail("leaf", why, which, number)
            else:  # a moment that does not have its leaf tells nothing of those behind it
                if last is not None and entry.recorded_at is not None and entry.recorded_at < last:
                    why = f"{named(which, number)} was recorded before the one it follows."
                    report.fail("time", why, which, number)
                last = entry.recorded_at
        if broken is not None:
            report.fail("chain", broken, which, number)
            export.broken[which] = number
            return
        previous = entry.hash
    what = "entries" if which == chain.LEDGER else "refused attempts"
    report.ok("chain", f"{len(openings)} {what} in one chain, {opened} of them opened.")
    if opened < len(openings):
        closed = len(openings) - opened
        report.note("closed", f"{closed} {what} could not be opened: only their leaves are known.")


def _leaf(auction: str, entry: Opening) -> bytes | None:
    if (
        entry.salt is None
        or entry.recorded_at is None
        or entry.kind is None
        or entry.body_json is None
    ):
        return None
    sealed = chain.envelope(auction, entry.seq, entry.recorded_at, entry.kind, entry.body_json)
    return chain.leaf(entry.salt, sealed)


# Replay --------------------------------------------------------------------------------------


def _replay(export: Export, report: Report) -> None:
    openings = export.chains[chain.LEDGER]
    if not openings[0].is_open:
        report.note("replay", "The terms are not opened: nothing can be decided again.")
        return
    try:
        check_entries(export.chains)
        steps = list(_steps(openings))
        attempts = _attempts(export.chains[chain.ATTEMPTS])
        closed = sum(1 for step in steps if step.event is None)
        if not closed or _last_terms(steps)[1].disclosure is Disclosure.PUBLIC:
            state = replay_all(steps, attempts, export.content["seat"])
            again = sum(len(found) for found in attempts.values())
            report.ok(
                "replay",
                f"Decided again: {len(steps) - closed} entries and {again} refused attempts are"
                " what the rules lead to.",
            )
            if hidden := unopened(steps):
                report.note(
                    "replay",
                    f"{hidden} limits for automatic bids were not opened, since the auction ended"
                    " before its close: the bids were checked to fit limits, not which.",
                )
            _tell_closed(steps, closed, report)
            _tell_result(state, report)
            _check_awards(state, steps, report)
        else:
            replay_own(steps, export.content["seat"] or "")
            report.ok("replay", "Your own bids are what the rules accept.")
            report.note("replay", "Who won cannot be derived: others' bids are not opened to you.")
    except AttemptFailed as failed:
        report.fail("replay", f"Attempt {failed.seq}: {failed.why}.", chain.ATTEMPTS, failed.seq)
        return
    except ReplayFailed as failed:
        report.fail("replay", f"Entry {failed.seq}: {failed.why}.", chain.LEDGER, failed.seq)
        return
    _check_terms_hash(export, steps, report)
    _check_award_rule(steps, report)


def _tell_closed(steps: Sequence[Step], closed: int, report: Report) -> None:
    """What closed entries were taken for. That they are it, their leaves do not show."""
    report.derived = Derived.OPEN if closed else Derived.ANEW
    if not closed:
        return
    prices = closed_prices(steps)
    if closed > prices:
        private = closed - prices
        report.note("replay", f"{private} closed entries were taken for private messages.")
    if prices:
        report.note(
            "replay",
            f"The unit prices of {prices} bids are closed: their totals were taken as they stand.",
        )
    numbers = [str(step.seq) for step in steps if step.event is None]
    shown = ", ".join(numbers[:SHOWN]) + (", ..." if len(numbers) > SHOWN else "")
    report.note(
        "result",
        f"The result is told as far as what is open tells: that nothing else is closed than private"
        f" messages and unit prices cannot be seen here (entries {shown}). The full export shows"
        " it, and to each participant its own export, with its receipts.",
    )


def _check_award_rule(steps: Sequence[Step], report: Report) -> None:
    """The rule for the award is in the terms from the first entry on, and stays what it was."""
    first: str | None = None
    for step in steps:
        if isinstance(step.event, ev.Opened | ev.TermsChanged):
            rule = award_rule(step.event.terms)
            first = first or rule
            if rule != first:
                why = f"Entry {step.seq}: the rule for the award was changed."
                report.fail("award", why, chain.LEDGER, step.seq)
                return
    if first is not None:
        report.ok("award", f"The rule for the award, hashed with the terms: {first}")


def _check_awards(state: AuctionState, steps: Sequence[Step], report: Report) -> None:
    """An award other than the auction's result has a reason, also one of what is left of a package
    of which another lot was awarded otherwise."""
    awards: dict[int, str | None] = {}
    for step in steps:
        award = step.event
        if not isinstance(award, ev.AwardRecorded):
            continue
        lot = state.lots[award.lot]
        broken = award.seat == lot.winner and is_broken(state, award.lot, awards)
        awards[award.lot] = award.seat
        as_ended = not departs(
            winner=lot.winner, price=lot.price, seat=award.seat, amount=award.amount
        )
        if as_ended and not broken:
            report.ok("award", f"Lot {lot.number} was awarded as the auction ended.")
        elif award.reason.strip():
            report.note(
                "award",
                f"Entry {step.seq}: the award of lot {lot.number} departs from the auction's"
                f" result. The reason given: {award.reason}",
            )
        else:
            why = f"Entry {step.seq}: the award of lot {lot.number} departs without a reason."
            report.fail("award", why, chain.LEDGER, step.seq)


def _steps(openings: Iterable[Opening]) -> Iterable[Step]:
    for opening in openings:
        event = None
        if opening.kind is not None:
            try:
                event = event_from(opening.kind, opening.body)
            except BodyMalformed as error:
                raise ReplayFailed(opening.seq, str(error)) from error
        yield Step(opening.seq, opening.recorded_at, event)


def _attempts(openings: Iterable[Opening]) -> dict[int, list[tuple[int, Attempt]]]:
    found: dict[int, list[tuple[int, Attempt]]] = {}
    for opening in openings:
        if opening.kind is None:
            continue
        try:
            attempt = attempt_from(opening.kind, opening.body)
        except MISFITS as error:
            raise AttemptFailed(opening.seq, f"it is malformed: {error}") from error
        found.setdefault(attempt.after, []).append((opening.seq, attempt))
    return found


def _last_terms(steps: Sequence[Step]) -> tuple[int, Terms]:
    """The terms in force at the end and their entry; raises ReplayFailed where there are none."""
    for step in reversed(steps):
        if isinstance(step.event, ev.Opened | ev.TermsChanged):
            return step.seq, step.event.terms
    raise ReplayFailed(1, "the first entry must be the opening with the terms")


def _check_terms_hash(export: Export, steps: Sequence[Step], report: Report) -> None:
    seq, terms = _last_terms(steps)
    digest = terms.digest()
    if digest != export.content["terms_hash"]:
        report.fail("terms", _OTHER_TERMS.format(seq=seq), chain.LEDGER, seq)
    else:
        report.ok("terms", f"The terms in force have the hash {digest}.")


def _check_terms_named(export: Export, report: Report) -> None:
    """Of the chain as it stands: the export names the hash beside the terms in force."""
    for entry in reversed(export.chains[chain.LEDGER]):
        if entry.kind in (ev.Opened.kind, ev.TermsChanged.kind):
            if entry.body.get("terms_hash") != export.content["terms_hash"]:
                why = _OTHER_TERMS.format(seq=entry.seq)
                report.fail("terms", why, chain.LEDGER, entry.seq)
            return


def _paid(state: AuctionState, lot: LotState) -> dict[str, Any]:
    """The winning amount as the terms mean it: a unit price, or a quantity for the budget."""
    budget = state.rules.lots[lot.number - 1].budget
    amount = None if lot.price is None else to_wire(lot.price)
    if budget is None:
        return {"price": amount}
    return {"quantity": amount, "budget": to_wire(budget)}


def _tell_result(state: AuctionState, report: Report) -> None:
    limit = ", as far as what is open tells" if report.derived is Derived.OPEN else ""
    for lot in state.lots.values():
        currency = money.currency_of(state, lot.winner)
        if lot.winner is not None and lot.price is not None:
            terms = state.rules.lots[lot.number - 1]
            told = f"won by seat {lot.winner} at {to_wire(lot.price)} {currency} a unit"
            if terms.budget is not None:
                told = (
                    f"won by seat {lot.winner} with {to_wire(lot.price)} {terms.unit}"
                    f" for {to_wire(terms.budget)} {currency}"
                )
        else:
            told = "without a winner" if lot.outcome is None else str(lot.outcome)
        report.results.append(
            {
                "lot": lot.number,
                "seat": lot.winner,
                **_paid(state, lot),
                "currency": currency,
                "outcome": None if lot.outcome is None else str(lot.outcome),
            }
        )
        report.ok("result", f"Lot {lot.number}: {told}{limit}.")
    report.ok("result", f"The auction ended as {state.phase}{limit}.")
