"""What became of each ref: one outcome for ever, in this transaction and in those before it.

Within a batch a command may be sent twice, or given up after it was sent. Its answer is known only
once its entry is chained, so what repeats it is answered last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from auctions.domain.commands import Command
from auctions.ledger.asking import Statement
from auctions.ledger.codec import Entry, payload_hash
from auctions.ledger.outcomes import Outcome, ask_outcomes
from auctions.ledger.outcomes import recorded as recorded_outcomes
from auctions.realtime.answers import Answer, Recorded, Work, repeated, signed_outcome
from auctions.realtime.errors import RefConflict
from auctions.realtime.wire import refused
from kernel.errors import FairfallError
from kernel.signing import Signer

Answers = list[tuple[Work, Answer]]
_NO_PAYLOAD = bytes(32)  # of a ref that was given up before it was decided


class Refs:
    """The refs of one transaction's commands. Asks what became of them before, when made."""

    def __init__(self, cursor: Any, auction_id: UUID, works: Sequence[Work]) -> None:
        self._auction_id = auction_id
        refs = [(work.party.key, work.ref) for work in works if work.ref is not None]
        self._asked = ask_outcomes(cursor, auction_id, refs)
        self._now: dict[tuple[str, str], Recorded] = {}
        self._repeats: list[tuple[Work, Recorded]] = []

    @cached_property
    def _before(self) -> dict[tuple[str, str], Outcome]:
        return self._asked()

    def used(self, work: Work, command: Command | None, answers: Answers) -> bool:
        """Whether the ref was used before; then it is answered again, now or by :meth:`write`.

        ``command`` None gives the ref up: whatever was asked under it is told. Another command
        than the first is a conflict, unless the ref was given up.
        """
        if work.ref is None:
            return False
        place = (work.party.key, work.ref)
        now, before = self._now.get(place), self._before.get(place)
        if now is None and before is None:
            return False
        if now is not None:
            first, given_up = now.payload, now.command is None
        else:
            first, given_up = before.payload_hash, before.kind == "abandoned"
        if command is not None and not given_up and first != payload_hash(command):
            answers.append((work, refused(work.ref, RefConflict())))
        elif now is not None:
            self._repeats.append((work, now))
        else:
            answers.append((work, repeated(before)))
        return True

    def record(
        self, work: Work, command: Command | None, index: int, error: FairfallError | None
    ) -> None:
        """Note what was decided: by the entry ``index`` of those accepted, else of attempts."""
        payload = _NO_PAYLOAD if command is None else payload_hash(command)
        self._now[work.party.key, work.ref or ""] = Recorded(work, payload, index, error, command)

    def write(
        self,
        entries: Sequence[Entry],
        attempts: Sequence[Entry],
        signing: Callable[[], Signer],
        answers: Answers,
    ) -> list[Statement]:
        """Answer with receipts what was decided and what repeats it; what keeps the outcomes."""
        if not self._now:
            return []
        signer = signing()
        given: dict[int, Answer] = {}
        outcomes = []
        for recorded in self._now.values():
            entry = (entries if recorded.error is None else attempts)[recorded.index]
            outcome, answer = signed_outcome(recorded, entry, self._auction_id, signer)
            given[id(recorded)] = answer
            answers.append((recorded.work, answer))
            outcomes.append(outcome)
        for work, first in self._repeats:
            answers.append((work, msgspec.structs.replace(given[id(first)], repeated=True)))
        return [recorded_outcomes(self._auction_id, outcomes)]
