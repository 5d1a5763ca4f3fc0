"""Four companies with a person in every role, and an object of the buyer's in every room."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from auctions.models import Auction, IntegrityAlert
from auctions.services.observers import create_link
from buyers.services import add_supplier, create_list
from crm_core.access import company_invitations
from crm_core.access.actor import Actor, load_actor
from crm_core.access.invitations import invite
from crm_core.companies import inviting_companies
from crm_core.companies.inviting import link_secret
from crm_core.companies.models import OPERATOR_ROLES, Company, Role
from crm_core.companies.services import add_member
from crm_core.documents.services import upload
from crm_core.notifications.models import MailboxMessage, Notice
from crm_core.notifications.services import Recipient, notify
from crm_core.people.models import OpenSession, User
from crm_core.screening.models import Hit
from crm_core.screening.services.subjects import company_changed
from crm_core.timeline.models import Account
from crm_core.verification.services.keeping import changing
from infra import relay
from infra.keys import key_ring
from infra.models import DeadLetter
from marketplace.carts.services import filling, ordering
from marketplace.catalog.services import groups, offers
from marketplace.exchange.models import ImportRun, RunState
from marketplace.tenders.models import Tender
from marketplace.tenders.services import rehearsing
from reference.attributes import AttributeInput, add_attribute
from reference.loading import load_all
from reference.models import TaxonomyImport
from suppliers.services import save_profile
from tests import barter_house as barter
from tests import catalog_house as catalog
from tests import files_made as made
from tests import order_house as orders
from tests import quote_house as quotes
from tests import tender_house as tenders
from tests.category_house import EMPTY, STEEL
from tests.files_made import Upload
from tests.people import make_company, make_token, make_user
from tests.screening_house import entity, listed

COMPANIES = ("buyer", "supplier", "stranger", "operator")
GUEST, OUTSIDER = "guest", "outsider"


@dataclass
class House:
    """``people`` by company and role; ``values`` for the places in addresses, of the buyer's
    objects; ``strangers`` the same places of the stranger's."""

    people: dict[tuple[str, str], Actor]
    outsider: User
    values: dict[str, Any] = field(default_factory=dict)
    strangers: dict[str, Any] = field(default_factory=dict)


def build() -> House:
    """The house, committed: every test asks it and takes back what it changed."""
    load_all()
    sides: dict[str, dict[str, Any]] = {
        "buyer": {"buys": True, "sells": False},
        "supplier": {"buys": False, "sells": True},
        "stranger": {"buys": True, "sells": True},
        "operator": {"buys": False, "sells": False, "operates": True},
    }
    people = {
        (name, role.value): _person(company, role)
        for name in COMPANIES
        for company in [make_company(legal_name=f"The {name}", **sides[name])]
        for role in Role
        if name == "operator" or role not in OPERATOR_ROLES
    }
    note = add_attribute(
        category=STEEL, given=AttributeInput(key="note", kind="text", name_en="Note")
    )
    house = House(people, make_user())
    house.values = {
        "key": "no-such-key", "uidb36": "1", "pk": 1,  # of allauth's own pages
        "part": "identity", "kind": "registry_extract",
        "taxonomy": "cpv", "category": STEEL, "attribute_id": note.pk,
        "import_id": TaxonomyImport.objects.create(taxonomy="own", file_name="own.csv",
                                                   sha256="0" * 64, summary=EMPTY).pk,
        **_trade(people["buyer", "officer"], people["supplier", "bidder"]),
        **_offered(people["supplier", "catalog_manager"], people["buyer", "officer"]),
        "order_id": orders.issue(
            people["buyer", "officer"], people["supplier", "bidder"].company_id
        )[0].pk,
        **_asked(people["buyer", "requester"], people["supplier", "catalog_manager"]),
        **barter.places(people["supplier", "catalog_manager"],
                        people["buyer", "catalog_manager"]),
        **_quoted(people["buyer", "officer"], people["supplier", "bidder"]),
        **_own(people["buyer", "owner"], people["buyer", "requester"]),
        **_invited(people["buyer", "officer"]),
        **_operators(people["buyer", "owner"], people["supplier", "owner"]),
        **_personal(people["buyer", "owner"]),
    }  # fmt: skip
    house.strangers = _trade(people["stranger", "officer"], people["supplier", "bidder"])
    return house


def _person(company: Company, role: Role) -> Actor:
    user = make_user(full_name=f"{role.label} of {company.legal_name}")
    add_member(company_id=company.pk, user_id=user.pk, role=role)
    return load_actor(user.pk, company.pk)


def _trade(officer: Actor, bidder: Actor) -> dict[str, Any]:
    """A draft, a published tender, two whose auctions are to be ended, one that is over."""
    save_profile(
        actor=bidder, contact_name="Sales", contact_email="sales@supplier.example",
        categories=["14622000-7"], regions=["EE"],
    )  # fmt: skip
    draft = tenders.draft(officer, [bidder])
    published = tenders.published(officer, [bidder])
    closed = _over(officer, bidder)
    chosen = create_list(actor=officer, name="Coil, approved")
    add_supplier(actor=officer, list_id=chosen.pk, supplier_id=bidder.company_id)
    link, secret = create_link(actor=officer, auction_id=published.auction_id, label="Ministry")
    relay.drain()
    account = Account.objects.get(owner_id=officer.company_id, partner_id=bidder.company_id)
    return {
        "tender_id": published.pk,
        "draft": draft.pk,
        "closed": closed.pk,
        "terms_hash": published.terms_hash,
        "rehearsal_id": rehearsing.rehearse(
            actor=officer, tender_id=published.pk, typed={"bots": "2", "runs": "1"}
        ).pk,
        "auction_id": published.auction_id,
        "doomed_auction": tenders.published(officer, [bidder]).auction_id,
        "closed_auction": closed.auction_id,
        "alert_id": IntegrityAlert.objects.create(
            auction_id=closed.auction_id,
            kind="spread",
            lot=1,
            who=[],
            evidence={"variation": "0.01", "distance": None, "rows": []},
        ).pk,
        "lot_id": draft.lots.get(number=1).pk,
        "lot": 1,
        "list_id": chosen.pk,
        "link_id": link.pk,
        "token": secret,
        "account_id": account.pk,
        "supplier_id": bidder.company_id,
        "ref": "nothing-sent",
    }


