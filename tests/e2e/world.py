"""A site with something of everything, and every address in it, for the test of every page."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from auctions.rehearsal import services as rehearsals
from auctions.services.observers import create_link
from buyers.services import add_supplier, create_list
from config.demo import catalog, companies, tenders
from crm_core.access import company_invitations
from crm_core.access.actor import Actor, load_actor
from crm_core.access.invitations import invite
from crm_core.access.members import change_member
from crm_core.companies import inviting_companies
from crm_core.companies.inviting import link_secret
from crm_core.companies.models import (
    BankAccount,
    Company,
    MemberInvitation,
    Membership,
    Role,
    Standing,
)
from crm_core.documents.services import decide, submit_drafts, upload
from crm_core.notifications.models import MailboxMessage, Notice
from crm_core.people.models import User
from crm_core.screening.models import Hit, ListVersion
from crm_core.screening.services import policy
from crm_core.screening.services.decisions import decide as decide_hit
from crm_core.screening.services.imports import import_files
from crm_core.screening.services.subjects import company_changed, watch_person
from crm_core.timeline.models import Account
from crm_core.verification.models import Facet
from crm_core.verification.services.keeping import changing
from infra import relay
from infra.keys import key_ring
from infra.models import DeadLetter
from kernel.clock import utc_now
from marketplace.tenders.models import Tender
from marketplace.tenders.services import ending, rehearsing
from tests import category_house as categories
from tests import files_made as made
from tests import second_factors
from tests import tender_house as house
from tests import verification_house as cases
from tests.e2e import world_auctions as auctions
from tests.e2e import world_trade as trade
from tests.files_made import Upload
from tests.people import make_actor, make_token
from tests.screening_house import entity, write

NEWCOMER, NOBODYS = "newcomer", "without a company"
PROTECTED, HALFWAY = "with a second factor", "between password and second factor"
BARE = "lacking the second factor"


@dataclass
class World:
    """``people`` by what they are; ``values`` for the places in addresses, by name."""

    people: dict[str, User | None] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)


def build() -> World:
    """The demonstration's companies and tenders, one auction running, others over."""
    companies.load(lambda _line: None)
    tenders.load(lambda _line: None)
    trade.load()
    officer, sellers = tenders.buyer(), tenders.sellers()
    running = auctions.running(officer, list(sellers.values()))
    closed, awarded, cancelled = (
        auctions.over(officer, [sellers["baltmet"], sellers["nordwerk-stahl"]], title)
        for title in ("Steel plate, closed", "Steel plate, awarded", "Steel plate, cancelled")
    )
    house.play(closed, auctions.bids(sellers))
    house.play(awarded, auctions.bids(sellers))
    ending.confirm_result(
        actor=officer, tender_id=awarded.pk, lot=1, company_id=sellers["baltmet"].company_id
    )
    ending.cancel(actor=officer, tender_id=cancelled.pk, reason="The need is gone.")
    auctions.alerted(closed)
    asked, scored = (auctions.evaluated(officer, sellers, publish=each) for each in (False, True))
    for each in (officer, sellers["baltmet"]):
        _may_be_paid(each)
    draft = Tender.objects.get(title=tenders.IT_TITLE)
    relay.drain()

    owner = make_actor(Role.OWNER)
    Company.objects.filter(pk=owner.company_id).update(standing=Standing.DRAFT)
    chosen = create_list(actor=officer, name="Coil, approved")
    add_supplier(actor=officer, list_id=chosen.pk, supplier_id=sellers["baltmet"].company_id)
    letter = DeadLetter.objects.create(
        handler="notices", source="auctions", subject=f"urn:fairfall:auction:{running.auction_id}",
        seq=1, type="lot.closed", error="TypeError: a handler failed",
    )  # fmt: skip
    found = _screened(owner, User.objects.get(email=companies.OPERATOR.people[0].email))
    operator = make_actor(Role.VERIFIER, Company.objects.get(operates=True))
    company = Company.objects.get(pk=owner.company_id)
    cases.submit(cases.House(company, owner, maker=operator, checker=operator, third=operator))
    world = World()
    world.people = {
        "officer": _user(officer),
        "owner": User.objects.get(email=companies.BUYER.people[1].email),
        "auditor": User.objects.get(email=companies.BUYER.people[2].email),
        "supplier": _user(sellers["baltmet"]),
        "catalog manager": _user(catalog.manager("baltmet")),
        "operator": User.objects.get(email=companies.OPERATOR.people[0].email),
        "neutral person": User.objects.get(email=companies.OPERATOR.people[1].email),
        "unverified owner": _user(owner),
        NOBODYS: User.objects.create_user("new@company.example", full_name="Somebody New"),
        NEWCOMER: None,
        PROTECTED: _protected(),
        HALFWAY: None,
        BARE: _user(make_actor(Role.SIGNATORY)),
    }
    tokens = []
    for name, user in world.people.items():
        membership = user and Membership.objects.filter(user=user).first()
        if user and membership:
            actor = load_actor(user.pk, membership.company_id)
            tokens.append(make_token(actor, name="ERP")[0].pk)
            _tell(actor, user, name)
    invitation = _invitation(world.people["owner"])
    offer = company_invitations.invite(
        actor=officer, email="sales@new-firm.example", name="New firm", message="We buy coil."
    )
    answered = company_invitations.invite(
        actor=officer, email="new@company.example", name="Firm of somebody new"
    )
    _link, secret = create_link(actor=officer, auction_id=running.auction_id, label="Auditor")
    imports = categories.imported()
    categories.mapped()
    world.values = {
        "tender_id": [
            running.pk,
            draft.pk,
            closed.pk,
            awarded.pk,
            cancelled.pk,
            asked.pk,
            scored.pk,
        ],
        "auction_id": [running.auction_id, closed.auction_id],
        "lot_id": [draft.lots.get(number=1).pk],
        "lot": [1],
        "list_id": [chosen.pk],
        "rehearsal_id": [_rehearsed(officer, draft)],
        "account_id": list(_accounts(officer, sellers["baltmet"])),
        "supplier_id": [sellers["baltmet"].company_id],
        "company_id": [owner.company_id, _known_before(sellers["baltmet"])],
        "key_id": [key_ring().current().key_id],
        "membership_id": [Membership.objects.get(user=world.people["auditor"]).pk],
        "invitation_id": [invitation.pk],
        "secret": [link_secret(invitation)],
        "offer_id": [offer.pk],
        "link": [inviting_companies.link_secret(each) for each in (offer, answered)],
        "token_id": tokens[:1],
        "token": [secret],
        "letter_id": [letter.pk],
        "notice_id": list(Notice.objects.values_list("pk", flat=True))[:1],
        "mail_id": list(MailboxMessage.objects.values_list("pk", flat=True)),
        "version_id": [_document(world.people["owner"])],
        **found,
        **trade.offered(),
        **trade.bartered(),
        "part": ["identity"],
        "step": ["take"],
        "number": [1],
        "kind": ["articles", "licence"],
        "taxonomy": ["cpv", "unspsc"],
        "category": [categories.STEEL, categories.APART, "own:steel"],
        "attribute_id": categories.described(),
        "import_id": imports,
        "pk": [Authenticator.objects.get(type="webauthn").pk],
        "own_session_id": [uuid4()],
        "key": ["no-such-key"],
        "uidb36": ["1"],
    }
    return world


