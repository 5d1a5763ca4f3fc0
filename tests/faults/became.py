"""What became of levels, turns and rude clients while faults were made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from auctions.domain.events import event_from
from tests.faults import rude
from tests.faults.floor import Floor, Message
from tests.faults.format_rooms import WINDOW
from tests.faults.launcher import eventually
from tests.faults.players import Player

WEB = "daphne"


def moment(entry: Message, name: str = "at") -> datetime:
    return datetime.fromisoformat(entry["body"][name])


def refusals(players: Sequence[Player]) -> set[str]:
    """With which codes commands were refused for good."""
    return {
        each["code"] for one in players for each in list(one.receipts) if each["type"] == "refused"
    }


def assert_levels_hold(floor: Floor, of: str, length: timedelta) -> None:
    """Every level once, each at its moment, whatever was dead at it."""
    opened = floor.of_kind(of, "level_opened")
    starts = floor.live[of].starts_at
    assert [each["body"]["level"] for each in opened] == list(range(len(opened)))
    assert [moment(each) for each in opened] == [
        starts + number * length for number in range(len(opened))
    ]


def assert_turns_used(floor: Floor, after: int) -> None:
    """A turn has ended since that entry, and whoever had one since made its offer in it."""

    def ends() -> list[int]:
        return [each["seq"] for each in floor.of_kind("turns", "turn_ended") if each["seq"] > after]

    assert eventually(lambda: ends() != [], 15 * floor.stretch), floor.described("turns")
    entries = floor.ledger("turns")
    for end in ends():
        (began, *_) = (
            each["seq"] for each in reversed(entries[: end - 1]) if each["kind"] == "stage_started"
        )
        offers = [each for each in entries[began:end] if each["kind"] == "bid_placed"]
        seat = entries[end - 1]["body"]["seat"]
        assert [each["body"]["seat"] for each in offers] == [seat], "a turn was lost"


def assert_cut_off_holds(floor: Floor, of: str) -> None:
    """Of the bids those received until the drawn end count, the best of which won."""
    (drawn,) = floor.of_kind(of, "end_drawn")
    offset = event_from("end_drawn", drawn["body"]).offset
    assert timedelta(0) < offset <= WINDOW
    ends = floor.live[of].starts_at + floor.length + offset
    bids = floor.of_kind(of, "bid_placed")
    in_time = [each for each in bids if moment(each, "received_at") <= ends]
    voided = {
        each["body"]["seat"]: each["body"]["bids"] for each in floor.of_kind(of, "bids_voided")
    }
    assert sum(voided.values()) == len(bids) - len(in_time)
    best = min(in_time, key=lambda each: (Decimal(each["body"]["amount"]), each["seq"]))
    (closed,) = floor.of_kind(of, "lot_closed")
    assert closed["body"]["amount"] == best["body"]["amount"]
    assert closed["body"]["seat"] == best["body"]["seat"]


def assert_put_out(floor: Floor, frames: Mapping[str, Callable[..., str]], case: int) -> None:
    """Attack those rooms: all attackers are put out with the code of the case, the web processes
    live and hold little more than before, and few of the commands were looked at at all; none is
    in the ledger."""
    before, webs, own = floor.running.peaks(WEB), floor.running.find_all(WEB), floor.of_the_rude()
    cases = {of: rude.cases(frame)[case] for of, frame in frames.items()}

    codes = floor.attack({of: sent for of, (sent, _) in cases.items()})

    for of, (_, code) in cases.items():
        assert codes[of] <= {code, rude.CODE_LOST}, (of, codes)
        live = floor.live[of]
        assert floor.inside("outcomes", auction=live.id, seat=live.rude) < 1000, of
    assert floor.running.find_all(WEB) == webs
    rude.assert_bounded(before, floor.running.peaks(WEB))
    assert floor.of_the_rude() == own
