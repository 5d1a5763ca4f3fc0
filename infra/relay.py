"""The relay: delivers facts from their sources to named handlers, in order, at least once.

A *source* is anything that numbers facts 1, 2, 3 … within a subject in commit order: the outbox,
or a ledger. For each (handler, source, subject) an offset is kept. A handler runs inside the
transaction that moves its offset, so its own writes to this database happen exactly once; what it
does elsewhere may repeat and must be idempotent. Any number of relays may run side by side: the
offset's row lock, taken with SKIP LOCKED, lets one of them at a time serve a subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.utils.module_loading import import_string

from infra.models import DeadLetter, OutboxMessage, RelayOffset
from kernel.clock import utc_now
from kernel.errors import FairfallError, Kind

log = structlog.get_logger(__name__)

BATCH = 50
MAX_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact as handlers receive it."""

    source: str
    subject: str
    seq: int
    id: str  # unique among all facts: the key for idempotent effects
    type: str
    occurred_at: datetime
    payload: Mapping[str, Any]
    actor: str = ""
    parties: Sequence[str] = ()
    visible_from: datetime | None = None


Handler = Callable[[Event], None]


class Source(Protocol):
    """Where facts come from.

    ``heads_sql`` is a SELECT without parameters that yields one row ``(subject text, head
    bigint)`` per subject, ``head`` being the number of its last committed fact. Numbers start at 1
    and become visible in order (number them under a row lock; a database sequence is not enough).
    ``moment_sql`` is a SELECT of one value, the moment at which fact ``behind.next`` of
    ``behind.subject`` came about.
    """

    name: str
    heads_sql: str
    moment_sql: str

    def read(self, subject: str, after: int, limit: int) -> Sequence[Event]:
        """The facts of ``subject`` numbered above ``after``, in order, at most ``limit``."""
        ...


@dataclass(frozen=True, slots=True)
class Subscription:
    """A named handler of one source. The name keeps its offsets: renaming replays history."""

    name: str
    source: str
    path: str  # dotted name of the handler function
    types: frozenset[str] | None = None  # None: every type

    def wants(self, event: Event) -> bool:
        return self.types is None or event.type in self.types

    def handler(self) -> Handler:
        found: Handler = import_string(self.path)
        return found


@dataclass(slots=True)
class Switchboard:
    """Which sources exist and who listens to them; filled by config.subscriptions."""

    sources: dict[str, Source] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)

    def add_source(self, source: Source) -> None:
        """Make a source known; the same name again replaces it."""
        self.sources[source.name] = source

    def subscribe(
        self, *, name: str, source: str, path: str, types: Iterable[str] | None = None
    ) -> None:
        """Let the function at ``path`` receive the facts of ``source`` (of ``types`` only)."""
        kept = frozenset(types) if types is not None else None
        self.subscriptions[name] = Subscription(name, source, path, kept)


switchboard = Switchboard()


class OutboxSource:
    """The outbox as a source of the relay."""

    name = "outbox"
    heads_sql = "SELECT subject, seq AS head FROM infra_outboxhead"
    moment_sql = (
        "SELECT occurred_at FROM infra_outboxmessage"
        " WHERE subject = behind.subject AND seq = behind.next"
    )

    def read(self, subject: str, after: int, limit: int) -> Sequence[Event]:
        rows = OutboxMessage.objects.filter(subject=subject, seq__gt=after).order_by("seq")
        return [
            Event(
                source=self.name,
                subject=row.subject,
                seq=row.seq,
                id=str(row.pk),
                type=row.type,
                occurred_at=row.occurred_at,
                payload=row.payload,
                actor=row.actor,
                parties=row.parties,
                visible_from=row.visible_from,
            )
            for row in rows[:limit]
        ]


_DUE = """
SELECT wanted.name, heads.subject
FROM ({heads}) AS heads
CROSS JOIN unnest(%s::text[]) AS wanted(name)
LEFT JOIN infra_relayoffset AS kept
       ON kept.handler = wanted.name AND kept.source = %s AND kept.subject = heads.subject
WHERE heads.head > COALESCE(kept.seq, 0) AND (kept.retry_at IS NULL OR kept.retry_at <= %s)
ORDER BY kept.retry_at NULLS FIRST, wanted.name, heads.subject
LIMIT %s
"""


def due(
    *, now: datetime, limit: int = 200, board: Switchboard = switchboard
) -> list[tuple[Subscription, str]]:
    """The (subscription, subject) pairs with facts to deliver now."""
    found: list[tuple[Subscription, str]] = []
    for source in board.sources.values():
        names = [each.name for each in board.subscriptions.values() if each.source == source.name]
        if not names:
            continue
        with connection.cursor() as cursor:
            cursor.execute(_DUE.format(heads=source.heads_sql), [names, source.name, now, limit])
            found += [(board.subscriptions[name], subject) for name, subject in cursor.fetchall()]
    return found


