"""Stamps: strictly increasing, and close to the database's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from auctions.realtime.rate import FrameLimiter, RateLimiter
from auctions.realtime.stamps import Stamps
from kernel.ids import new_id

THEIRS = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_the_measurement_with_the_shortest_round_trip_is_believed() -> None:
    time = Time()
    stamps = Stamps(monotonic=time, wall=lambda: 0.0)

    def ask(took: float, off: float) -> None:
        def answer() -> datetime:
            time.now += took
            return THEIRS + timedelta(seconds=time.now - took / 2 + off)

        stamps.measure(answer)

    ask(took=0.5, off=0.2)
    ask(took=0.002, off=0.0)
    ask(took=0.9, off=-0.4)

    assert abs(stamps.now() - (THEIRS + timedelta(seconds=time.now))) < timedelta(milliseconds=1)


def test_no_two_stamps_are_equal_and_none_goes_back() -> None:
    time = Time()
    stamps = Stamps(monotonic=time, wall=time)
    first = [stamps.now() for _ in range(50)]
    time.now -= 5  # a correction of the offset has the same effect
    second = [stamps.now() for _ in range(50)]

    everything = first + second
    assert everything == sorted(set(everything))


def test_no_stamp_lies_before_the_floor() -> None:
    time = Time()
    stamps = Stamps(monotonic=time, wall=time)
    floor = stamps.now() + timedelta(seconds=3)
    stamps.not_before(floor)

    assert stamps.now() > floor


def test_a_party_may_burst_and_then_goes_at_its_rate() -> None:
    time, auction = Time(), new_id()
    limiter = RateLimiter(monotonic=time)
    burst = [limiter.allow(auction, "A", 5) for _ in range(15)]
    time.now += 1
    later = [limiter.allow(auction, "A", 5) for _ in range(10)]

    assert (burst.count(True), later.count(True)) == (10, 5)
    assert limiter.allow(auction, "B", 5)


def test_a_flood_of_frames_is_noticed() -> None:
    time = Time()
    limiter = FrameLimiter(monotonic=time)

    assert [limiter.allow() for _ in range(200)].count(True) == 120


def test_a_socket_may_send_as_many_frames_as_the_terms_allow_commands() -> None:
    time = Time()
    limiter = FrameLimiter(monotonic=time)
    limiter.allow()

    limiter.make_room(commands_per_second=50)  # 45 more than by default

    assert [limiter.allow() for _ in range(400)].count(True) == 119 + 2 * 45
    time.now += 1
    assert [limiter.allow() for _ in range(400)].count(True) == 40 + 45
