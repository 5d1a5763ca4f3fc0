"""What carts and requisitions refuse."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class CartLineNotFound(FairfallError):
    """The actor's cart has no such line."""

    code = "carts.line_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such line in your cart."


class RequisitionNotFound(FairfallError):
    """There is no such requisition, or it is not this company's."""

    code = "carts.requisition_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such requisition."


class CartEmpty(FairfallError):
    """A cart without lines leads to no order."""

    code = "carts.empty"
    kind = Kind.CONFLICT
    text = "Your cart is empty."


class CartFull(FairfallError):
    """A cart has two hundred lines at most."""

    code = "carts.full"
    kind = Kind.CONFLICT
    text = "Your cart is full: it has 200 lines at most."


class CartFaulty(FairfallError):
    """Some lines cannot be ordered as they are."""

    code = "carts.faulty"
    kind = Kind.CONFLICT
    text = "Some lines cannot be ordered as they are. Mend or remove them first."


class NoPriceNow(FairfallError):
    """The offer has no price for this company at this quantity."""

    code = "carts.no_price"
    kind = Kind.CONFLICT
    text = "This offer has no price for your company at this quantity."


class RequisitionMoved(FairfallError):
    """Somebody decided on it before."""

    code = "carts.requisition_moved"
    kind = Kind.CONFLICT
    text = "Somebody has decided on this requisition by now."


class OwnRequisition(FairfallError):
    """Who asks does not approve."""

    code = "carts.own_requisition"
    kind = Kind.FORBIDDEN
    text = "You asked for this yourself: somebody else approves or returns it."


class ReturnReasonNeeded(FairfallError):
    """Who asked is told why."""

    code = "carts.reason_needed"
    text = "Say why: who asked reads it."


class NotForCountry(FairfallError):
    """The offer is for other countries than the company's."""

    code = "carts.not_for_country"
    kind = Kind.CONFLICT
    text = "This offer is for other countries than yours."
