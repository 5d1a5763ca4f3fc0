"""Reads of carts and requisitions that carry their authorisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from marketplace.carts.errors import RequisitionNotFound
from marketplace.carts.models import (
    ApprovalRule,
    Cart,
    CartLine,
    Requisition,
    RequisitionState,
)
from marketplace.catalog.models import Offer
from marketplace.catalog.policies import require_buyer
from marketplace.catalog.pricing import Priced
from marketplace.catalog.selectors import Asked, orderable, prices_asked


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a cart as it stands now: ``priced`` is the resolver's answer, None where the offer
    is not there any more. ``line`` may not be saved: its offer is what is shown."""

    line: CartLine
    priced: Priced | None

    @property
    def offer(self) -> Offer:
        """The offer, also one that is gone."""
        return self.line.offer

    @property
    def is_gone(self) -> bool:
        """Whether the offer was withdrawn, has ended, or its supplier may not sell now."""
        return self.priced is None

    @property
    def has_new_price(self) -> bool:
        """Whether one costs another amount than when the line was put in."""
        price = self.priced and self.priced.price
        return price is not None and price.amount != self.line.added_price

    @property
    def is_orderable(self) -> bool:
        """Whether it can be ordered as it is."""
        found = self.priced
        return found is not None and found.price is not None and found.fault is None

    @property
    def total(self) -> Decimal:
        """What the line comes to; zero where it has no price."""
        return (self.priced and self.priced.total) or Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one supplier in one currency: what becomes an order."""

    supplier: Company
    currency: str
    lines: tuple[ShownLine, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines that have a price."""
        return sum((each.total for each in self.lines), Decimal(0))


def cart_lines(actor: Actor) -> list[ShownLine]:
    """The lines of the actor's cart, priced now, as they were put in."""
    return priced_lines(actor, _lines(actor).filter(removed_at=None))


def priced_lines(actor: Actor, lines: Iterable[CartLine]) -> list[ShownLine]:
    """Lines with what they cost the actor's company now."""
    found = list(lines)
    wanted = [each.offer_id for each in found]
    open_now = set(orderable(actor, wanted).values_list("pk", flat=True))
    asked = [Asked(each.offer, each.quantity, each.currency_id) for each in found]
    answers = prices_asked(actor, asked)
    return [
        ShownLine(line, answer if line.offer_id in open_now else None)
        for line, answer in zip(found, answers, strict=True)
    ]


def parts(lines: Sequence[ShownLine]) -> list[Part]:
    """The lines by supplier and currency, in the order in which each came first."""
    found: dict[tuple[UUID, str], list[ShownLine]] = {}
    for each in lines:
        found.setdefault((each.offer.company_id, each.line.currency_id), []).append(each)
    return [
        Part(those[0].offer.company, currency, tuple(those))
        for (_supplier, currency), those in found.items()
    ]


def totals(lines: Iterable[ShownLine]) -> dict[str, Decimal]:
    """What the lines come to, by currency."""
    found: dict[str, Decimal] = {}
    for each in lines:
        code = each.line.currency_id
        found[code] = found.get(code, Decimal(0)) + each.total
    return found


def removed_lines(actor: Actor) -> QuerySet[CartLine]:
    """Lines that were taken out and can be put back, latest first."""
    return _lines(actor).exclude(removed_at=None).order_by("-removed_at")


def needs_approval(actor: Actor, sums: dict[str, Decimal]) -> bool:
    """Whether somebody else must say yes: above the company's rule or the person's own limit, and
    in a currency for which there is neither a rule nor a limit of the person's in it."""
    rules = dict(
        ApprovalRule.objects.filter(company_id=actor.company_id).values_list("currency", "limit")
    )
    for code, total in sums.items():
        if code not in rules or total > rules[code]:
            return True
        own = actor.limit
        if own is not None and (own.currency != code or total > own.amount):
            return True
    return not actor.can(Capability.ORDER_PLACE)


def rules(actor: Actor) -> QuerySet[ApprovalRule]:
    """The company's rules by currency."""
    require_buyer(actor)
    return ApprovalRule.objects.filter(company_id=actor.company_id).select_related("currency")


def requisitions(actor: Actor, *, state: str = "") -> QuerySet[Requisition]:
    """The company's requisitions for who approves or reads all, one's own for the others; latest
    first, each with ``line_count``."""
    actor.require(Capability.ORDER_READ)
    found = Requisition.objects.filter(company_id=actor.company_id)
    if actor.can(Capability.CART_EDIT) and not actor.can(Capability.ORDER_APPROVE):
        found = found.filter(Q(asked_by_id=actor.user_id))
    if state in RequisitionState.values:
        found = found.filter(state=state)
    return (
        found.select_related("asked_by", "decided_by")
        .annotate(line_count=Count("lines"))
        .order_by("-asked_at", "id")
    )


def requisition(actor: Actor, requisition_id: UUID) -> Requisition:
    """One of those. Raises RequisitionNotFound."""
    found = requisitions(actor).filter(pk=requisition_id).first()
    if found is None:
        raise RequisitionNotFound()
    return found


def cart_of(actor: Actor) -> Cart:
    """The actor's cart; made where there is none yet."""
    require_buyer(actor)
    actor.require(Capability.CART_EDIT)
    return Cart.objects.get_or_create(company_id=actor.company_id, person_id=actor.user_id)[0]


def _lines(actor: Actor) -> QuerySet[CartLine]:
    require_buyer(actor)
    actor.require(Capability.CART_EDIT)
    return CartLine.objects.filter(
        cart__company_id=actor.company_id, cart__person_id=actor.user_id
    ).select_related("offer", "offer__company", "offer__product", "offer__unit", "currency")
