"""Tables of carts and requisitions."""

from marketplace.carts.models.cart import ApprovalRule, Cart, CartLine
from marketplace.carts.models.requisition import (
    Requisition,
    RequisitionLine,
    RequisitionState,
)

__all__ = [
    "ApprovalRule",
    "Cart",
    "CartLine",
    "Requisition",
    "RequisitionLine",
    "RequisitionState",
]
