"""Faults while an auction of each other format runs under bin/run: no level is lost or doubled,
each turn keeps its moments, nobody is out or without its offer but by the terms, every
acknowledgement is in the ledger, and every ledger is verified and told once.

One launcher serves the whole file; the tests run in the order they stand in.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal

import pytest
from websockets.asyncio.client import ClientConnection

from tests.faults import rude
from tests.faults.became import (
    assert_cut_off_holds,
    assert_levels_hold,
    assert_put_out,
    assert_turns_used,
    moment,
    refusals,
)
from tests.faults.floor import FORMATS, QUITS_AT, RELAY, SUPPLIERS, WORKER, Floor
from tests.faults.format_rooms import DUTCH_TICK, JAPANESE_LEVEL
from tests.faults.launcher import eventually, launched
from tests.faults.openings import (
    assert_each_offer_opened_once,
    assert_nothing_told_early,
    open_while_killed,
)
from tests.faults.players import FinalPlayer, JapanesePlayer, SealedPlayer

pytestmark = pytest.mark.slow
WEB, CLOCK, VALKEY, POSTGRES = "daphne", "auctionclock", "valkey", "postgres"
DECIDER = "auctiondecider"
REFUSED = {"auction.level_not_reached", "gate.abandoned"}  # abandoned: it had never arrived
OVER = {"auction.lot_closed", "auction.ended"}


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with ExitStack() as ending:
        began = time.monotonic()
        started = launched(web_processes=2, EMAIL_URL="demo:")
        running, var_dir = ending.enter_context(started)
        assert eventually(
            lambda: all(running.status("/readyz", p) == 200 for p in running.ports), 60
        )
        made = Floor(running, var_dir, ready_in=time.monotonic() - began)
        ending.callback(made.close)
        made.begin()
        yield made


@pytest.fixture
def goes_on(floor: Floor) -> Iterator[None]:
    floor.assert_all_run()
    yield
    floor.assert_nobody_gave_up()
    floor.assert_all_go_on()
    floor.assert_nothing_lost()


fault = pytest.mark.usefixtures("goes_on")


@pytest.fixture
def tellers_killed(floor: Floor) -> None:
    """The relay and the worker die as an auction ends."""
    floor.kill_tellers()


@pytest.fixture(scope="module")
def slow_readers(floor: Floor) -> dict[str, ClientConnection]:
    """A socket in each room that has read nothing since the first test."""
    slow = {
        of: floor.run(floor.rude_socket(of, floor.urls[1], max_queue=1, ping_interval=None))
        for of in FORMATS
    }
    return {of: opened.result(20) for of, opened in slow.items()}


@fault
@pytest.mark.usefixtures("slow_readers")
def test_a_killed_clock_is_made_up_for(floor: Floor) -> None:
    killed = floor.running.kill(CLOCK)

    assert floor.running.comes_back(CLOCK, killed)


@fault
def test_a_killed_decider_is_replaced(floor: Floor) -> None:
    for web in floor.running.find_all(WEB):
        (killed,) = floor.running.find_all(DECIDER, of=web)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda web=web: floor.running.find_all(DECIDER, of=web) != [], 30)


@fault
def test_a_killed_web_process_is_come_back_to(floor: Floor) -> None:
    killed = floor.running.kill(WEB)

    def come_back() -> bool:
        webs = floor.running.find_all(WEB)
        return len(webs) == 2 and killed not in webs

    assert eventually(come_back, 60)


@fault
def test_a_killed_database_leaves_nothing_half_done(floor: Floor) -> None:
    killed = floor.running.kill(POSTGRES)

    assert floor.running.comes_back(POSTGRES, killed)


@fault
def test_connections_cut_leave_nothing_half_done(floor: Floor) -> None:
    for _ in range(4):
        # A cut counts only where somebody had connected: after the one before, that takes a while.
        assert eventually(lambda: floor.inside("cut_connections") > 0, 15)
        time.sleep(0.25)


@fault
def test_a_killed_valkey_is_done_without(floor: Floor) -> None:
    killed = floor.running.kill(VALKEY)

    assert floor.running.comes_back(VALKEY, killed)


@fault
def test_a_killed_worker_delivers_what_was_queued_meanwhile(floor: Floor) -> None:
    killed = floor.running.kill(WORKER)
    address = floor.inside("queue_mail", name="while-the-worker-was-dead", with_task=True)
    assert floor.running.find(WORKER) is None

    assert floor.running.comes_back(WORKER, killed)

    assert eventually(lambda: floor.inside("told", people=[address])["mails"] == {address: 1}, 30)


@fault
def test_a_killed_relay_tells_every_timeline_once(floor: Floor) -> None:
    killed = floor.running.kill(RELAY)
    untold = [of for of in FORMATS if floor.untold(of)]
    assert floor.running.comes_back(RELAY, killed)
    assert untold != [], "it was killed too late to prove anything"

    for of in FORMATS:
        floor.assert_told_once(of)


def test_while_valkey_hangs_every_command_is_answered(floor: Floor) -> None:
    valkey = floor.running.child(VALKEY)
    os.kill(valkey, signal.SIGSTOP)
    try:
        floor.assert_answers_flow("dutch")
        level = floor.of_kind("dutch", "level_opened")[-1]
        assert eventually(lambda: floor.of_kind("dutch", "level_opened")[-1] != level, 5)
    finally:
        os.kill(valkey, signal.SIGCONT)
    floor.assert_nothing_lost()


@pytest.mark.parametrize("case", range(len(rude.IDS)), ids=rude.IDS)
def test_rude_clients_in_every_room_are_put_out_and_cost_nobody_anything(
    floor: Floor, case: int
) -> None:
    floor.assert_all_run()
    turns = len(floor.ledger("turns"))

    assert_put_out(floor, rude.FRAMES, case)

    # Nobody had to wait, and no level, no turn and no offer was lost.
    floor.assert_answers_flow(*(of for of in FORMATS if of != "turns"))
    assert not floor.rests("dutch")
    assert_levels_hold(floor, "dutch", DUTCH_TICK)
    assert_levels_hold(floor, "japanese", JAPANESE_LEVEL)
    out = {each["body"]["seat"] for each in floor.of_kind("japanese", "dropped_out")}
    assert out <= {floor.live["japanese"].players[-1].seat}
    assert_turns_used(floor, turns)
    floor.assert_nothing_lost()
    floor.assert_nobody_gave_up()


def test_readers_that_read_nothing_were_put_out_of_every_room(
    floor: Floor, slow_readers: dict[str, ClientConnection]
) -> None:
    ends = {of: floor.run(rude.read_to_the_end(each)) for of, each in slow_readers.items()}

    assert {of: each.result(70) for of, each in ends.items()} == dict.fromkeys(
        FORMATS, rude.CLOSE_BEHIND
    )


# What became of each ---------------------------------------------------------------------------


def test_of_the_japanese_rounds_whoever_did_not_accept_is_out_and_told_so(floor: Floor) -> None:
    players: list[JapanesePlayer] = floor.live["japanese"].players
    told = players[-1].lots[1]["level"]
    assert (told["own"], told["missed"]) == ("out", QUITS_AT)

    for one in players[1:]:
        one.ends.set()  # it takes two levels until all but one are out


@pytest.mark.usefixtures("tellers_killed")
def test_of_the_dutch_clock_no_price_was_lost_and_one_of_all_wins_it(floor: Floor) -> None:
    players = floor.live["dutch"].players
    assert refusals(players) <= REFUSED

    for each in players:
        each.ends.set()

    assert eventually(lambda: floor.of_kind("dutch", "lot_closed") != [], 20)
    assert eventually(lambda: all(each.phase == "closed" for each in players), 20)
    assert_levels_hold(floor, "dutch", DUTCH_TICK)
    (closed,) = floor.of_kind("dutch", "lot_closed")
    (winner,) = [one for one in players if one.acked("level")]
    (accepted,) = floor.of_kind("dutch", "level_accepted")
    assert winner.seat == closed["body"]["seat"] == accepted["body"]["seat"]
    assert refusals(players) <= REFUSED | OVER
    floor.verified("dutch")


def test_of_the_japanese_rounds_each_is_out_only_by_a_level_it_did_not_accept(
    floor: Floor,
) -> None:
    players: list[JapanesePlayer] = floor.live["japanese"].players
    quitter = players[-1]

    assert eventually(lambda: floor.of_kind("japanese", "lot_closed") != [], 40)
    assert_levels_hold(floor, "japanese", JAPANESE_LEVEL)
    out = {
        each["body"]["seat"]: each["body"]["level"]
        for each in floor.of_kind("japanese", "dropped_out")
    }
    assert out[quitter.seat] == QUITS_AT
    accepted = {
        one.seat: sorted({each["result"]["level"] for each in one.acked("level")})
        for one in players
    }
    for seat, levels in accepted.items():
        assert levels == list(range(len(levels)))
        assert out.get(seat, len(levels)) == len(levels)  # none was forgotten by an outage
    (closed,) = floor.of_kind("japanese", "lot_closed")
    most = max(len(levels) for levels in accepted.values())
    assert len(accepted[closed["body"]["seat"]]) == most
    floor.verified("japanese")


def test_of_the_turns_each_began_and_ended_at_its_moment(floor: Floor) -> None:
    floor.wait_for_deadline("turns")
    assert eventually(lambda: floor.of_kind("turns", "lot_closed") != [], 60)
    started = floor.of_kind("turns", "stage_started")
    assert [each["body"]["stage"] for each in started] == list(range(len(started)))
    moments = [moment(each) for each in started]
    assert moments[0] == floor.live["turns"].starts_at
    assert moments[1:] == [moment(each, "ends_at") for each in started[:-1]]
    turns = floor.of_kind("turns", "turn_ended")
    assert len(turns) == sum(each["body"]["what"] == "turn" for each in started)
    (closed,) = floor.of_kind("turns", "lot_closed")
    best = {
        one.seat: min(Decimal(each["result"]["amount"]) for each in one.acked("amount"))
        for one in floor.live["turns"].players
    }
    won = Decimal(closed["body"]["amount"])
    assert won == best[closed["body"]["seat"]] == min(best.values())
    floor.verified("turns")


@pytest.mark.parametrize("of", ["sealed", "vickrey"])
def test_of_the_sealed_offers_the_last_acknowledged_one_counts(floor: Floor, of: str) -> None:
    players: list[SealedPlayer] = floor.live[of].players
    floor.wait_for_deadline(of)
    assert eventually(lambda: all(each.lots[1]["phase"] == "sealed" for each in players), 120), (
        floor.described(of)
    )
    assert eventually(lambda: not any(each.waits for each in players), 30)
    assert_nothing_told_early(floor, of)

    killed = [POSTGRES] if of == "vickrey" else [DECIDER, CLOCK, VALKEY]
    open_while_killed(floor, of, "open_offers", killed)

    assert_each_offer_opened_once(floor, of)
    (closed,) = floor.of_kind(of, "lot_closed")
    best = sorted((each.best, each.seat) for each in players if each.best is not None)
    assert len(best) == SUPPLIERS
    assert closed["body"]["seat"] in [seat for amount, seat in best if amount == best[0][0]]
    counts = best[0] if of == "sealed" else best[1]
    assert closed["body"]["amount"] == str(counts[0])
    floor.verified(of)


@pytest.mark.usefixtures("tellers_killed")
def test_of_the_sealed_rounds_each_opens_alone_and_the_last_decides(floor: Floor) -> None:
    of = "sealed_rounds"
    players: list[SealedPlayer] = floor.live[of].players
    opened = len(floor.of_kind(of, "offers_opened"))  # the first one meanwhile, or not yet
    for number in range(opened + 1, 3):
        floor.wait_for_deadline(of)
        floor.open_round(number)

    (closed,) = floor.of_kind(of, "lot_closed")
    best = sorted((one.best, one.seat) for one in players if one.best is not None)
    assert len(best) == SUPPLIERS
    assert closed["body"]["amount"] == str(best[0][0])
    assert closed["body"]["seat"] in [seat for amount, seat in best if amount == best[0][0]]
    floor.verified(of)


def test_of_the_random_end_bids_count_to_the_cut_off_and_no_longer(floor: Floor) -> None:
    of, live = "open_closed", floor.live["open_closed"]
    assert floor.awaits_seeds(of), floor.described(of)

    floor.inside("open_seeds", auction=live.id)

    assert_cut_off_holds(floor, of)
    floor.verified(of)


@pytest.mark.usefixtures("tellers_killed")
def test_of_a_final_stage_it_begins_once_whatever_dies_meanwhile(floor: Floor) -> None:
    of = "final_stage"
    players: list[FinalPlayer] = floor.live[of].players
    players[-1].spoils = True
    assert floor.awaits_seeds(of), floor.described(of)
    assert_nothing_told_early(floor, of)

    open_while_killed(floor, of, "open_seeds", [DECIDER, CLOCK, WEB])

    for kind in ("seeds_revealed", "end_drawn", "final_stage_started"):
        assert len(floor.of_kind(of, kind)) == 1, kind
    finalists = floor.finalists()
    assert len(finalists) >= 3  # the best three in any case
    assert eventually(lambda: all(each.acked("fingerprint") for each in finalists), 50), (
        floor.described(of)
    )


@pytest.mark.parametrize("case", range(len(rude.IDS)), ids=rude.IDS)
def test_rude_clients_in_a_final_stage_are_put_out_and_cost_nobody_anything(
    floor: Floor, case: int
) -> None:
    of = "final_stage"
    offers = len(floor.of_kind(of, "sealed_offer_placed"))

    assert_put_out(floor, {of: rude.sealed_frame}, case)

    assert eventually(
        lambda: len(floor.of_kind(of, "sealed_offer_placed")) >= offers + len(floor.finalists()), 15
    )
    floor.assert_nothing_lost()


def test_of_a_final_stage_each_offer_is_opened_once_whatever_dies_meanwhile(floor: Floor) -> None:
    of = "final_stage"
    players: list[FinalPlayer] = floor.live[of].players
    finalists = floor.finalists()
    floor.running.kill(WEB)
    assert eventually(lambda: all(each.lots[1]["phase"] == "sealed" for each in players), 90), (
        floor.described(of)
    )
    assert eventually(lambda: not any(each.waits for each in players), 30)
    assert_nothing_told_early(floor, of)

    open_while_killed(floor, of, "open_offers", [VALKEY, CLOCK, POSTGRES])

    assert_each_offer_opened_once(floor, of)
    assert [each["body"]["seat"] for each in floor.of_kind(of, "offer_rejected")] == [
        each.seat for each in finalists if each.spoils
    ]
    (closed,) = floor.of_kind(of, "lot_closed")
    best = {each.seat: each.best for each in finalists if not each.spoils}
    assert closed["body"]["amount"] == str(min(best.values()))
    assert best[closed["body"]["seat"]] == min(best.values())
    assert eventually(lambda: all(each.phase == "closed" for each in players), 60)
    floor.assert_nothing_lost()
    floor.verified(of)


def test_of_the_budget_the_greatest_acknowledged_quantity_wins(floor: Floor) -> None:
    of, live = "budget", floor.live["budget"]
    floor.wait_for_deadline(of)
    assert eventually(lambda: all(one.phase == "closed" for one in live.players), 60)
    (closed,) = floor.of_kind(of, "lot_closed")
    assert moment(closed) == live.starts_at + floor.length
    acked = [
        (Decimal(each["result"]["amount"]), one.seat)
        for one in live.players for each in one.acked("amount")
    ]  # fmt: skip
    most = max(amount for amount, _ in acked)
    assert Decimal(closed["body"]["amount"]) == most
    assert closed["body"]["seat"] in [seat for amount, seat in acked if amount == most]
    floor.verified(of)
