"""A cart is filled, changed, emptied; what was taken out can be put back."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from crm_core.access.actor import Actor
from kernel.clock import utc_now
from marketplace.carts.errors import CartFull, CartLineNotFound, NoPriceNow, NotForCountry
from marketplace.carts.models import Cart, CartLine
from marketplace.carts.selectors import cart_of
from marketplace.catalog.selectors import offer_to_buy, orderable, price_for
from marketplace.catalog.services import checks

MOST_LINES = 200


def add_line(
    *, actor: Actor, offer_id: UUID, quantity: Decimal | None = None, currency: str = ""
) -> CartLine:
    """Put an offer in, of the smallest order where no quantity is told; of one that is in already
    there is more then. Raises OfferNotFound, NotForCountry, FieldWrong,
    NoPriceNow, CartFull."""
    with transaction.atomic():
        cart = own_cart(actor)
        offer = offer_to_buy(actor, offer_id)
        if not orderable(actor, [offer.pk]).exists():
            raise NotForCountry()
        quantity = checks.number("quantity", offer.min_order if quantity is None else quantity)
        before = cart.lines.filter(offer=offer).first()
        if before is not None and before.removed_at is None:
            quantity = checks.number("quantity", before.quantity + quantity)
        priced = price_for(actor, offer, quantity=quantity, currency=currency)
        if priced.price is None:
            raise NoPriceNow(field="quantity")
        if before is None and cart.lines.filter(removed_at=None).count() >= MOST_LINES:
            raise CartFull()
        return cart.lines.update_or_create(
            offer=offer,
            defaults={
                "quantity": quantity, "currency_id": priced.currency,
                "added_price": priced.price.amount, "removed_at": None,
            },
        )[0]  # fmt: skip


def change_line(*, actor: Actor, line_id: UUID, quantity: Decimal) -> CartLine:
    """Set the quantity of a line. Raises CartLineNotFound, FieldWrong."""
    line = _line(actor, line_id)
    line.quantity = checks.number("quantity", quantity)
    line.save(update_fields=["quantity"])
    return line


def remove_line(*, actor: Actor, line_id: UUID) -> None:
    """Take a line out. Raises CartLineNotFound."""
    line = _line(actor, line_id)
    line.removed_at = utc_now()
    line.save(update_fields=["removed_at"])


def put_back_line(*, actor: Actor, line_id: UUID) -> None:
    """Undo a removal. Raises CartLineNotFound."""
    line = _line(actor, line_id)
    line.removed_at = None
    line.save(update_fields=["removed_at"])


def clear_cart(*, actor: Actor) -> int:
    """Take every line out; how many. Each can be put back."""
    cart = cart_of(actor)
    return cart.lines.filter(removed_at=None).update(removed_at=utc_now())


def own_cart(actor: Actor) -> Cart:
    """The actor's cart, locked until the transaction ends."""
    return Cart.objects.select_for_update().get(pk=cart_of(actor).pk)


def _line(actor: Actor, line_id: UUID) -> CartLine:
    line = cart_of(actor).lines.filter(pk=line_id).first()
    if line is None:
        raise CartLineNotFound()
    return line
