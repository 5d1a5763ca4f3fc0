"""Drafts of requests: described, their lines, and whom they will go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.companies.selectors import directory
from kernel.clock import utc_now
from marketplace.carts.errors import CartEmpty
from marketplace.carts.selectors import cart_lines
from marketplace.catalog.models import Product
from marketplace.catalog.services import checks
from marketplace.quotes.errors import QuoteFieldWrong, RfqMoved, SupplierNotInvitable
from marketplace.quotes.models import Rfq, RfqInvitation, RfqLine, RfqMove, RfqState
from marketplace.quotes.policies import DRAFT, own_rfq, require_buyer
from marketplace.quotes.services.record import remember
from reference.models import Category, Currency, Unit

MOST_LINES = 200
MOST_SUPPLIERS = 50
USUAL_TIME = timedelta(days=3)  # for quotes, where nobody has said


@dataclass(frozen=True, slots=True, kw_only=True)
class RfqInput:
    """A request as typed. ``delivery_country`` is a code of ISO 3166."""

    title: str
    deadline: datetime
    delivery_country: str
    currency: str = "EUR"
    delivery_address: str = ""
    note: str = ""
    names_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """A line as typed: a product of the catalog, or a name; ``category`` is a code of CPV."""

    quantity: Decimal
    unit: str = "C62"
    name: str = ""
    product: UUID | None = None
    category: str = ""
    wanted_on: date | None = None
    note: str = ""


def create_rfq(*, actor: Actor, rfq: RfqInput) -> Rfq:
    """A draft of the actor's company with the next number of the year."""
    require_buyer(actor, DRAFT)
    with transaction.atomic():
        Company.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.company_id)
        year = utc_now().year
        before = Rfq.objects.filter(company_id=actor.company_id, year=year)
        serial = (before.aggregate(last=Max("serial"))["last"] or 0) + 1
        made = Rfq(
            company_id=actor.company_id, year=year, serial=serial,
            number=f"RFQ-{year}-{serial:05d}", created_by_id=actor.user_id,
        )  # fmt: skip
        _describe(made, rfq)
        made.save(force_insert=True)
        remember(made, RfqMove.CREATED, actor)
    return made


def request_from_cart(*, actor: Actor) -> Rfq:
    """A draft of what is in the actor's cart, which stays as it is: its products and quantities,
    to go to the suppliers whose offers they are. Raises CartEmpty, FieldWrong."""
    require_buyer(actor, DRAFT)
    lines = cart_lines(actor)
    if not lines:
        raise CartEmpty()
    buyer = Company.objects.get(pk=actor.company_id)
    titled = _("What is in the cart, %(count)s lines") % {"count": len(lines)}
    with transaction.atomic():
        made = create_rfq(actor=actor, rfq=RfqInput(
            title=titled, deadline=utc_now() + USUAL_TIME, delivery_country=buyer.country,
            currency=lines[0].line.currency_id,
        ))  # fmt: skip
        for each in lines[:MOST_LINES]:
            offer = each.offer
            add_line(actor=actor, rfq_id=made.pk, line=LineInput(
                quantity=each.line.quantity, unit=offer.unit_id, product=offer.product_id,
            ))  # fmt: skip
        suppliers = {each.offer.company_id for each in lines if not each.is_gone}
        invite(actor=actor, rfq_id=made.pk, suppliers=sorted(suppliers)[:MOST_SUPPLIERS])
    return made


def change_rfq(*, actor: Actor, rfq_id: UUID, rfq: RfqInput) -> Rfq:
    """Describe a draft anew. Raises RfqNotFound, RfqMoved, FieldWrong."""
    with transaction.atomic():
        found = own_draft(actor, rfq_id)
        _describe(found, rfq)
        found.save()
    return found


