"""Recorded auctions of three rounds in turns, run again through the engine and compared.

A recording has the tender (offers before the start, the least step, for ``meat`` each bidder's
non-price criteria), every attempt with the answer it got, and how it went: schedule, order of
turns, amount after each turn, final order, winner. Each is played through the machine that runs
live auctions; whatever comes out differently is a disagreement.

The recorded system computed ``meat`` in binary floats. There every number is taken as the exact
value of its float, a policy of this comparison alone: the auctions of this product are decimal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain import machine, outcome
from auctions.domain.commands import Command, Officer
from auctions.domain.events import AuctionOutcome, Event, RoundOrdered, ScoringSet, TurnEnded
from auctions.domain.formats.turns_plan import StageKind, stages
from auctions.domain.refusals import (
    AboveCeiling,
    AuctionEnded,
    BidTooHigh,
    LotClosedAlready,
    NoRoom,
    NotPositive,
    NotYourTurn,
    Refusal,
    SeatUnknown,
)
from auctions.domain.state import AuctionState
from auctions.domain.terms import (
    Count,
    Feedback,
    Format,
    Guard,
    LotTerms,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TurnsTerms,
    Withdrawal,
)
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms

LOT = 1
TAKE_BACK = -1  # the amount by which a recording withdraws
EVERY_DIGIT = 110  # a scale at which no float of an amount is rounded
MICROSECOND = timedelta(microseconds=1)

_SAID: dict[type[Refusal], str] = {
    NotYourTurn: "Not valid bidder",
    NotPositive: "Too low value",
    BidTooHigh: "Too high value",
    AboveCeiling: "Too high value",
    NoRoom: "Too high value",
    SeatUnknown: "Not valid bidder",
    LotClosedAlready: "Not valid bidder",
    AuctionEnded: "Not valid bidder",
}


class RecordingMalformed(ValueError):
    """The file, or one auction of it, does not have the form of a recording."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the comparison of one recording found."""

    name: str
    attempts: int
    disagreements: tuple[str, ...]


def read(path: Path) -> list[Mapping[str, Any]]:
    """The recordings of a file. Raises RecordingMalformed, OSError."""
    try:
        content = json.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
        found = content["auctions"]
    except RecursionError as error:
        raise RecordingMalformed("not a file of recorded auctions: nested too deeply") from error
    except (ValueError, LookupError, TypeError) as error:
        raise RecordingMalformed(f"not a file of recorded auctions: {error}") from error
    if not isinstance(found, list):
        raise RecordingMalformed("not a file of recorded auctions: no list of auctions")
    return found


def check(recording: Mapping[str, Any]) -> Checked:
    """Play one recording and compare. Raises RecordingMalformed."""
    try:
        name = f"{recording.get('kind', 'default')} {recording.get('seed', '?')}"
        again = _Again(recording)
        return Checked(name, len(recording["attempts"]), tuple(again.disagreements()))
    except RecordingMalformed:
        raise
    except (
        LookupError,
        TypeError,
        ValueError,
        ArithmeticError,
        AttributeError,
        RecursionError,
    ) as error:
        raise RecordingMalformed(f"{type(error).__name__}: {error}") from error


