"""A cart is sent, approved where a second person must, and ordered: one order per supplier and
currency, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.limits import check_limit
from crm_core.companies.models import Company
from infra.outbox import emit
from kernel.clock import utc_now
from marketplace.carts.errors import (
    CartEmpty,
    CartFaulty,
    OwnRequisition,
    RequisitionMoved,
    RequisitionNotFound,
    ReturnReasonNeeded,
)
from marketplace.carts.models import (
    ApprovalRule,
    Cart,
    CartLine,
    Requisition,
    RequisitionLine,
    RequisitionState,
)
from marketplace.carts.selectors import (
    ShownLine,
    cart_lines,
    needs_approval,
    parts,
    priced_lines,
    requisition,
    totals,
)
from marketplace.carts.services.filling import own_cart
from marketplace.catalog.policies import require_buyer
from marketplace.catalog.services import checks
from marketplace.orders.models import OrderSource
from marketplace.orders.services.issuing import (
    Delivery,
    OrderLineInput,
    issue_orders,
    rule_of,
)
from reference.models import Currency


def submit_cart(*, actor: Actor, address: str = "", note: str = "") -> Requisition:
    """Send the cart. What the actor may order alone is ordered at once, the rest waits for an
    approver. The cart is empty then. Raises CartEmpty, CartFaulty, FieldWrong, SupplierNotOpen."""
    with transaction.atomic():
        cart = own_cart(actor)
        lines = cart_lines(actor)
        if not lines:
            raise CartEmpty()
        if not all(each.is_orderable for each in lines):
            raise CartFaulty()
        made = Requisition.objects.create(
            company_id=actor.company_id, asked_by_id=actor.user_id,
            needs_approval=needs_approval(actor, totals(lines)),
            delivery_address=checks.text("address", address, 500),
            note=checks.text("note", note, 1000),
        )  # fmt: skip
        RequisitionLine.objects.bulk_create(
            RequisitionLine(
                requisition=made, position=number, offer=each.offer,
                quantity=each.line.quantity, currency_id=each.line.currency_id,
                unit_price=each.priced.price.amount, price_rule=rule_of(each.priced.price),
                total=each.total,
            )
            for number, each in enumerate(lines, 1)
            if each.priced is not None and each.priced.price is not None
        )  # fmt: skip
        cart.lines.all().delete()
        if made.needs_approval:
            _tell(made, actor, "requisition.asked")
        else:
            _order(actor, made, lines, Capability.ORDER_PLACE)
    return made


def approve(*, actor: Actor, requisition_id: UUID) -> Requisition:
    """Say yes to what another asked for. It is priced anew: where a line can no longer be ordered
    or the sum has risen, it goes back to who asked instead. Raises RequisitionNotFound,
    RequisitionMoved, OwnRequisition, LimitExceeded, LimitOtherCurrency, SupplierNotOpen."""
    with transaction.atomic():
        found = _to_decide(actor, requisition_id)
        kept = list(found.lines.select_related("offer", "offer__company", "offer__product",
                                               "offer__unit", "currency"))  # fmt: skip
        now = priced_lines(actor, [_as_cart_line(each) for each in kept])
        for code, total in totals(now).items():
            check_limit(actor.limit, total, code)
        if why := _worse(kept, now):
            _return(actor, found, why)
        else:
            _order(actor, found, now, Capability.ORDER_APPROVE, [each.pk for each in kept])
    return found


def send_back(*, actor: Actor, requisition_id: UUID, reason: str) -> Requisition:
    """Return what another asked for, with the reason; its lines are in that person's cart again.
    Raises RequisitionNotFound, RequisitionMoved, OwnRequisition, ReturnReasonNeeded."""
    with transaction.atomic():
        found = _to_decide(actor, requisition_id)
        why = checks.text("reason", reason, 1000)
        if not why:
            raise ReturnReasonNeeded(field="reason")
        _return(actor, found, why)
    return found


def set_rule(*, actor: Actor, currency: str, limit: Decimal | None) -> None:
    """Up to which amount people order alone in a currency; None: never. Raises FieldWrong."""
    actor.require(Capability.COMPANY_MANAGE)
    require_buyer(actor)
    code = checks.known("currency", Currency, currency)
    rules = ApprovalRule.objects.filter(company_id=actor.company_id, currency=code)
    if limit is None:
        rules.delete()
    else:
        amount = checks.number("limit", limit, digits=15, zero=True)
        ApprovalRule.objects.update_or_create(
            company_id=actor.company_id, currency=code, defaults={"limit": amount}
        )


def _to_decide(actor: Actor, requisition_id: UUID) -> Requisition:
    actor.require(Capability.ORDER_APPROVE)
    found = requisition(actor, requisition_id)
    locked = Requisition.objects.select_for_update().filter(pk=found.pk).first()
    if locked is None:
        raise RequisitionNotFound()
    if locked.state != RequisitionState.WAITING:
        raise RequisitionMoved()
    if locked.asked_by_id == actor.user_id:
        raise OwnRequisition()
    return locked


def _as_cart_line(line: RequisitionLine) -> CartLine:
    return CartLine(
        offer=line.offer, quantity=line.quantity, currency=line.currency,
        added_price=line.unit_price,
    )  # fmt: skip


def _worse(kept: Sequence[RequisitionLine], now: Sequence[ShownLine]) -> str:
    """Why what was asked for is not what would be ordered; empty where it is, or costs less."""
    if not all(each.is_orderable for each in now):
        return _("A line cannot be ordered any more as it was asked for.")
    asked: dict[str, Decimal] = {}
    for each in kept:
        asked[each.currency_id] = asked.get(each.currency_id, Decimal(0)) + each.total
    if any(total > asked[code] for code, total in totals(now).items()):
        return _("The price rose after it was asked for.")
    return ""


def _order(
    actor: Actor,
    found: Requisition,
    lines: Sequence[ShownLine],
    capability: Capability,
    ids: Sequence[UUID] = (),
) -> None:
    known = list(ids) or list(found.lines.order_by("position").values_list("pk", flat=True))
    line_ids = dict(zip((id(each) for each in lines), known, strict=True))
    country = Company.objects.get(pk=found.company_id).country
    delivery = Delivery(country=country, address=found.delivery_address, note=found.note)
    suppliers = dict.fromkeys(each.supplier.pk for each in parts(lines))
    for supplier_id in suppliers:
        issue_orders(
            actor=actor, supplier_id=supplier_id, delivery=delivery, capability=capability,
            lines=[
                _input(each, line_ids[id(each)])
                for each in lines
                if each.offer.company_id == supplier_id
            ],
            source=OrderSource.CART, source_id=found.pk, placed_by_id=found.asked_by_id,
        )  # fmt: skip
    _decide(actor, found, RequisitionState.ORDERED)
    if found.needs_approval:
        _tell(found, actor, "requisition.approved")


def _input(shown: ShownLine, line_id: UUID) -> OrderLineInput:
    assert shown.priced is not None
    assert shown.priced.price is not None  # is_orderable was asked
    offer, price = shown.offer, shown.priced.price
    return OrderLineInput(
        name=offer.product.name, sku=offer.sku, unit=offer.unit_id, quantity=shown.line.quantity,
        unit_price=price.amount, currency=price.currency_id, price_rule=rule_of(price),
        offer=offer, product=offer.product, lead_time_days=offer.lead_time_days, line_id=line_id,
    )  # fmt: skip


def _return(actor: Actor, found: Requisition, reason: str) -> None:
    found.reason = reason
    _decide(actor, found, RequisitionState.RETURNED)
    cart = Cart.objects.get_or_create(company_id=found.company_id, person_id=found.asked_by_id)[0]
    for line in found.lines.all():
        cart.lines.update_or_create(
            offer_id=line.offer_id,
            defaults={
                "quantity": line.quantity, "currency_id": line.currency_id,
                "added_price": line.unit_price, "removed_at": None,
            },
        )  # fmt: skip
    _tell(found, actor, "requisition.returned")


def _decide(actor: Actor, found: Requisition, state: RequisitionState) -> None:
    found.state, found.decided_by_id, found.decided_at = state.value, actor.user_id, utc_now()
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _tell(found: Requisition, actor: Actor, fact: str) -> None:
    emit(
        type=fact, subject=found.urn, actor=actor.urn,
        parties=[f"urn:fairfall:company:{found.company_id}"],
        payload={
            "requisition_id": found.pk, "company_id": found.company_id,
            "asked_by": found.asked_by_id, "by": actor.display_name, "reason": found.reason,
        },
    )  # fmt: skip
