"""Tenders of the demonstration: one draft, one published, written by the real use cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from config.demo.companies import BUYER, SUPPLIERS
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company
from crm_core.people.models import User
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import Tender
from marketplace.tenders.services import drafting, invitations, lots, publishing
from marketplace.tenders.services.lots import LotInput

STEEL_TITLE = "Hot-rolled steel coil, Q1 2027 supply"
STEEL_TEXT = (
    "Hot-rolled and coated coil for the fabrication shops in Narva and Paldiski. Delivery DAP "
    "Muuga harbour in three calls between January and March 2027, mill certificates 3.1. Payment "
    "30 days after receipt."
)
STEEL_LOTS = (
    LotInput(title="Hot-rolled coil S235JR, 3 to 6 mm", quantity="1850", unit="TNE",
             ceiling="560.00", reserve="525.00", baseline="545.00", target="495.00"),
    LotInput(title="Cold-rolled sheet DC01, 1.5 mm", quantity="620", unit="TNE",
             ceiling="720.00", baseline="702.00", target="655.00"),
    LotInput(title="Galvanised coil DX51D+Z275", quantity="480", unit="TNE",
             ceiling="815.00", baseline="790.00", target="738.00"),
    LotInput(title="Rebar B500B, 12 and 16 mm", quantity="940", unit="TNE",
             ceiling="650.00", baseline="634.00", target="590.00", step_kind="absolute",
             step_absolute="1.00"),
)  # fmt: skip
OIL_TITLE = "Transformer oil, inhibited, IEC 60296"
OIL_TEXT = (
    "Inhibited mineral insulating oil for the 110 kV substations, delivered in drums and by tanker "
    "to three depots. Test report for each batch."
)
OIL_LOTS = (
    LotInput(title="Transformer oil in 208-litre drums", quantity="24000", unit="LTR", scale=3,
             ceiling="2.450", baseline="2.380", target="2.200"),
    LotInput(title="Transformer oil by tanker", quantity="60000", unit="LTR", scale=3,
             ceiling="2.100", baseline="2.050", target="1.900"),
)  # fmt: skip
IT_TITLE = "Office IT: laptops, monitors, docking stations"
IT_LOTS = (
    LotInput(title="Laptop, 14 inch, 32 GB", quantity="180", unit="C62", ceiling="1290.00",
             baseline="1240.00", target="1120.00"),
    LotInput(title="Monitor, 27 inch, USB-C", quantity="220", unit="C62", ceiling="310.00",
             baseline="296.00", target="265.00"),
)  # fmt: skip


def load(say: Callable[[str], None]) -> None:
    """Load the tenders that are not there yet."""
    officer = buyer()
    tomorrow = datetime.combine(utc_now().date() + timedelta(days=1), time(9, 0), UTC)
    made = [
        _published(officer, STEEL_TITLE, STEEL_TEXT, STEEL_LOTS, tomorrow, lot_order="serial"),
        _published(
            officer,
            OIL_TITLE,
            OIL_TEXT,
            OIL_LOTS,
            tomorrow + timedelta(days=2),
            **{"feedback.lead": True, "buyer_extension.times": "1"},
        ),
        _draft(officer, IT_TITLE, "Three-year warranty on site; delivery to Tallinn.", IT_LOTS),
    ]
    if any(made):
        say("Tenders: steel coil and transformer oil are published, office IT is a draft.")


def buyer() -> Actor:
    """The demonstration's procurement officer."""
    company = Company.objects.get(reference=BUYER.reference)
    return load_actor(User.objects.get(email=BUYER.people[0].email).pk, company.pk)


def sellers() -> dict[str, Actor]:
    """The demonstration's bidders by their company's reference."""
    companies = {each.reference: each.pk for each in Company.objects.filter(sells=True)}
    return {
        firm.reference: load_actor(
            User.objects.get(email=firm.people[0].email).pk, companies[firm.reference]
        )
        for firm in SUPPLIERS
    }


def draft(
    *,
    officer: Actor,
    title: str,
    text: str,
    typed: Sequence[LotInput],
    rules: dict[str, object],
    companies: Sequence[UUID],
) -> Tender:
    """A complete draft."""
    tender = drafting.create_draft(actor=officer, title=title, description=text)
    lots.add_lots(actor=officer, tender_id=tender.pk, lots=typed)
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules=rules)
    invitations.choose_suppliers(actor=officer, tender_id=tender.pk, companies=companies)
    return tender


def _published(
    officer: Actor,
    title: str,
    text: str,
    typed: Sequence[LotInput],
    starts: datetime,
    **rules: object,
) -> bool:
    if Tender.objects.filter(company_id=officer.company_id, title=title).exists():
        return False
    tender = draft(
        officer=officer, title=title, text=text, typed=typed,
        rules={"starts_at": moment_to_wire(starts), **rules},
        companies=[actor.company_id for actor in sellers().values()],
    )  # fmt: skip
    publishing.publish(actor=officer, tender_id=tender.pk)
    return True


def _draft(officer: Actor, title: str, text: str, typed: Sequence[LotInput]) -> bool:
    if Tender.objects.filter(company_id=officer.company_id, title=title).exists():
        return False
    draft(officer=officer, title=title, text=text, typed=typed, rules={}, companies=[])
    return True
