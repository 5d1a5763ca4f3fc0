"""Opening what is sealed while processes are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.faults.floor import Floor
from tests.faults.launcher import eventually

DECIDER, WEB = "auctiondecider", "daphne"
OPENED = {"open_offers": "offers_opened", "open_seeds": "seeds_revealed"}
OFFER_ENDS = ("offer_opened", "offer_rejected")
# What an opening writes, and nobody else: suppliers may go on meanwhile in a stage that it began.
WRITES = {
    *OPENED.values(), *OFFER_ENDS, "key_handed_over", "lot_closed",
    "end_drawn", "bids_voided", "finalist_named", "final_stage_started",
}  # fmt: skip


def open_while_killed(floor: Floor, of: str, do: str, parts: Sequence[str]) -> None:
    """Ask for the opening, kill those meanwhile, ask again until it is done; it is done once."""
    live, kind = floor.live[of], OPENED[do]
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(floor.inside, do, auction=live.id)
        for part in parts:
            kill(floor, part)
        failed = asked.exception(60)
    assert eventually(lambda: all_back(floor), 120), floor.running.told()
    if failed is not None and floor.of_kind(of, kind) == []:
        floor.inside(do, auction=live.id)
    assert len(floor.of_kind(of, kind)) == 1
    written = _written(floor, of)
    try:
        floor.inside(do, auction=live.id)
    except AssertionError:
        assert _written(floor, of) == written
    else:
        raise RuntimeError("it was opened twice")


def _written(floor: Floor, of: str) -> list[str]:
    return [each["leaf"] for each in floor.ledger(of) if each["kind"] in WRITES]


def kill(floor: Floor, part: str) -> None:
    """Kill -9 one process of that kind; of deciders each web process's."""
    if part != DECIDER:
        floor.running.kill(part)
        return
    for web in floor.running.find_all(WEB):
        for each in floor.running.find_all(DECIDER, of=web):
            os.kill(each, signal.SIGKILL)


def all_back(floor: Floor) -> bool:
    """Whether every process runs again, and the site answers. A decider is started when there is
    something to decide."""
    running = floor.running
    webs = running.find_all(WEB)
    parts = ("auctionclock", "valkey", "postgres")
    return (
        len(webs) == len(running.ports)
        and all(running.find(part) is not None for part in parts)
        and all(running.status("/readyz", port) == 200 for port in running.ports)
    )


def assert_nothing_told_early(floor: Floor, of: str) -> None:
    """What is sealed is in no entry, and no supplier is shown anything of it."""
    kinds = {each["kind"] for each in floor.ledger(of)}
    assert not kinds & {*OFFER_ENDS, "offers_opened", "lot_closed"}
    seeds = "seeds_revealed" in kinds
    for one in floor.live[of].players:
        lot = one.lots[1]
        assert lot.get("price") is None, lot
        end = lot.get("random_end")
        if end is None:
            assert lot["own"].get("best") is None, lot
        else:
            assert (end.get("cut_off_ms") is not None) == seeds, lot
            assert seeds or end.get("finalist") is None, lot
        assert (lot.get("sealed") or {}).get("offers") is None, lot


def assert_each_offer_opened_once(floor: Floor, of: str) -> None:
    """Every offer that stood is opened or rejected, once, after both keys; then the lot closes."""
    entries = floor.ledger(of)
    stood = {each["body"]["seat"] for each in entries if each["kind"] == "sealed_offer_placed"}
    ends = [each for each in entries if each["kind"] in OFFER_ENDS]
    assert sorted(each["body"]["seat"] for each in ends) == sorted(stood)
    order = [
        each["kind"] for each in entries
        if each["kind"] in {"lot_sealed", "key_handed_over", "offers_opened", "lot_closed"}
    ]  # fmt: skip
    assert order == ["lot_sealed", "key_handed_over", "offers_opened", "lot_closed"]
    (opened,) = (each["seq"] for each in entries if each["kind"] == "offers_opened")
    assert all(each["seq"] > opened for each in ends)