def deliver(subscription: Subscription, subject: str, *, board: Switchboard = switchboard) -> int:
    """Hand one subject's next facts to one handler; how many it was done with.

    0 when another relay holds the subject, or the first fact failed and waits for its retry.
    """
    source = board.sources[subscription.source]
    handler = subscription.handler()
    done = 0
    with transaction.atomic():
        place = {
            "handler": subscription.name, "source": subscription.source, "subject": subject,
        }  # fmt: skip
        RelayOffset.objects.bulk_create([RelayOffset(**place)], ignore_conflicts=True)
        offset = RelayOffset.objects.select_for_update(skip_locked=True).filter(**place).first()
        if offset is None or (offset.retry_at is not None and offset.retry_at > utc_now()):
            return 0
        for event in source.read(subject, offset.seq, BATCH):
            if subscription.wants(event):
                try:
                    with _named(subscription, event), transaction.atomic():
                        handler(event)
                except Exception as error:
                    with _named(subscription, event):
                        _failed(offset, event, error)
                    if offset.attempts:
                        break
                    continue
            _passed(offset, event)
            done += 1
        offset.save()
    return done


def _named(subscription: Subscription, event: Event) -> AbstractContextManager[None]:
    """Name the fact in the log, and in what the handler hands on. Never what it says."""
    return structlog.contextvars.bound_contextvars(
        handler=subscription.name, event_id=event.id, event_type=event.type, subject=event.subject
    )


def _passed(offset: RelayOffset, event: Event) -> None:
    offset.seq = event.seq
    offset.attempts = 0
    offset.retry_at = None
    offset.last_error = ""


def _in_words(error: Exception) -> str:
    """The error's first line: a database's further ones tell the row that failed, with all it
    holds."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _failed(offset: RelayOffset, event: Event, error: Exception) -> None:
    """Count the failure; after the last attempt set the event aside and move on."""
    text = _in_words(error)[:2000]
    offset.attempts += 1
    log.warning("a handler failed", seq=event.seq, attempt=offset.attempts, exc_info=error)
    if offset.attempts < MAX_ATTEMPTS:
        offset.retry_at = utc_now() + pause_after(offset.attempts)
        offset.last_error = text
        return
    DeadLetter.objects.update_or_create(
        handler=offset.handler, source=event.source, subject=event.subject, seq=event.seq,
        defaults={"type": event.type, "error": text, "failed_at": utc_now(),
                  "state": DeadLetter.State.WAITING},
    )  # fmt: skip
    _passed(offset, event)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after this many failures: 1 s, 2 s, 4 s … at most ten minutes."""
    return min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE)


def drain(*, board: Switchboard = switchboard, rounds: int = 1000) -> int:
    """Deliver until nothing is due now; how many facts were delivered."""
    total = 0
    for _round in range(rounds):
        delivered = sum(
            deliver(subscription, subject, board=board)
            for subscription, subject in due(now=utc_now(), board=board)
        )
        if not delivered:
            break
        total += delivered
    return total


class DeadLetterGone(FairfallError):
    """There is no such dead letter, or it was decided before."""

    code = "relay.dead_letter_gone"
    kind = Kind.CONFLICT
    text = "This message was decided before."


class HandlerStillFails(FairfallError):
    """The handler failed again; the message keeps waiting."""

    code = "relay.handler_failed"
    kind = Kind.CONFLICT
    text = "The handler failed again: {error}"


class DiscardReasonMissing(FairfallError):
    """A message is only discarded with a reason."""

    code = "relay.reason_missing"
    text = "Say why the message is discarded."


def retry_dead_letter(
    *, letter_id: UUID, decided_by: str, board: Switchboard = switchboard
) -> DeadLetter:
    """Deliver a dead letter once more. Raises HandlerStillFails and leaves it waiting."""
    with transaction.atomic():
        letter = _waiting(letter_id)
        events = board.sources[letter.source].read(letter.subject, letter.seq - 1, 1)
        try:
            with transaction.atomic():
                board.subscriptions[letter.handler].handler()(events[0])
        except Exception as error:
            raise HandlerStillFails(error=_in_words(error)[:300]) from error
        return _decide(letter, DeadLetter.State.DELIVERED, decided_by, "")


def discard_dead_letter(*, letter_id: UUID, reason: str, decided_by: str) -> DeadLetter:
    """Give a dead letter up, with a reason that stays on record."""
    if not reason.strip():
        raise DiscardReasonMissing(field="reason")
    with transaction.atomic():
        return _decide(_waiting(letter_id), DeadLetter.State.DISCARDED, decided_by, reason.strip())


def _waiting(letter_id: UUID) -> DeadLetter:
    letter = (
        DeadLetter.objects.select_for_update()
        .filter(pk=letter_id, state=DeadLetter.State.WAITING)
        .first()
    )
    if letter is None:
        raise DeadLetterGone()
    return letter


def _decide(letter: DeadLetter, state: str, decided_by: str, reason: str) -> DeadLetter:
    letter.state = state
    letter.decided_by = decided_by
    letter.decided_at = utc_now()
    letter.reason = reason
    letter.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return letter
