"""Both sides are told what becomes of a case, once, and nobody who should not know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import localdate

from crm_core.companies.models import Role
from crm_core.companies.services import add_member
from crm_core.notifications.models import Notice
from crm_core.verification.handlers import TO_COMPANY, TO_VERIFIERS
from crm_core.verification.models import EntryAction
from crm_core.verification.selectors import FOR_THE_COMPANY
from crm_core.verification.services import own, review
from crm_core.verification.services.ageing import age_file
from infra import relay
from tests import verification_house as house_of
from tests.people import make_actor
from tests.verification_house import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required"),
]


@pytest.fixture
def house() -> House:
    return house_of.build()


def told(kind: str) -> set[object]:
    """Who was told of this since the relay last ran."""
    relay.drain()
    return set(
        Notice.objects.filter(kind=f"verification.{kind}").values_list("recipient_id", flat=True)
    )


def test_the_whole_way_tells_each_side_what_it_needs(house):
    pair = {house.maker.user_id, house.checker.user_id, house.third.user_id}
    bidder = make_actor(Role.BIDDER, house.company)
    house_of.submit(house)
    assert told("submitted") == pair
    about = {"actor": house.maker, "company_id": house.company.pk}
    review.take(**about)
    review.request_info(**about, reason="other", note="More.")
    assert told("info_requested") == {house.owner.user_id}
    own.answer(actor=house.owner)
    assert told("answered") == {house.maker.user_id}, "the reviewer alone"
    review.hand_over(**about, colleague_id=house.checker.user_id)
    assert told("handed_over") == {house.checker.user_id}
    review.take(**about)
    house_of.accept_papers(house)
    review.propose(**about, action="verify", note="Not for the company.")
    assert told("proposed") == pair - {house.maker.user_id}
    review.send_back(actor=house.checker, company_id=house.company.pk, reason="other")
    assert told("sent_back") == {house.maker.user_id}
    review.propose(**about, action="verify")
    review.confirm(actor=house.checker, company_id=house.company.pk)
    assert told("verified") == {house.owner.user_id}
    notice = Notice.objects.get(kind="verification.verified")
    assert notice.text == "{company} is verified and may trade."
    assert notice.link == "/company/verification/"
    assert not Notice.objects.filter(recipient_id=bidder.user_id, kind__startswith="verif").exists()
    before = Notice.objects.count()
    relay.drain()
    assert Notice.objects.count() == before


def test_a_measure_and_its_appeal_are_told_with_mail(house, django_capture_on_commit_callbacks):
    house_of.verify(house)
    relay.drain()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        review.suspend(
            actor=house.maker, company_id=house.company.pk, reason="breach", note="Secret words."
        )
        assert told("suspended") == {house.owner.user_id}
    sent = [each for each in mail.outbox if "suspended" in each.subject + each.body]
    assert len(sent) == 1
    assert "Secret words." not in sent[0].body, "why stands on the page, not in a mailbox"
    own.appeal(actor=house.owner, text="It is not so.")
    pair = {house.maker.user_id, house.checker.user_id, house.third.user_id}
    assert told("appealed") == pair


def test_expiry_is_reminded_of_before_and_told_after(house, time_machine):
    house_of.verify(house)
    last = house.file.facets.get(key="identity").valid_until
    assert not told("expiring")
    time_machine.move_to(f"{last - timedelta(days=20)}T08:00:00Z", tick=False)
    age_file(house.company.pk)
    assert told("expiring") == {house.owner.user_id}
    assert Notice.objects.get(kind="verification.expiring").data["until"] == str(last)
    age_file(house.company.pk)
    relay.drain()
    assert Notice.objects.filter(kind="verification.expiring").count() == 1, "once"
    time_machine.move_to(f"{last + timedelta(days=1)}T08:00:00Z", tick=False)
    age_file(house.company.pk)
    assert told("expired") == {house.owner.user_id}
    assert localdate() > last


def test_a_verifier_of_the_company_is_told_nothing_of_the_case(house):
    add_member(company_id=house.company.pk, user_id=house.third.user_id, role=Role.BIDDER)
    house_of.submit(house)
    assert told("submitted") == {house.maker.user_id, house.checker.user_id}


def test_every_action_is_told_or_left_out_on_purpose():
    silent = {
        EntryAction.TAKEN_OVER, EntryAction.WITHDRAWN, EntryAction.TAKEN,
        EntryAction.DOCUMENT_ACCEPTED, EntryAction.DOCUMENT_REFUSED,
    }  # fmt: skip
    assert {*TO_COMPANY, *TO_VERIFIERS} | silent == set(EntryAction)
    assert not {*TO_COMPANY} & {*TO_VERIFIERS}
    assert set(TO_COMPANY) <= set(FOR_THE_COMPANY)
