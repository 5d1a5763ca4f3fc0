"""Of the sockets of one audience nobody is always told first."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any, cast

from auctions.realtime.audience import Audience
from auctions.realtime.mailbox import Mailbox

SOCKETS, TURNS = 6, 4_000


def test_each_socket_is_as_often_at_any_place_and_as_often_before_any_other() -> None:
    audience = Audience(cast(Any, None))
    mailboxes = [cast(Mailbox, f"mailbox {number}") for number in range(SOCKETS + 1)]
    for mailbox in mailboxes:
        audience.add(mailbox)
        audience.add(mailbox)  # once all the same
    audience.remove(mailboxes.pop())
    first: Counter[Mailbox] = Counter()
    before: Counter[tuple[Mailbox, Mailbox]] = Counter()

    for _ in range(TURNS):
        turn = audience.in_turn()
        assert sorted(turn, key=str) == mailboxes
        first[turn[0]] += 1
        before.update(combinations(turn, 2))

    # Five standard deviations of a fair lot.
    assert all(abs(first[each] - TURNS / SOCKETS) < 5 * 24 for each in mailboxes)
    pairs = [(one, other) for one in mailboxes for other in mailboxes if one != other]
    assert all(abs(before[pair] - TURNS / 2) < 5 * 32 for pair in pairs)


def test_whoever_is_sent_back_is_not_there_any_more() -> None:
    audience = Audience(cast(Any, None))
    mailbox = cast(Mailbox, "mailbox")
    audience.add(mailbox)

    assert audience.dissolve() == [mailbox]
    assert audience.in_turn() == []
    assert audience.mailboxes == set()
    audience.remove(mailbox)