class _Again:
    """One recording being played."""

    def __init__(self, recording: Mapping[str, Any]) -> None:
        self.recording = recording
        self.exact = recording.get("kind") == "meat"
        tender = recording["tender"]
        self.bids = [bid for bid in tender["bids"] if bid.get("status", "active") == "active"]
        self.starts_at = _moment(tender["auctionPeriod"]["startDate"])
        self.terms = self._terms(tender)
        self.plan = stages(self.terms.turns or TurnsTerms(), len(self.bids))
        self.state = AuctionState()
        self.events: list[Event] = []
        self.commands = 0
        self._open()

    def _number(self, value: Any) -> Decimal:
        return Decimal(float(value)) if self.exact else Decimal(str(value))

    def _terms(self, tender: Mapping[str, Any]) -> Terms:
        first = min((_moment(bid["date"]) for bid in self.bids), default=self.starts_at)
        return Terms(
            lots=(
                LotTerms(
                    number=LOT,
                    title=str(tender.get("tenderID") or "recorded"),
                    quantity=Decimal(1),
                    unit="C62",
                    scale=EVERY_DIGIT,
                    step=Step(
                        kind=StepKind.ABSOLUTE,
                        absolute=self._number(tender["minimalStep"]["amount"]),
                        percent=None,
                    ),
                ),
            ),
            starts_at=self.starts_at,
            currency=tender["minimalStep"].get("currency", "UAH"),
            platform_key="recorded",
            format=Format.TURNS,
            prebid_opens_at=first - timedelta(seconds=1),
            guard=Guard(warn=None, retype=None, block=None),
            soft_close=SoftClose(window=timedelta(0), reset=timedelta(0)),
            feedback=Feedback(rank=False, count=Count.SHOWN),
            withdrawal=Withdrawal(allowed=False),
            turns=TurnsTerms(),
            scoring=self._scoring(tender),
        )

    def _scoring(self, tender: Mapping[str, Any]) -> ScoringTerms | None:
        features = tender.get("features")
        if not features:
            return None
        criteria = tuple(
            Criterion(
                name=feature["code"],
                kind=CriterionKind.WEIGHT,
                most=max(self._number(choice["value"]) for choice in feature["enum"]),
            )
            for feature in features
        )
        return ScoringTerms(method=ScoringMethod.WEIGHTED, criteria=criteria)

    # Playing ------------------------------------------------------------------------------------

    def _apply(self, events: Sequence[Event]) -> None:
        for event in events:
            self.state = machine.evolve(self.state, event, self.state.seq + 1)
        self.events += events

    def _do(self, command: Command, at: datetime) -> None:
        """As the gate does: what is due before comes first."""
        while (due := machine.due(self.state)) is not None and due < at:
            self._apply(machine.decide(self.state, cmd.Tick(due), due))
        self._apply(machine.decide(self.state, command, at))

    def _ref(self) -> str:
        self.commands += 1
        return f"recorded-{self.commands}"

    def _open(self) -> None:
        self._apply([machine.genesis("recorded", "recorded", self.terms)])
        before = (self.terms.prebid_opens_at or self.starts_at) - timedelta(seconds=1)
        for bid in self.bids:
            self._before(cmd.AdmitSeat(bid["id"]), before)
            self._before(cmd.AcceptTerms(bid["id"], 1, self.state.terms_hash, self._ref()), before)
            if self.terms.scoring is not None:
                # The entry itself: as a command, values have six digits at most.
                values = tuple(self._value(bid, each.name) for each in self.terms.scoring.criteria)
                self._apply([ScoringSet(LOT, bid["id"], values, Officer.BUYER, before)])
        for bid in sorted(self.bids, key=lambda bid: _moment(bid["date"])):
            amount = self._number(bid["value"]["amount"])
            place = cmd.PlaceBid(bid["id"], LOT, amount, self._ref())
            self._before(place, min(_moment(bid["date"]), self.starts_at))

    def _before(
        self, command: cmd.AdmitSeat | cmd.AcceptTerms | cmd.PlaceBid, at: datetime
    ) -> None:
        """What a participant does before the start. The recording tells only of what was taken."""
        try:
            self._do(command, at)
        except Refusal as refusal:
            raise RecordingMalformed(
                f"the initial offer of {command.seat} is not taken: {refusal.code}"
            ) from refusal

    def _value(self, bid: Mapping[str, Any], code: str) -> Decimal:
        found = [p["value"] for p in bid.get("parameters", ()) if p["code"] == code]
        return self._number(found[0]) if found else Decimal(0)

    def _attempt(self, attempt: Mapping[str, Any], place: int) -> str:
        """The answer in the recording's words; ``place`` orders attempts of one moment."""
        into = timedelta(seconds=float(attempt["t"])) + (place + 1) * MICROSECOND
        at = self.starts_at + self.plan[-1].ends + into
        if attempt["stage"] < len(self.plan):
            stage = self.plan[attempt["stage"]]
            at = self.starts_at + stage.starts + min(into, stage.ends - stage.starts)
        seat, amount = attempt["bidder"], attempt["amount"]
        command: Command
        if amount == TAKE_BACK:
            command = cmd.Withdraw(seat, LOT, self._ref())
        else:
            command = cmd.PlaceBid(seat, LOT, self._number(amount), self._ref())
        try:
            self._do(command, at)
        except Refusal as refusal:
            return f"rejected: {_SAID.get(type(refusal), refusal.code)}"
        return "withdrawn" if amount == TAKE_BACK else "accepted"

    # Comparing ----------------------------------------------------------------------------------

    def disagreements(self) -> Iterator[str]:
        """Play every attempt and the rest, and tell what differs."""
        expected = self.recording["expected"]
        yield from _differs("schedule", self._schedule(), [
            (stage["type"], Decimal(str(stage["offset_s"]))) for stage in expected["schedule"]
        ])  # fmt: skip
        count = self.recording.get("n_bidders", len(self.bids))
        yield from _differs("participants", len(self.bids), count)
        attempts = sorted(
            self.recording["attempts"], key=lambda each: (_stage(each), float(each["t"]))
        )
        for place, attempt in enumerate(attempts):
            said = self._attempt(attempt, place)
            if not _same_answer(said, attempt["expected"]):
                who, amount = attempt["bidder"], attempt["amount"]
                yield (
                    f"stage {attempt['stage']}, {who} {amount}: "
                    f"recorded {attempt['expected']!r}, here {said!r}"
                )
        while (due := machine.due(self.state)) is not None:
            self._apply(machine.decide(self.state, cmd.Tick(due), due))
        ordered = [event for event in self.events if isinstance(event, RoundOrdered)]
        ended = [event for event in self.events if isinstance(event, TurnEnded)]
        order = [seat for event in ordered for seat in event.order]
        yield from _differs("order of turns", order, expected["turn_order"])
        amounts = [self._number(amount) for amount in expected["stage_amounts"]]
        yield from _differs("amounts per turn", [event.amount for event in ended], amounts)
        lot = self.state.lots[LOT]
        result = [(seat, offer.amount) for seat, offer in reversed(outcome.ordered(lot))]
        yield from self._order("final order", result, expected["results_worst_to_best"])
        if "initial" in expected:
            shown = list(zip(ordered[0].order, ordered[0].amounts, strict=True)) if ordered else []
            yield from self._order("initial order", shown, expected["initial"])
        yield from _differs("winner", lot.winner, expected["winner"])
        if bool(lot.winner) != (self.state.outcome is AuctionOutcome.CLOSED):
            yield f"outcome: {self.state.outcome}"

    def _order(
        self, what: str, found: Sequence[tuple[str, Decimal]], rows: Sequence[Sequence[Any]]
    ) -> Iterator[str]:
        """Rows of bidder and amount, and its score where the recording states one."""
        recorded = [(row[0], self._number(row[1])) for row in rows]
        yield from _differs(what, list(found), recorded)
        for place, row in enumerate(rows):
            stated = row[2] if len(row) > 2 else None
            if stated is None:
                continue
            score = outcome.score(self.state, row[0], LOT, self._number(row[1]))
            if not _same_score(score, stated):
                yield f"{what}, {place}: score recorded {stated}, here {score}"

    def _schedule(self) -> list[tuple[str, Decimal]]:
        found = [(_TYPES[stage.kind], _seconds(stage.starts)) for stage in self.plan]
        return [*found, ("announcement", _seconds(self.plan[-1].ends))]