def add_line(*, actor: Actor, rfq_id: UUID, line: LineInput) -> RfqLine:
    """Ask for one thing more. Raises FieldWrong, QuoteFieldWrong."""
    with transaction.atomic():
        rfq = own_draft(actor, rfq_id)
        last = rfq.lines.aggregate(last=Max("position"))["last"] or 0
        if rfq.lines.count() >= MOST_LINES:
            raise QuoteFieldWrong(field="name", reason=_("A request has 200 lines at most."))
        return _line(rfq, last + 1, line)


def remove_line(*, actor: Actor, rfq_id: UUID, line_id: UUID) -> None:
    """Ask for it no more. Raises RfqMoved where it is gone."""
    with transaction.atomic():
        removed, _rows = own_draft(actor, rfq_id).lines.filter(pk=line_id).delete()
        if not removed:
            raise RfqMoved()


def replace_lines(*, actor: Actor, rfq_id: UUID, lines: Sequence[LineInput]) -> None:
    """The lines of a draft, all at once."""
    with transaction.atomic():
        own_draft(actor, rfq_id).lines.all().delete()
        for each in lines:
            add_line(actor=actor, rfq_id=rfq_id, line=each)


def invite(*, actor: Actor, rfq_id: UUID, suppliers: Sequence[UUID]) -> None:
    """Put verified suppliers onto a draft; they learn of it when it is opened.

    Raises SupplierNotInvitable; then none is added.
    """
    with transaction.atomic():
        rfq = own_draft(actor, rfq_id)
        wanted = set(suppliers)
        known = directory(sells=True).exclude(pk=actor.company_id).filter(pk__in=wanted)
        if known.count() != len(wanted):
            raise SupplierNotInvitable(field="suppliers")
        wanted -= set(rfq.invitations.values_list("supplier_id", flat=True))
        if rfq.invitations.count() + len(wanted) > MOST_SUPPLIERS:
            raise QuoteFieldWrong(
                field="suppliers", reason=_("A request goes to 50 suppliers at most.")
            )
        RfqInvitation.objects.bulk_create(
            RfqInvitation(rfq=rfq, supplier_id=each) for each in sorted(wanted)
        )


def drop(*, actor: Actor, rfq_id: UUID, supplier_id: UUID) -> None:
    """Take a supplier off a draft; it never learned of it."""
    with transaction.atomic():
        removed, _rows = (
            own_draft(actor, rfq_id).invitations.filter(supplier_id=supplier_id).delete()
        )
        if not removed:
            raise SupplierNotInvitable(field="suppliers")


def own_draft(actor: Actor, rfq_id: UUID) -> Rfq:
    """A draft of the actor's company, locked."""
    return own_rfq(actor, rfq_id, DRAFT, RfqState.DRAFT, lock=True)


def _describe(rfq: Rfq, typed: RfqInput) -> None:
    rfq.title = checks.text("title", typed.title, 200, needed=True)
    rfq.note = checks.text("note", typed.note, 2000)
    rfq.currency = checks.known("currency", Currency, typed.currency)
    rfq.delivery_country = "".join(
        checks.countries("delivery_country", [typed.delivery_country.strip().upper()])
    )
    rfq.delivery_address = checks.text("delivery_address", typed.delivery_address, 500)
    if typed.deadline <= utc_now():
        raise QuoteFieldWrong(field="deadline", reason=_("The deadline must lie in the future."))
    rfq.deadline = typed.deadline
    rfq.names_shown = typed.names_shown


def _line(rfq: Rfq, position: int, typed: LineInput) -> RfqLine:
    product = None
    if typed.product is not None:
        product = Product.objects.filter(pk=typed.product).first()
        if product is None:
            raise QuoteFieldWrong(field="product", reason=_("Choose a product of the catalog."))
    category = checks.known("category", Category, typed.category) if typed.category else None
    return RfqLine.objects.create(
        rfq=rfq, position=position, product=product,
        name=checks.text("name", typed.name or (product.name if product else ""), 200, needed=True),
        category=category or (product.category if product else None),
        quantity=checks.number("quantity", typed.quantity),
        unit=checks.known("unit", Unit, typed.unit),
        wanted_on=typed.wanted_on, note=checks.text("note", typed.note, 1000),
    )  # fmt: skip
