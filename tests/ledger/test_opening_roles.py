"""Who took which part in an opening: in the entries, for the verifier, and in ledgers before it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import refusals
from auctions.domain.codec import to_body
from auctions.domain.commands import OpeningRole
from auctions.domain.terms import Format, KeyKeeper, OpenClosedTerms, SealedRoundsTerms, SealedTerms
from auctions.domain.visibility import Role, Viewer, event_view
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from auctions.ledger.snapshot import state_from_text, state_to_text
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.domain import rounds_room, test_final_stage, test_sealed
from tests.domain.room import START, Room, minutes
from tests.domain.rounds_room import LATE, RoundsRoom, rounds_terms
from tests.domain.test_final_stage import FinalRoom
from tests.domain.test_sealed import SealedRoom
from tests.ledger.case import signer
from tests.ledger.test_own_export_keys import Change, exported, on

OFFICER, AUDITOR, NEUTRAL = OpeningRole.OFFICER, OpeningRole.AUDITOR, OpeningRole.NEUTRAL
# A sealed auction in three rounds as it was written before entries told who took part.
BEFORE = Path(__file__).parent.parent / "data" / "ledger-sealed-rounds-v1.json"
KEEPERS = {KeyKeeper.NEUTRAL: NEUTRAL, KeyKeeper.AUDITOR: AUDITOR}
WAYS = [
    (name, keeper, by)
    for name in ("sealed", "vickrey", "rounds", "final")
    for keeper in KeyKeeper
    for by in (OFFICER, KEEPERS[keeper])
]


def handed(room: Room, by: OpeningRole | None, at: Any) -> None:
    room.do(cmd.HandOverKey(cmd.KeyMeans.PERSON, by), at)


def opened(room: Room, by: OpeningRole | None, at: Any, keys: tuple[bytes, bytes]) -> None:
    secrets = [key.hex() for key in keys]
    room.do(cmd.OpenOffers(*secrets, cmd.KeyMeans.PLATFORM, room.reserves, by=by), at)


def waiting(name: str, keeper: KeyKeeper) -> tuple[Room, Any, tuple[bytes, bytes]]:
    """A room whose offers wait for their opening: when it may be, and both private keys."""
    if name == "rounds":
        rounds = RoundsRoom(rounds_terms(SealedRoundsTerms(rounds=2, keeper=keeper)))
        for seat, value in (("a", "900"), ("b", "890")):
            rounds.offer(seat, value)
        deadline = rounds.state.lots[1].deadline
        rounds.until(deadline)
        return rounds, deadline, (rounds_room.AUDITOR[0], rounds_room.OFFICE[0])
    if name == "final":
        final = FinalRoom(test_final_stage.of(open_closed=OpenClosedTerms(keeper=keeper)))
        for seat, value in (("a", "500"), ("b", "510")):
            final.bid(seat, value, START + minutes(1))
        final.until(test_final_stage.END)
        final.reveal()
        final.offer("a", "450.00")
        final.until(test_final_stage.OVER)
        return final, test_final_stage.LATER, tuple(test_final_stage.KEYS.values())  # type: ignore[return-value]
    sealed = SealedRoom(
        test_sealed.of(format=Format(name), sealed=SealedTerms(keeper=keeper)),
    )
    sealed.offer("a", "80")
    sealed.offer("b", "70")
    sealed.until(test_sealed.END)
    return sealed, test_sealed.LATER, (test_sealed.AUDITOR, test_sealed.OFFICE)


def of_kind(room: Room, kind: Any) -> Any:
    (found,) = (event for event in room.events if isinstance(event, kind))
    return found


def steps(room: Room) -> list[Step]:
    return [Step(seq, LATE, event) for seq, event in enumerate(room.events, start=1)]


@pytest.mark.parametrize(("name", "keeper", "by"), WAYS)
def test_every_opening_says_in_which_roles_it_was_made(
    name: str, keeper: KeyKeeper, by: OpeningRole
) -> None:
    room, at, keys = waiting(name, keeper)
    handed(room, KEEPERS[keeper], at)
    opened(room, by, at, keys)
    assert to_body(of_kind(room, ev.KeyHandedOver))["by"] == KEEPERS[keeper].value
    body = to_body(of_kind(room, ev.OffersOpened))
    assert (body["auditor_by"], body["office_by"]) == (KEEPERS[keeper].value, by.value)
    assert replay_all(steps(room), {}) == room.state
    for seat in room.state.seats:
        replay_own(exported(room, seat), seat)
    assert state_from_text(state_to_text(room.state)) == room.state
    sealing = room.state.sealing
    assert sealing is not None
    (kept,) = sealing.openings
    assert (kept.auditor_by, kept.office_by, kept.at) == (KEEPERS[keeper], by, at)
    assert kept.round == (1 if name == "rounds" else 0)


@pytest.mark.parametrize("name", ["sealed", "vickrey", "rounds", "final"])
def test_nobody_takes_a_part_that_the_terms_give_to_others(name: str) -> None:
    room, at, keys = waiting(name, KeyKeeper.NEUTRAL)
    for wrong in (AUDITOR, OFFICER):
        with pytest.raises(refusals.OpeningRoleDiffers):
            handed(room, wrong, at)
    handed(room, NEUTRAL, at)
    with pytest.raises(refusals.OpeningRoleDiffers):
        opened(room, AUDITOR, at, keys)
    opened(room, NEUTRAL, at, keys)


def test_each_round_keeps_who_opened_it() -> None:
    own = SealedRoundsTerms(rounds=3, least_active=0, stop_unimproved=False)
    room = RoundsRoom(rounds_terms(own))
    for number, by in enumerate((OFFICER, NEUTRAL, OFFICER)):
        room.offer("a", str(900 - 50 * number))
        deadline = room.state.lots[1].deadline
        room.until(deadline)
        handed(room, NEUTRAL, deadline)
        opened(room, by, deadline, (rounds_room.AUDITOR[number], rounds_room.OFFICE[number]))
        starts = room.state.lots[1].starts_at
        if number < 2:
            room.until(starts)
    assert room.state.sealing is not None
    told = [(each.round, each.office_by) for each in room.state.sealing.openings]
    assert told == [(1, OFFICER), (2, NEUTRAL), (3, OFFICER)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (on(ev.KeyHandedOver, by=AUDITOR), "handed over by whom the terms do not name"),
        (on(ev.KeyHandedOver, by=None), "names another"),
        (on(ev.OffersOpened, auditor_by=None), "names another"),
        (on(ev.OffersOpened, auditor_by=AUDITOR), "names another"),
        (on(ev.OffersOpened, office_by=AUDITOR), "opened by whom the terms do not name"),
    ],
)
def test_a_forged_role_is_found(change: Change, why: str) -> None:
    """By a supplier in its own export, and by whoever has the whole."""
    room, at, keys = waiting("sealed", KeyKeeper.NEUTRAL)
    handed(room, NEUTRAL, at)
    opened(room, OFFICER, at, keys)
    with pytest.raises(ReplayFailed, match=why):
        replay_own(exported(room, "a", change), "a")
    with pytest.raises(ReplayFailed):
        replay_all([replace(step, event=change(step.event)) for step in steps(room)], {})


def test_everybody_is_told_the_roles_and_nobody_the_keys() -> None:
    room, at, keys = waiting("sealed", KeyKeeper.NEUTRAL)
    handed(room, NEUTRAL, at)
    opened(room, NEUTRAL, at, keys)
    for viewer in (Viewer(Role.BUYER), Viewer(Role.SUPPLIER, "c"), Viewer(Role.OBSERVER)):
        told = [
            event_view(room.state, room.state, of_kind(room, kind), viewer)
            for kind in (ev.KeyHandedOver, ev.OffersOpened)
        ]
        over, both = told
        assert over is not None
        assert both is not None
        assert (over["by"], over["means"]) == ("neutral", "person")
        assert (both["auditor_by"], both["office_by"]) == ("neutral", "neutral")
        assert not any(key.hex() in json.dumps(told) for key in keys)


def test_a_ledger_before_the_roles_replays_to_the_same_bytes_and_verifies() -> None:
    raw = BEFORE.read_bytes()
    report = verify(raw, public_key=signer().public_key)
    assert report.passed, report.findings
    document = json.loads(raw)
    kinds = [entry["kind"] for entry in document["entries"]]
    assert kinds.count("key_handed_over") == kinds.count("offers_opened") == 3
    for entry in document["entries"]:
        event = ev.event_from(entry["kind"], entry["body"])
        assert canonical(to_body(event)) == canonical(entry["body"])
    room = RoundsRoom()
    room.play(a=900, b=890)  # without roles, as then
    assert "by" not in to_body(of_kind(room, ev.KeyHandedOver))
    assert not {"auditor_by", "office_by"} & to_body(of_kind(room, ev.OffersOpened)).keys()
    assert room.state.sealing is not None
    assert [each.office_by for each in room.state.sealing.openings] == [None]


def test_an_opening_may_begin_before_the_roles_and_end_after_them() -> None:
    room, at, keys = waiting("sealed", KeyKeeper.NEUTRAL)
    handed(room, None, at)
    opened(room, OFFICER, at, keys)
    body = to_body(of_kind(room, ev.OffersOpened))
    assert "auditor_by" not in body
    assert body["office_by"] == "officer"
    assert replay_all(steps(room), {}) == room.state
    replay_own(exported(room, "a"), "a")