def _over(officer: Actor, bidder: Actor) -> Tender:
    """Closed with one bid."""
    tender = tenders.published(officer, [bidder])
    tenders.accept(bidder, tender)
    tenders.play(tender, [(timedelta(minutes=1), bidder, "540.00")])
    tender.refresh_from_db()
    return tender


def _offered(manager: Actor, customer: Actor) -> dict[str, Any]:
    """What the supplier offers: an active offer, a draft with a price, one withdrawn, a group."""
    active = catalog.active(manager)
    draft = catalog.draft(manager, sku="DRAFT", gtin="")
    price = catalog.price(manager, draft, "10")
    withdrawn = catalog.draft(manager, sku="WITHDRAWN", gtin="")
    offers.withdraw_offer(actor=manager, offer_id=withdrawn.pk)
    group = groups.create_group(actor=manager, name="Baltic utilities")
    return {
        "catalog_offer_id": active.pk,
        "own_offer_id": draft.pk,
        "withdrawn_offer": withdrawn.pk,
        "price_id": price.pk,
        "import_run_id": _imported(manager),
        "file_id": catalog.paper(manager, draft).pk,
        "group_id": group.pk,
        "customer_id": customer.company_id,
    }


def _imported(manager: Actor) -> Any:
    """A file of offers that was given up: the company may upload another."""
    run = ImportRun(company_id=manager.company_id, file_name="offers.csv", sha256="0" * 64,
                    form="csv", headings=["sku"], state=RunState.REFUSED,
                    created_by_id=manager.user_id)  # fmt: skip
    run.save(force_insert=True)
    return run.pk


def _asked(requester: Actor, manager: Actor) -> dict[str, Any]:
    """A requisition that waits, and a line in the requester's cart."""
    offer = catalog.active(manager, sku="CART", gtin="", name_en="Nut")
    filling.add_line(actor=requester, offer_id=offer.pk)
    made = ordering.submit_cart(actor=requester)
    line = filling.add_line(actor=requester, offer_id=offer.pk)
    return {"requisition_id": made.pk, "cart_line_id": line.pk}


def _quoted(officer: Actor, bidder: Actor) -> dict[str, Any]:
    """Requests for quotation: one open with a quote of all who are invited, one opened, a draft."""
    rfq = quotes.opened(officer, bidder)
    quotes.quote(bidder, rfq, "1.20", "900")
    return {
        "rfq_id": rfq.pk,
        "opened_rfq": quotes.closed(officer, (bidder, ("1.20", "900"))).pk,
        "draft_rfq": quotes.draft(officer, bidder).pk,
    }


def _own(owner: Actor, colleague: Actor) -> dict[str, Any]:
    document = upload(
        actor=owner, kind="bank_letter", name="Letter of the bank.pdf", file=Upload(made.pdf())
    )
    invitation = invite(actor=owner, email="invited@company.example", role="bidder")
    return {
        "version_id": document.pk,
        "invitation_id": invitation.pk,
        "secret": link_secret(invitation),
        "membership_id": colleague.membership_id,
        "member_id": colleague.membership_id,
    }


def _invited(officer: Actor) -> dict[str, Any]:
    found = company_invitations.invite(actor=officer, email="firm@new.example", name="New firm")
    return {"offer_id": found.pk, "link": inviting_companies.link_secret(found)}


def _personal(owner: Actor) -> dict[str, Any]:
    user = User.objects.get(pk=owner.user_id)
    notify(recipients=[Recipient(user.pk, owner.company_id)], kind="company.joined",
           text="Welcome", key="house")  # fmt: skip
    mail = MailboxMessage.objects.create(
        to=user.email, sender="noreply@fairfall.example", subject="Welcome", body="Welcome."
    )
    browser = Client()
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    opened = OpenSession.objects.get(session_key=browser.session.session_key).pk
    return {
        "own_session_id": opened,
        "session_id": opened,
        "token_id": make_token(owner, name="ERP")[0].pk,
        "notice_id": Notice.objects.get(key="house").pk,
        "mail_id": mail.pk,
    }


def _operators(owner: Actor, other: Actor) -> dict[str, Any]:
    company = Company.objects.get(pk=owner.company_id)
    with tempfile.TemporaryDirectory() as folder:
        version = listed(Path(folder), entity("1", f"{company.legal_name} LLC", jurisdiction="ee"))
    company_changed(company.pk)
    with changing(company.pk):
        pass  # its file begins, with one entry
    hit = Hit.objects.filter(subject__company=company).first()
    assert hit is not None
    assert hit.evidence is not None
    letter = DeadLetter.objects.create(
        handler="timeline.auction", source="auctions", seq=1, type="auction_opened",
        subject=f"urn:fairfall:auction:{Auction.objects.earliest('created_at').pk}", error="lost",
    )  # fmt: skip
    return {
        "company_id": company.pk,
        "key_id": key_ring().current().key_id,
        "step": "suspend",
        "number": 1,
        "letter_id": letter.pk,
        "hit_id": hit.pk,
        "evidence": hit.evidence_id,
        "code": version.source.code,
        "list_version_id": version.pk,
        "screening_id": hit.evidence.screening_id,
        "colleague_company": other.company_id,
    }
