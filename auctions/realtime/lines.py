"""What stands before a command in one transaction: the other gates' watermarks and boundaries.

A boundary command waits until the watermark of every other gate has come past it. Until then it is
announced on the auction's row, and every gate holds what it received later. Waiting cannot go
round in a circle: the earliest command of all gates waits for none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from auctions.domain.commands import BOUNDARY_COMMANDS, IN_ORDER_OF_RECEIPT
from auctions.ledger.boundaries import Boundaries, Boundary
from auctions.realtime.answers import Work
from auctions.realtime.leases import LivingGate
from kernel.clock import MICROSECOND

LONGEST = timedelta(seconds=4)  # a lapsed lease is left out after two seconds


def draws(work: Work) -> bool:
    """Whether the command is a boundary itself."""
    return isinstance(work.command, BOUNDARY_COMMANDS)


class Lines:
    """As one transaction of ``process`` (None: no gate) sees them, under the auction's lock.

    ``announced`` is what the row showed, which may name gates that have lapsed since.
    """

    def __init__(
        self,
        process: UUID | None,
        gates: Sequence[LivingGate],
        announced: Boundaries,
        complete_to: datetime | None,
    ) -> None:
        self._process = process
        self._complete_to = complete_to
        self._gates = gates
        self._others = [gate for gate in gates if gate.process != process]
        self.epoch = next((gate.epoch for gate in gates if gate.process == process), None)
        alive = {(gate.process, gate.epoch) for gate in self._others}
        self._elsewhere = tuple(each for each in announced if (each.process, each.epoch) in alive)
        self._held = {each.at for each in announced if (each.process, each.epoch) == self._place}
        self._own: Boundaries = ()

    @property
    def _place(self) -> tuple[UUID | None, int | None]:
        return self._process, self.epoch

    def holds(self, moment: datetime | None) -> bool:
        """Whether the others already wait behind a line of this gate at that moment."""
        return moment in self._held

    def passed(self, boundary: datetime, *, by_own: bool) -> bool:
        """Whether every living gate has decided all it received up to then.

        The gate the batch comes from is left out unless ``by_own``: what it received up to a
        boundary that lies before one of the batch's commands stands in this batch, or in an
        earlier one. A gate's watermark lies before the boundaries that wait in it, so nothing due
        after an announced boundary is decided before it, here or by the clock.
        """
        gates = self._gates if by_own else self._others
        return all(gate.watermark >= boundary for gate in gates)

    def allow(self, work: Work) -> bool:
        """Whether no gate's boundary stands before the command, nor it before its time.

        Where being first decides, whatever another gate received before it is decided first. Of
        two received at one moment neither waits for the other.
        """
        if any(self._first(each, work) for each in self._elsewhere):
            return False
        if isinstance(work.command, IN_ORDER_OF_RECEIPT) and not self.passed(
            work.moment - MICROSECOND, by_own=False
        ):
            return False
        return not draws(work) or self._drawn(work.moment)

    def _first(self, boundary: Boundary, work: Work) -> bool:
        """Whether another gate's boundary is to be decided first: what came with it counts; of two
        boundaries at one moment that of the lesser process does."""
        if boundary.at != work.moment or not draws(work):
            return boundary.at < work.moment
        return self._process is None or boundary.process < self._process

    def _drawn(self, moment: datetime) -> bool:
        """As ``passed``, but a gate that only holds a boundary of its own at that very moment is
        not waited for: it waits for this one. A line drawn later than the batch was put together
        also waits for what its own gate received in between."""
        if self._complete_to is not None and moment > self._complete_to:
            return False
        behind = {each.process for each in self._elsewhere if each.at == moment}
        return all(
            gate.watermark >= (moment - MICROSECOND if gate.process in behind else moment)
            for gate in self._others
        )

    def overdue(self, work: Work, now: datetime) -> bool:
        """Whether the command is a boundary that waited for longer than any lease lasts. It is
        given up, since it holds everybody up."""
        return draws(work) and now - work.moment > LONGEST

    def announce(self, waiting: Sequence[Work]) -> None:
        """Name the first boundary among the commands that wait, in order.

        It need not be the one the others wait behind, nor be drawn yet: as soon as that one is
        decided, another gate might decide what was received after the boundary.
        """
        if self._process is None or self.epoch is None:
            return
        for work in waiting:
            if draws(work) and work.epoch == self.epoch:
                self._own = (Boundary(work.moment, self._process, self.epoch),)
                return

    @property
    def announces(self) -> bool:
        """Whether a boundary of this gate waits."""
        return bool(self._own)

    @property
    def announced(self) -> Boundaries:
        """What the row shall show: nothing of gates that lapsed, nor what this one no longer
        waits for."""
        return tuple(sorted(self._elsewhere + self._own))