def _rehearsed(officer: Actor, draft: Tender) -> UUID:
    """A rehearsal that is over."""
    typed = {"bots": "3", "runs": "3", "seed": "walk", "steps": "1"}
    made = rehearsing.rehearse(actor=officer, tender_id=draft.pk, typed=typed)
    while rehearsals.go_on(made.pk):
        continue
    return made.pk


def _known_before(actor: Actor) -> UUID:
    """A company whose standing was taken over into a file: it has a page and a certificate."""
    with changing(actor.company_id):
        pass
    return actor.company_id


def _may_be_paid(actor: Actor) -> None:
    """As if the company's account had been verified."""
    with changing(actor.company_id) as change:
        pass
    BankAccount.objects.create(
        company_id=actor.company_id, number=cases.IBAN, bic="HABAEE2X", bank_name="Bank",
        holder=actor.company_name, currency="EUR", country="EE",
    )  # fmt: skip
    Facet.objects.create(
        file=change.row, key="bank", state="verified", verified_at=utc_now(),
        valid_until=utc_now().date() + timedelta(days=365),
    )  # fmt: skip


def _protected() -> User:
    """Somebody who may not act without a second factor, and has every kind."""
    user = User.objects.create_user("sure@company.example", "correct horse", full_name="Sure Hand")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    make_actor(Role.SIGNATORY, user=user)
    second_factors.app_of(user)
    second_factors.key_of(user)
    second_factors.codes_of(user)
    return user


def sign_in(world: World, person: str) -> Client:
    """A browser without a window in which that person is signed in, as far as it goes."""
    client = Client(raise_request_exception=False, HTTP_HOST="localhost")
    if person == HALFWAY:
        client.post("/accounts/login/", {"login": "sure@company.example",
                                         "password": "correct horse"})  # fmt: skip
    user = world.people[person]
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if person == PROTECTED and user is not None:
        second_factors.just_confirmed(client, user)
    return client


