"""What the gate says in the log of commands: who sent them and what became of them, no amounts."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
import structlog

from auctions.realtime.answers import Answer, Work
from auctions.realtime.messages import Refused

log = structlog.get_logger(__name__)
_enabled = logging.getLogger(__name__).isEnabledFor

MOST_REFS = 20


def decided(auction_id: UUID, answers: Sequence[tuple[Work, Answer]]) -> None:
    """A line at DEBUG for each command, in the context of the request that sent it."""
    if not _enabled(logging.DEBUG):
        return
    for work, answer in answers:
        code = answer.code if isinstance(answer, Refused) else None
        _in_context(
            work, log.debug, "command answered", auction_id=auction_id, ref=work.ref,
            command=type(work.command).__name__, accepted=code is None, code=code,
            repeated=answer.repeated,
        )  # fmt: skip


def undecided(auction_id: UUID, works: Sequence[Work], why: BaseException) -> None:
    """Commands whose transaction failed: one line for all of them."""
    log.warning(
        "commands were not decided", auction_id=auction_id, why=reason(why), **_named(works)
    )


def failed(auction_id: UUID, works: Sequence[Work]) -> None:
    """The exception being handled, which is a fault of ours."""
    if len(works) == 1:
        _in_context(works[0], log.exception, "the gate failed", auction_id=auction_id,
                    ref=works[0].ref, command=type(works[0].command).__name__)  # fmt: skip
        return
    log.exception("the gate failed", auction_id=auction_id, **_named(works))


def reason(error: BaseException) -> str:
    """The error in a few words. What the database says of values is left out."""
    if isinstance(error, psycopg.Error) and error.sqlstate is not None:
        return f"{type(error).__name__} {error.sqlstate}"
    return f"{type(error).__name__}: {error}"


def _named(works: Sequence[Work]) -> dict[str, Any]:
    return {"commands": len(works), "refs": [work.ref for work in works[:MOST_REFS]]}


def _in_context(work: Work, say: Any, text: str, **fields: Any) -> None:
    if work.context is None:
        say(text, **fields)
    else:
        work.context.run(say, text, **fields)
