"""Verification as a service: evidence kept, two people, facets, measures, and the database too."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.timezone import localdate

from crm_core.access.actor import load_actor
from crm_core.access.errors import AccessForbidden
from crm_core.companies.errors import CompanyInvalid, CompanyTaken
from crm_core.companies.identifiers.errors import IdentifierFormInvalid
from crm_core.companies.models import BankAccount, Company, Person, Role, Standing
from crm_core.companies.profile import declared, missing
from crm_core.companies.services import add_member
from crm_core.documents.models import DocumentVersion
from crm_core.screening.models import Hit, Subject
from crm_core.screening.services.decisions import decide as decide_hit
from crm_core.verification.domain.refusals import (
    CaseBusy,
    EvidenceMissing,
    NotAssignee,
    NothingToAppeal,
    ReasonMissing,
    SamePerson,
    WrongState,
)
from crm_core.verification.domain.terms import Screening
from crm_core.verification.errors import CaseNotFound, ChoiceUnknown, FacetUnknown, OwnCompany
from crm_core.verification.models import Entry, Facet, VerificationFile
from crm_core.verification.screening import Screened
from crm_core.verification.services import ageing, keeping, own, profile, review
from crm_core.verification.tasks import age
from infra.models import OutboxMessage
from kernel.clock import utc_now
from tests import screening_house as lists
from tests import verification_house as house_of
from tests.people import make_actor, make_company
from tests.verification_house import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required"),
]


@pytest.fixture
def house() -> House:
    return house_of.build()


def screened(monkeypatch, state: Screening) -> None:
    """As the room that screens would answer."""
    answer = Screened(state, {"state": state.value, "list": "OFAC 2026-11-20"})
    monkeypatch.setattr(keeping, "screening_of", lambda _company: answer)


def test_the_whole_way_leaves_evidence_and_the_company_trades(house, monkeypatch):
    screened(monkeypatch, Screening.CLEAR)
    house_of.verify(house)

    assert house.standing == Standing.VERIFIED
    assert house.facets() == {"identity": "verified", "bank": "verified"}
    assert house.actions() == [
        "submitted", "taken", *["document_accepted"] * 4, "proposed", "verified",
    ]  # fmt: skip
    decision = house.file.entries.get(action="verified")
    assert (decision.maker_id, decision.actor_id) == (house.maker.user_id, house.checker.user_id)
    kept = decision.evidence
    assert kept["screening"]["snapshot"]["list"] == "OFAC 2026-11-20"
    assert {each["key"] for each in kept["documents"]} == set(house_of.PAPERS)
    sums = set(DocumentVersion.objects.values_list("sha256", flat=True))
    assert {each["sha256"] for each in kept["documents"]} == sums
    assert kept["declared"]["names"]["legal"] == "Vormsi Teras OÜ"
    assert len(decision.evidence_sha256) == 64
    facet = Facet.objects.get(key="identity")
    assert facet.valid_until.year == localdate().year + 3
    told = OutboxMessage.objects.filter(type="company.standing_changed").last()
    assert told.payload["standing"] == "verified"


def test_one_person_is_not_enough_for_the_service_nor_for_the_database(house):
    house_of.submit(house)
    house_of.propose(house)
    with pytest.raises(SamePerson):
        review.confirm(actor=house.maker, company_id=house.company.pk)

    entry = {"file": house.file, "number": 99, "action": "verified", "evidence": {"a": 1}}
    for maker, actor in [
        (house.maker.user_id, house.maker.user_id), (None, house.maker.user_id),
        (house.maker.user_id, None),
    ]:  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(**entry, maker_id=maker, actor_id=actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(
            **{**entry, "evidence": None}, maker_id=house.maker.user_id,
            actor_id=house.checker.user_id,
        )  # fmt: skip
    assert house.standing == Standing.DRAFT


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE verification_entry SET note = 'x'",
        "DELETE FROM verification_entry",
        "UPDATE verification_facet SET valid_until = '2090-01-01'",
        "INSERT INTO verification_facet (file_id, key, state, valid_until)"
        " SELECT id, 'category:1', 'verified', '2030-01-01' FROM verification_verificationfile",
    ],
)
def test_the_database_lets_nobody_around_the_decision(house, change):
    house_of.verify(house)
    review.suspend(actor=house.maker, company_id=house.company.pk, reason="breach", note="Why")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_no_truncate_either(house):
    house_of.submit(house)
    trigger = "TRIGGER verification_entry_no_truncate"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE verification_entry ENABLE {trigger}")
        with pytest.raises(DatabaseError, match="can only be added to"), transaction.atomic():
            cursor.execute("TRUNCATE verification_entry")
        cursor.execute(f"ALTER TABLE verification_entry DISABLE {trigger}")


def test_what_is_lacking_is_named(house):
    with pytest.raises(EvidenceMissing) as refused:
        own.submit(actor=house.owner)
    blockers = refused.value.data["blockers"]
    assert "document_missing registry_extract" in blockers
    assert "field_missing directors" in blockers
    assert "field_missing accounts" in blockers

    house_of.declare(house)
    house_of.add_paper(house, "registry_extract", issued=localdate() - timedelta(days=200))
    with pytest.raises(EvidenceMissing) as refused:
        own.submit(actor=house.owner)
    assert "document_too_old registry_extract" in refused.value.data["blockers"]
    assert not [each for each in refused.value.data["blockers"] if each.startswith("field")]
    assert not Entry.objects.exists(), "a refused case leaves nothing"
    assert DocumentVersion.objects.get().state == "draft"


def test_not_screened_and_open_hits_block_the_decision(house, settings, monkeypatch):
    settings.SCREENING_REQUIRED = True
    house_of.submit(house)
    review.take(actor=house.maker, company_id=house.company.pk)
    house_of.accept_papers(house)
    about = {"actor": house.maker, "company_id": house.company.pk, "action": "verify"}
    for state, code in [
        (Screening.NOT_SCREENED, "not_screened"), (Screening.OPEN_HITS, "screening_open"),
        (Screening.TRUE_MATCH, "screening_match"),
    ]:  # fmt: skip
        screened(monkeypatch, state)
        with pytest.raises(EvidenceMissing) as refused:
            review.propose(**about)
        assert refused.value.data["blockers"] == [code]
    screened(monkeypatch, Screening.CLEAR)
    review.propose(**about)
    screened(monkeypatch, Screening.OPEN_HITS)
    with pytest.raises(EvidenceMissing):
        review.confirm(actor=house.checker, company_id=house.company.pk)
    assert house.standing == Standing.DRAFT


def test_whom_a_company_declares_is_screened_and_a_hit_stops_the_decision(
    house, settings, tmp_path
):
    settings.SCREENING_REQUIRED = True
    lists.listed(tmp_path, lists.entity("p1", "Maarja Lepik", schema="Person", country="ee"))
    house_of.submit(house)
    lists.settle()
    subjects = Subject.objects.filter(company=house.company, ended_at=None)
    assert set(subjects.values_list("kind", "capacity")) == {
        ("company", ""), ("person", "director"), ("person", "owner"), ("person", "signatory"),
    }  # fmt: skip
    with pytest.raises(EvidenceMissing) as refused:
        house_of.propose(house)
    assert refused.value.data["blockers"] == ["screening_open"]

    for hit in Hit.objects.filter(subject__company=house.company):
        decide_hit(
            actor=house.third, hit_id=hit.pk, verdict="false", reason="Born elsewhere",
            evidence_id=hit.evidence_id,
        )  # fmt: skip
    review.propose(actor=house.maker, company_id=house.company.pk, action="verify")
    review.confirm(actor=house.checker, company_id=house.company.pk)
    kept = house.file.entries.get(action="verified").evidence["screening"]
    assert kept["state"] == "clear"
    assert {each["name"] for each in kept["snapshot"]["screenings"]} >= {"Maarja Lepik"}

    profile.save_people(actor=house.owner, people=house_of.people(name="Peeter Tamm"))
    lists.settle()
    assert subjects.filter(names__0__text="Maarja Lepik", capacity="owner").count() == 0


def test_a_document_turned_down_is_asked_for_again(house):
    house_of.submit(house)
    review.take(actor=house.maker, company_id=house.company.pk)
    about = {"actor": house.maker, "company_id": house.company.pk}
    letter = DocumentVersion.objects.get(document__kind="bank_letter")
    with pytest.raises(ReasonMissing):
        review.decide_document(**about, version_id=letter.pk, accept=False)
    with pytest.raises(ChoiceUnknown):
        review.decide_document(**about, version_id=letter.pk, accept=False, reason="whim")
    review.decide_document(
        **about, version_id=letter.pk, accept=False, reason="unreadable", note="Page 2"
    )
    house_of.accept_papers(house)
    with pytest.raises(EvidenceMissing) as refused:
        review.propose(**about, action="verify")
    assert refused.value.data["blockers"] == ["document_missing bank_letter"]
    with pytest.raises(ReasonMissing):
        review.request_info(**about, reason="unreadable", note=" ")
    review.request_info(**about, reason="unreadable", note="Page 2 of the letter is missing.")

    assert house.file.state == "info_requested"
    house_of.add_paper(house, "bank_letter", document_id=letter.document_id)
    own.answer(actor=house.owner)
    assert (house.file.state, house.file.assignee_id) == ("in_review", house.maker.user_id)
    house_of.accept_papers(house)
    review.propose(**about, action="verify")
    review.confirm(actor=house.checker, company_id=house.company.pk)
    assert house.standing == Standing.VERIFIED


def test_the_clock_stands_while_the_company_is_asked(house, time_machine):
    began = utc_now()
    time_machine.move_to(began, tick=False)
    house_of.submit(house)
    review.take(actor=house.maker, company_id=house.company.pk)
    time_machine.move_to(began + timedelta(hours=5), tick=False)
    review.request_info(actor=house.maker, company_id=house.company.pk, reason="other", note="?")
    time_machine.move_to(began + timedelta(hours=29), tick=False)
    own.answer(actor=house.owner)

    assert house.file.asked_for_seconds == 24 * 3600
    assert house.file.submitted_at == began


def test_only_the_reviewer_and_nobody_of_the_company(house):
    house_of.submit(house)
    about = {"company_id": house.company.pk}
    with pytest.raises(AccessForbidden):
        review.take(actor=house.owner, **about)
    review.take(actor=house.maker, **about)
    with pytest.raises(NotAssignee):
        review.propose(actor=house.checker, **about, action="reject", reason="mismatch")
    with pytest.raises(NotAssignee):
        house_of.accept_papers(house, by=house.checker)
    with pytest.raises(WrongState):
        own.withdraw(actor=house.owner)
    add_member(company_id=house.company.pk, user_id=house.third.user_id, role=Role.BIDDER)
    with pytest.raises(OwnCompany):
        review.take(actor=house.third, **about)
    with pytest.raises(CaseNotFound):
        review.take(actor=house.maker, company_id=uuid4())
    with pytest.raises(OwnCompany):
        review.take(actor=house.maker, company_id=house.third.company_id)
    with pytest.raises(CaseNotFound):
        review.take(actor=house.maker, company_id=make_company(operates=True).pk)
    with pytest.raises(ChoiceUnknown):
        review.propose(actor=house.maker, **about, action="crown")
    with pytest.raises(FacetUnknown):
        own.submit(actor=house.owner, asked=["soul"])
    with pytest.raises(FacetUnknown):
        own.submit(actor=house.owner, asked=["category:99"])


def test_a_change_reopens_its_facet_and_what_is_checked_cannot_change(house):
    house_of.submit(house)
    with pytest.raises(CaseBusy):
        profile.save_accounts(actor=house.owner, accounts=[])
    assert BankAccount.objects.count() == 1
    house_of.propose(house)
    review.confirm(actor=house.checker, company_id=house.company.pk)

    other = house_of.account(number="EE471000001020145685")
    profile.save_accounts(actor=house.owner, accounts=[other])
    assert house.facets() == {"identity": "verified", "bank": "reopened"}
    assert house.standing == Standing.VERIFIED
    assert house.file.entries.last().about == {"parts": ["accounts"], "facets": ["bank"]}

    profile.save_identity(actor=house.owner, **house_of.identity(activities=["24.20"]))
    assert house.facets()["identity"] == "verified", "an activity is not who a company is"
    owners = house_of.people(name="Somebody Else")
    profile.save_people(actor=house.owner, people=owners)
    assert house.facets()["identity"] == "reopened"
    assert house.standing == Standing.DRAFT


def test_a_person_saved_again_stays_the_same_one(house):
    profile.save_people(actor=house.owner, people=house_of.people())
    facts = declared(house.company.pk)["people"]
    ids = set(Person.objects.values_list("pk", flat=True))
    profile.save_people(actor=house.owner, people=facts)
    assert set(Person.objects.values_list("pk", flat=True)) == ids
    stranger = house_of.build()
    profile.save_people(actor=stranger.owner, people=facts)
    assert set(house.company.people.values_list("pk", flat=True)) == ids


@pytest.mark.parametrize(
    ("save", "given", "field"),
    [
        ("people", house_of.people(share="20"), "people.1.share"),
        ("people", house_of.people(share="60.001"), "people.1.share"),
        ("people", house_of.people(share="NaN"), "people.1.share"),
        ("people", house_of.people(country="Estonia"), "people.1.country"),
        ("people", house_of.people(name=" "), "people.1.name"),
        ("people", house_of.people(capacity="king"), "people.1.capacity"),
        ("people", house_of.people(born_on="1980-02-31"), "people.1.born_on"),
        ("people", [*house_of.people(), *house_of.people()], "people"),
        ("people", house_of.people() * 30, "people"),
        ("accounts", [house_of.account(currency="Euro")], "accounts.0.currency"),
        ("accounts", [house_of.account(), house_of.account()], "accounts.1.number"),
        ("accounts", [house_of.account(bank_name="")], "accounts.0.bank_name"),
        ("identity", {"legal_name": ""}, "legal_name"),
        ("identity", {"signatory_basis": "whim"}, "signatory_basis"),
        ("identity", {"activities": ["steel"]}, "activities"),
        (
            "identity",
            {"addresses": {"registered": {"city": "Hullo", "country": "EE"}}},
            "registered.street",
        ),
    ],
)
def test_what_a_profile_refuses(house, save, given, field):
    saves = {
        "people": lambda: profile.save_people(actor=house.owner, people=given),
        "accounts": lambda: profile.save_accounts(actor=house.owner, accounts=given),
        "identity": lambda: profile.save_identity(actor=house.owner, **house_of.identity(**given)),
    }
    with pytest.raises(CompanyInvalid) as refused:
        saves[save]()
    assert refused.value.field == field


def test_numbers_have_their_form_and_one_company_each(house):
    wrong = house_of.identity(numbers={"LEI": "213800KUD8LAJWSQ9D16"})
    with pytest.raises(IdentifierFormInvalid) as refused:
        profile.save_identity(actor=house.owner, **wrong)
    assert refused.value.field == "numbers.LEI"
    with pytest.raises(IdentifierFormInvalid) as refused:
        profile.save_accounts(actor=house.owner, accounts=[house_of.account(number="EE00")])
    assert refused.value.field == "accounts.0.number"

    profile.save_identity(actor=house.owner, **house_of.identity())
    other = house_of.build()
    with pytest.raises(CompanyTaken) as taken:
        profile.save_identity(actor=other.owner, **house_of.identity())
    assert taken.value.field == "numbers.LEI"


def test_declared_facts_take_few_queries(house, django_assert_max_num_queries):
    house_of.declare(house)
    with django_assert_max_num_queries(7):
        facts = declared(house.company.pk)
    assert missing(facts, bank=True) == set()


def test_a_ban_takes_two_and_ends(house, time_machine):
    house_of.verify(house)
    until = utc_now() + timedelta(days=30)
    about = {"company_id": house.company.pk}
    review.propose(actor=house.maker, **about, action="ban", reason="forged", note="Seal",
                   until=until)  # fmt: skip
    assert house.standing == Standing.VERIFIED
    review.confirm(actor=house.checker, **about)
    assert house.standing == Standing.SUSPENDED
    assert house.file.measure_reason == "forged"
    assert not load_actor(house.owner.user_id, house.company.pk).can("tender.answer")

    time_machine.move_to(until + timedelta(seconds=1))
    assert age() == 1
    assert house.standing == Standing.VERIFIED
    assert house.actions()[-1] == "ban_ended"
    assert age() == 0


def test_a_suspension_an_appeal_and_its_grant(house):
    house_of.verify(house)
    about = {"company_id": house.company.pk}
    with pytest.raises(NothingToAppeal):
        own.appeal(actor=house.owner, text="Why?")
    review.suspend(actor=house.maker, **about, reason="breach", note="Phantom bids")
    assert house.standing == Standing.SUSPENDED
    with pytest.raises(ReasonMissing):
        own.appeal(actor=house.owner, text=" ")
    own.appeal(actor=house.owner, text="It was not us.")
    review.propose(actor=house.third, **about, action="grant_appeal", reason="resolved")
    review.confirm(actor=house.maker, **about, note="Checked the log")
    assert house.standing == Standing.VERIFIED
    assert house.file.appeal == "granted"


def test_facets_expire_by_the_calendar_each_told_once(house):
    house_of.verify(house)
    last = Facet.objects.get(key="identity").valid_until
    noon = utc_now().replace(hour=12)
    assert not ageing.age_file(house.company.pk, at=noon)
    near = noon.replace(year=last.year, month=last.month, day=last.day) - timedelta(days=10)
    assert ageing.age_file(house.company.pk, at=near)
    assert not ageing.age_file(house.company.pk, at=near)
    assert house.standing == Standing.VERIFIED
    assert ageing.age_file(house.company.pk, at=near + timedelta(days=11))
    assert house.standing == Standing.DRAFT
    assert house.facets() == {"identity": "expired", "bank": "expired"}
    assert house.actions()[-2:] == ["expiring", "expired"]


def test_a_rejected_company_may_come_again(house):
    house_of.submit(house)
    with pytest.raises(ReasonMissing):
        house_of.propose(house, "reject")
    review.propose(
        actor=house.maker, company_id=house.company.pk, action="reject", reason="mismatch"
    )
    review.send_back(actor=house.checker, company_id=house.company.pk, reason="other", note="No")
    review.propose(
        actor=house.maker, company_id=house.company.pk, action="reject", reason="mismatch"
    )
    review.confirm(actor=house.checker, company_id=house.company.pk)
    assert house.file.state == "rejected"
    own.submit(actor=house.owner)
    assert house.file.state == "submitted"


def test_standings_from_before_are_taken_over_and_told_so():
    company = make_company(standing=Standing.VERIFIED)
    owner = make_actor(Role.OWNER, company)
    profile.save_people(actor=owner, people=house_of.people())

    file = VerificationFile.objects.get(company=company)
    assert [each.action for each in file.entries.all()] == ["taken_over", "changed"]
    company.refresh_from_db()
    assert company.standing == Standing.DRAFT, "an owner changed: identity is open again"

    stopped = make_company(standing=Standing.SUSPENDED)
    with keeping.changing(stopped.pk) as change:
        assert change.now.measure.value == "suspended"
    assert Company.objects.get(pk=stopped.pk).standing == Standing.SUSPENDED