_TYPES: Mapping[StageKind, str] = {
    StageKind.PAUSE: "pause",
    StageKind.TURN: "bids",
    StageKind.ANNOUNCEMENT: "pre_announcement",
}


def _seconds(length: timedelta) -> Decimal:
    return Decimal(length // MICROSECOND).scaleb(-6)


def _stage(attempt: Mapping[str, Any]) -> int:
    """The place of the stage in the schedule. Raises RecordingMalformed."""
    stage = attempt["stage"]
    if type(stage) is not int or stage < 0:
        raise RecordingMalformed(f"the stage of an attempt is no whole number from 0: {stage!r}")
    return stage


def _same_score(score: Fraction, stated: Any) -> bool:
    """A score is stated exactly, as a text such as ``4/3``, or as a number that a float holds."""
    if isinstance(stated, str):
        return score == Fraction(stated)
    return float(score) == float(stated)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _same_answer(said: str, recorded: str) -> bool:
    """Accepted, withdrawn or refused alike; and for a reason that we know, for the same reason."""
    if said.partition(":")[0] != recorded.partition(":")[0]:
        return False
    reasons = {each.partition(": ")[2] for each in (said, recorded)}
    return not reasons <= set(_SAID.values()) or said == recorded


def _differs(what: str, found: Any, recorded: Any) -> Iterator[str]:
    if found == recorded:
        return
    if isinstance(found, list) and isinstance(recorded, list):
        if len(found) != len(recorded):
            yield f"{what}: recorded {len(recorded)}, here {len(found)}"
        for place, (mine, theirs) in enumerate(zip(found, recorded, strict=False)):
            if mine != theirs:
                yield f"{what}, {place}: recorded {_told(theirs)}, here {_told(mine)}"
    else:
        yield f"{what}: recorded {_told(recorded)}, here {_told(found)}"


def _told(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{float(value):.10g}"
    if isinstance(value, tuple):
        return " ".join(_told(each) for each in value)
    return str(value)