def _screened(owner: Actor, admin: User) -> dict[str, list[Any]]:
    """Lists, read, held and failed; a company with an open hit and one that was decided."""
    company = Company.objects.get(pk=owner.company_id)
    listed = [
        entity("1", f"{company.legal_name} Trading LLC", weakAlias="CO", jurisdiction="ee",
               innCode="7799000111", address="Narva mnt 1, Tallinn", notes="Made up."),
        entity("2", "Ivan Sergeyevich Probov", schema="Person", birthDate="1968-12-10",
               nationality="ru", alias=["Иван Пробов"]),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        made = [
            import_files(paths=[write(Path(folder), *rows)], source="made-up", user_id=admin.pk)
            for rows in (listed, [listed[0], {"id": "broken"}])
        ]
    policy.set_policy(
        actor=load_actor(admin.pk, Membership.objects.get(user=admin).company_id),
        threshold=60, max_age_days=30, reason="Wider, to begin with.",
    )  # fmt: skip
    failed = ListVersion.objects.create(
        source=made[0].source, state="failed", format="ftm", sha256="0" * 64, size=1,
        failure="xml_malformed", failure_detail="line 3",
    )  # fmt: skip
    reading = ListVersion.objects.create(
        source=made[0].source, state="reading", format="eu_xml", sha256="1" * 64, size=1,
        attempts=1, entries_read=12_000,
    )  # fmt: skip
    company_changed(company.pk)
    watch_person(urn="urn:world:1", company_id=company.pk, names=["Iwan Probow"],
                 capacity="director", birth="1968")  # fmt: skip
    hits = list(Hit.objects.filter(subject__company=company).order_by("subject__kind"))
    assert len(hits) == 2
    decide_hit(actor=load_actor(admin.pk, Membership.objects.get(user=admin).company_id),
           hit_id=hits[0].pk, verdict="false", reason="Another company of that name.",
           evidence_id=hits[0].evidence_id or 0)  # fmt: skip
    return {
        "hit_id": [hit.pk for hit in hits],
        "code": ["made-up"],
        "list_version_id": [*(version.pk for version in made), failed.pk, reading.pk],
        "screening_id": [hit.evidence.screening_id for hit in hits if hit.evidence is not None],
    }


def _accounts(*actors: Actor) -> QuerySet[Account, Any]:
    both = [actor.company_id for actor in actors]
    return Account.objects.filter(owner_id__in=both, partner_id__in=both).values_list(
        "pk", flat=True
    )


def _user(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def _invitation(user: User | None) -> MemberInvitation:
    """One that waits and, before it, a member with a limit."""
    assert user is not None
    actor = load_actor(user.pk, Membership.objects.get(user=user).company_id)
    auditor = Membership.objects.get(company_id=actor.company_id, role=Role.AUDITOR)
    change_member(actor=actor, membership_id=auditor.pk, limit=("250000.00", "EUR"))
    return invite(actor=actor, email="new.bidder@company.example", role="bidder",
                  limit_amount="90000.00", limit_currency="EUR")  # fmt: skip


def _document(user: User | None) -> Any:
    """A draft and a document that was turned down, of the company of this person."""
    assert user is not None
    actor = load_actor(user.pk, Membership.objects.get(user=user).company_id)
    turned_down = upload(
        actor=actor, kind="bank_letter", name="Letter of the bank.pdf", file=Upload(made.pdf())
    )
    submit_drafts(company_id=actor.company_id)
    decide(version_id=turned_down.pk, company_id=actor.company_id, approve=False,
           reason_code="unreadable", note="The second page is missing.")  # fmt: skip
    return upload(
        actor=actor, kind="registry_extract", name="Extract from the register.png",
        file=Upload(made.picture()), issuer="Register",
    ).pk  # fmt: skip


def _tell(actor: Actor, user: User, name: str) -> None:
    Notice.objects.create(
        recipient=user, company_id=actor.company_id, kind="company.joined",
        text="You now act for {company} on Fairfall.", data={"company": actor.company_name},
        key=f"world:{name}",
    )  # fmt: skip
    MailboxMessage.objects.create(
        to=user.email, sender="noreply@fairfall.example",
        subject="You are invited to T-2026-00001: Hot-rolled steel coil, Q1 2027 supply",
        body="Põhja Energia AS invites you.\n\nhttps://fairfall.example/tenders/",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """One address and the name of the pattern it fits."""

    name: str
    path: str


def addresses(world: World) -> list[Address]:
    """Every address of the site but Django's admin and the API, with every value there is.

    A pattern with a place that the world has no value for is a KeyError: give it one.
    """
    return list(_walk(get_resolver(), "", "", world))


def _walk(resolver: URLResolver, prefix: str, names: str, world: World) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if route.startswith(("admin/", "api/")):
            continue
        if isinstance(entry, URLResolver):
            inner = f"{names}{entry.namespace}:" if entry.namespace else names
            yield from _walk(entry, route, inner, world)
        elif isinstance(entry, URLPattern):
            yield from _filled(route, names + (entry.name or ""), world)


PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\[[^\]]*\]|[^)\[])*\)")


def _filled(route: str, name: str, world: World) -> Iterator[Address]:
    places = [first or second for first, second in PLACE.findall(route)]
    for values in product(*(world.values[place] for place in places)):
        left = iter(values)
        path = PLACE.sub(lambda _match: str(next(left)), route)  # noqa: B023
        yield Address(name, "/" + path.replace("^", "").replace("$", ""))
