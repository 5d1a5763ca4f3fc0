"""Commands decided inside the caller's own transaction.

For what must stand or fall with other writes (an award and its entry), and for the platform's own
commands. A person's live commands go through the gate.
"""

from __future__ import annotations

import time
from uuid import UUID

from django.db import connection, transaction

from auctions.domain.commands import Command
from auctions.realtime import signals
from auctions.realtime.answers import Work
from auctions.realtime.batch import Ruling, decide_in_transaction
from auctions.realtime.errors import Unavailable
from auctions.realtime.messages import Refused
from auctions.realtime.party import PLATFORM, Party
from kernel.errors import FairfallError, error_class

WAIT_FOR_GATES = 4.0  # a lapsed lease is left out after two seconds
PAUSE = 0.05


def decide_now(*, auction_id: UUID, command: Command, party: Party = PLATFORM) -> Ruling:
    """Decide one command in the running transaction (or one of its own).

    Raises the refusal where the rules, or the party's rights, say no: then nothing is kept, also
    not what was due before the command. Raises Unavailable when the living gates do not come past
    a boundary that lies before it. The auction stays locked until the caller's transaction ends,
    so call it near the end.
    """
    until = time.monotonic() + WAIT_FOR_GATES
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            received_at = cursor.fetchone()[0]
        while True:
            ruling = _attempt(auction_id, Work(command, party, received_at))
            if ruling is not None:
                break
            if time.monotonic() > until:
                raise Unavailable()
            signals.hurry()
            time.sleep(PAUSE)
        if ruling.entries:
            transaction.on_commit(lambda: signals.appended(auction_id), robust=True)
    return ruling


class _Waits(Exception):
    """The command waits for a boundary: let go of the lock meanwhile."""


def _attempt(auction_id: UUID, work: Work) -> Ruling | None:
    try:
        # Rolling back to the savepoint lets go of the auction's lock.
        with transaction.atomic(), connection.cursor() as cursor:
            ruling = decide_in_transaction(cursor, auction_id, [work])
            if not ruling.answers:
                raise _Waits
    except _Waits:
        return None
    answer = ruling.answers[0][1]
    if isinstance(answer, Refused):
        raise error_of(answer)
    return ruling


def error_of(answer: Refused) -> FairfallError:
    """The error behind a refusal, to be raised where no message can be sent."""
    cls = error_class(answer.code)
    return Unavailable() if cls is None else cls(field=answer.field, **answer.data)
