"""What orders refuse."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class OrderNotFound(FairfallError):
    """There is no such order, or it is not this company's to see."""

    code = "orders.not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such order."


class OrderMoved(FairfallError):
    """The order is not in a state that this starts from."""

    code = "orders.moved"
    kind = Kind.CONFLICT
    text = "The order is in another state by now. Look at it again."


class ReasonNeeded(FairfallError):
    """The other side is told why."""

    code = "orders.reason_needed"
    text = "Say why: the other side reads it."


class OrderFieldWrong(FairfallError):
    """One input is missing or malformed; ``field`` names it."""

    code = "orders.field_wrong"
    text = "{reason}"


class OrderEmpty(FairfallError):
    """An order has a line at least."""

    code = "orders.empty"
    text = "An order needs a line at least."


class SupplierNotOpen(FairfallError):
    """The supplier does not sell, is the buyer itself, or may not be ordered from now."""

    code = "orders.supplier_not_open"
    kind = Kind.CONFLICT
    text = "Nothing can be ordered from this supplier now: it is not a verified seller."


class AnswerWrong(FairfallError):
    """The answer names lines that the order lacks, or some of a line's values are wrong."""

    code = "orders.answer_wrong"
    text = "Answer every line of the order, each once, with a quantity and a price."
