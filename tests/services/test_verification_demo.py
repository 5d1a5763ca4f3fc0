"""The demonstration's companies to verify: every state is there, and a pair can work the queue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.demo import companies, screening, verification, verified
from crm_core.access.actor import Actor, load_actor
from crm_core.access.demo import personas
from crm_core.companies.gates import Gate, require_gate
from crm_core.companies.models import Company, Membership
from crm_core.people.models import User
from crm_core.verification.cases import clock, queue
from crm_core.verification.domain.refusals import SamePerson
from crm_core.verification.models import Entry, Facet, VerificationFile
from crm_core.verification.services import review
from tests.people import make_company

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded(settings, tmp_path):
    options = {**settings.STORAGES["documents"]["OPTIONS"], "location": tmp_path / "documents"}
    settings.STORAGES = {
        **settings.STORAGES, "documents": {**settings.STORAGES["documents"], "OPTIONS": options},
    }  # fmt: skip
    settings.VAR_DIR = tmp_path
    for each in (companies, screening, verification, verified):
        each.load(lambda _line: None)


def person(name: str) -> Actor:
    user = User.objects.get(full_name=name)
    return load_actor(user.pk, Membership.objects.get(user=user).company_id)


def test_companies_in_every_state_and_a_queue_a_pair_can_work():
    files = VerificationFile.objects.all()
    assert {each.state for each in files} == {
        "submitted", "in_review", "info_requested", "pending_second_approval", "verified",
        "rejected",
    }  # fmt: skip
    assert {each.measure for each in files} == {"none", "suspended", "banned"}
    assert {each.appeal for each in files} == {"none", "open"}
    facets = set(Facet.objects.values_list("state", flat=True))
    assert facets == {"verified", "expiring", "expired", "reopened"}
    assert Company.objects.filter(reference="vormsi-teras", standing="draft").exists()

    maker, checker = person("Piret Kallas"), person("Marek Nowak")
    waiting = list(queue(maker))
    assert len(waiting) == 5
    assert waiting[0].company.reference == "kauno-plienas"
    assert clock(waiting[0]).tone == "bad"
    pending = Company.objects.get(reference="odesa-prokat")
    with pytest.raises(SamePerson):
        review.confirm(actor=maker, company_id=pending.pk)
    review.confirm(actor=checker, company_id=pending.pk)
    pending.refresh_from_db()
    assert pending.standing == "verified"


def test_the_companies_that_trade_were_verified_with_their_accounts():
    firms = [each.reference for each in (companies.BUYER, *companies.SUPPLIERS)]
    firms.remove("ferrum-trade")  # its hit waits to be decided
    assert [each.reference for each in verified.TRADERS] == firms
    for company in Company.objects.filter(reference__in=firms):
        require_gate(company, Gate.PAYMENT_DATA)
        assert Entry.objects.filter(file__company=company, action="verified").count() == 1
    owners = {each.owner[0] for each in verified.TRADERS}
    assert owners.isdisjoint({str(each.user) for each in personas()})


def test_all_who_trade_can_be_invited_to_the_live_auction():
    for firm in (companies.BUYER, *companies.SUPPLIERS):
        assert Company.objects.get(reference=firm.reference).standing == "verified"


def test_a_first_start_that_was_stopped_leaves_nobody_unable_to_trade(monkeypatch):
    company = make_company(reference="half-done", standing="draft")
    VerificationFile.objects.create(company=company)
    half_done = replace(verified.TRADERS[0], reference="half-done")
    monkeypatch.setattr(verified, "TRADERS", (half_done,))
    verified.load(lambda _line: None)
    company.refresh_from_db()
    assert company.standing == "verified"


def test_loaded_again_nothing_is_made_twice():
    before = (Entry.objects.count(), Company.objects.count())
    verification.load(lambda _line: None)
    verified.load(lambda _line: None)
    assert (Entry.objects.count(), Company.objects.count()) == before
