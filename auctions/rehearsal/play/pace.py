"""How soon a bot looks again: with the length of the lot, quicker near its end."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from auctions.domain.terms import Terms
from auctions.rehearsal.play.bots import Bot, Strategy, View

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(minutes=10)
LOOKS = 50  # about so many in a lot's planned length
LAST_LOOKS = 6  # and in the time that counts at the end
LAST = timedelta(minutes=3)


def pause(
    terms: Terms, deadline: datetime | None, now: datetime, chance: random.Random, times: float = 1
) -> timedelta:
    """Half to one and a half of the usual pause, ``times`` as long."""
    usual = min(LONGEST, max(SHORTEST, terms.length / LOOKS))
    last = terms.soft_close.window or LAST
    if deadline is not None and deadline - now <= last:
        usual = min(usual, max(SHORTEST, last / LAST_LOOKS))
    drawn = usual * (0.5 + chance.random()) * times
    return max(SHORTEST / 4, timedelta(milliseconds=round(drawn.total_seconds() * 1000)))


def until_start(view: View, chance: random.Random) -> timedelta:
    """To somewhat after the lot's start; a serial lot's is not told before its turn comes."""
    starts_at = view.standing.starts_at
    usual = pause(view.terms, None, view.now, chance)
    return usual * 3 if starts_at is None else max(starts_at - view.now, timedelta(0)) + usual


def left(view: View) -> timedelta:
    """To the lot's deadline, as it stands now; a day where none is told."""
    deadline = view.standing.deadline
    return timedelta(days=1) if deadline is None else deadline - view.now


def lateness(bot: Bot, view: View) -> timedelta:
    """A sniper's own number of seconds before the end, the same whenever it looks."""
    return SHORTEST * (4 + bot.chance(view.lot.number, 0).randrange(12))


def waits_for_end(bot: Bot, view: View) -> bool:
    """Whether the bot is a sniper, and the last seconds have not come."""
    return bot.strategy is Strategy.SNIPER and left(view) > lateness(bot, view)


def until_late(bot: Bot, view: View, chance: random.Random) -> timedelta:
    """How long a sniper waits; somewhat, when it is late already."""
    early = left(view) - lateness(bot, view)
    return max(early, SHORTEST * (1 + chance.randrange(3)))


def after_deadline(view: View, chance: random.Random) -> timedelta:
    """A moment after the deadline, as it stands now: of a level, a round or a window."""
    deadline = view.standing.deadline
    wait = timedelta(0) if deadline is None else max(timedelta(0), deadline - view.now)
    return wait + moment(chance)


def moment(chance: random.Random) -> timedelta:
    """A quarter of a second to two and a quarter: how long somebody takes to act."""
    return SHORTEST / 4 + timedelta(milliseconds=chance.randrange(2000))
