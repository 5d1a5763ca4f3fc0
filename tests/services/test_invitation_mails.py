"""What accompanies an invitation by mail and as a notice: evaluation and formula.

Directive 2014/24/EU, Article 35(6). Each supplier's own evaluation, and nobody another's.
"""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as post
from django.core.mail import EmailMessage
from django.utils.html import urlize
from django.utils.translation import override

from crm_core.access.actor import Actor
from crm_core.companies.models import Company, Role
from crm_core.notifications import tasks
from crm_core.notifications.models import Notice, OutgoingMail
from crm_core.notifications.texts import filled
from crm_core.people.models import User
from infra import relay
from infra.models import OutboxMessage
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import Tender
from marketplace.tenders.services import drafting, invitations, publishing
from marketplace.tenders.services.record import tell
from tests import tender_house as house

pytestmark = pytest.mark.django_db
A, B = "Admitted: 81 of 100 points for quality.", "Admitted: 64 of 100 points for quality."
SCORED = {"scoring.method": "weighted", "scoring.criteria": "Quality: 20 %"}
COEFFICIENT = {
    "en": "the price divided by a coefficient of 1 + v / (1 − m)",
    "ru": "1 + v / (1 − m)",
    "uk": "1 + v / (1 − m)",
}
HEADINGS = {
    "en": ("The result of the evaluation of your offer:", "How offers are ranked:"),
    "ru": ("Результат оценки вашей заявки:", "Как определяются места:"),
    "uk": ("Результат оцінки вашої заявки:", "Як визначаються місця:"),
}


@pytest.fixture
def officer() -> Actor:
    return house.buyer()


@pytest.fixture
def sellers() -> list[Actor]:
    return [house.supplier("Terasmets OÜ"), house.supplier("Baltmet UAB")]


def invited(officer: Actor, given: dict[Actor, str], **rules: Any) -> Tender:
    """A tender under the preset, published with these evaluations; the relay has told of it."""
    tender = house.draft(officer, list(given))
    drafting.take_preset(actor=officer, tender_id=tender.pk, name="eu_2014_24")
    starts = moment_to_wire(utc_now() + timedelta(days=9))
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"starts_at": starts, **rules})
    texts = {each.company_id: text for each, text in given.items()}
    invitations.set_evaluations(actor=officer, tender_id=tender.pk, given=texts)
    made = publishing.publish(actor=officer, tender_id=tender.pk)
    relay.drain()
    return made


def mails(to: Actor) -> list[EmailMessage]:
    """What went out to a person about tenders, by the very task that sends it."""
    post.outbox.clear()
    address = User.objects.get(pk=to.user_id).email
    for each in OutgoingMail.objects.filter(to=address):
        assert tasks.deliver_mail(str(each.pk))
    return [each for each in post.outbox if "/tenders/" in each.body]


def the_mail(to: Actor) -> EmailMessage:
    (found,) = mails(to)
    return found


def notices(to: Actor) -> str:
    found = Notice.objects.filter(recipient_id=to.user_id, kind__startswith="tender.")
    return "\n".join(filled(each.text, each.data) for each in found)


def test_35_6_mail_and_notice_bring_the_own_evaluation_and_nothing_of_anothers(
    officer: Actor, sellers: list[Actor]
) -> None:
    tender = invited(officer, dict(zip(sellers, (A, B), strict=True)))
    for seller, own, other in ((sellers[0], A, B), (sellers[1], B, A)):
        sent = the_mail(seller)
        assert sent.subject == f"You are invited to {tender.reference}: {tender.title}."
        for told in (sent.body, notices(seller)):
            assert told.count(f"> {own}") == 1
            assert other not in told
            assert "- Bids are unit prices in EUR without VAT. The lowest price wins." in told
        assert f"/tenders/{tender.pk}/" in sent.body
        page = html.unescape(house.signed_in(seller).get("/notices/").content.decode())
        assert own in page
        assert other not in page
    kept = str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    assert A not in kept
    assert B not in kept
    assert A not in notices(officer)


def test_35_6_each_reads_evaluation_and_formula_in_its_own_language(
    officer: Actor, sellers: list[Actor]
) -> None:
    company = Company.objects.get(pk=sellers[0].company_id)
    readers = {"en": sellers[0]}
    for language in ("ru", "uk"):
        readers[language] = house.person(company, Role.BIDDER, f"{language}@a.test")
        User.objects.filter(pk=readers[language].user_id).update(language=language)
    invited(officer, dict(zip(sellers, (A, B), strict=True)), **SCORED)
    seen = set()
    for language, reader in readers.items():
        body = the_mail(reader).body
        with override(language):
            told = notices(reader)
        for text in (body, told):
            evaluation, formula = (text.index(each) for each in HEADINGS[language])
            assert evaluation < text.index(f"> {A}") < formula
            assert text.index(COEFFICIENT[language]) > formula
            assert "Quality: " in text[formula:]
        seen.add(body[body.index(HEADINGS[language][1]) :])
    assert len(seen) == 3


NASTY = (
    "Admitted.\r\n\r\nBcc: all@evil.example\n-- \nFairfall\n"
    "<script>alert(1)</script> <b>{reference} {title!r} %(x)s</b> "
    "https://evil.example/sign-in www\x00.evil.example\u202egnp.exe\x1b[2J\x85Subject: paid"
)


def test_a_nasty_text_is_harmless(officer: Actor, sellers: list[Actor]) -> None:
    tender = invited(officer, {sellers[0]: NASTY, sellers[1]: B})
    sent = the_mail(sellers[0])
    assert sent.subject == f"You are invited to {tender.reference}: {tender.title}."
    raw = sent.message()
    assert "Bcc" not in raw
    assert raw["Subject"] == sent.subject
    assert sent.recipients() == [User.objects.get(pk=sellers[0].user_id).email]
    # Nothing of it begins a line of its own, so nothing of it reads as the platform's words.
    start = sent.body.index("Admitted.")
    quoted = sent.body[start - 2 : sent.body.index("How offers are ranked:")].strip().splitlines()
    assert all(line.startswith("> ") for line in quoted)
    assert {"> Bcc: all[at]evil[.]example", "> --", "> Fairfall", "> Subject: paid"} <= set(quoted)
    assert "{reference} {title!r} %(x)s" in sent.body
    assert "href" not in urlize("\n".join(quoted))
    assert not re.search("[\x00\x1b\x85\u202e\r]", sent.body)
    page = house.signed_in(sellers[0]).get("/notices/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page


def test_the_longest_text_goes_out_whole(officer: Actor, sellers: list[Actor]) -> None:
    longest = "Ї" * invitations.LONGEST_EVALUATION
    invited(officer, {sellers[0]: longest, sellers[1]: B})
    sent = the_mail(sellers[0])
    assert f"> {longest}" in sent.body
    raw = sent.message().as_bytes()
    assert max(map(len, raw.splitlines())) <= 998  # RFC 5322, 2.1.1
    assert longest in notices(sellers[0])


def test_sent_again_and_after_an_edit_it_is_accompanied_too(
    officer: Actor, sellers: list[Actor]
) -> None:
    """A mail that failed, the invitation sent anew after it was declined, and edited terms. Only
    without the preset may a supplier be invited anew, and terms be edited."""
    tender = house.draft(officer, sellers)
    given = {each.company_id: text for each, text in zip(sellers, (A, B), strict=True)}
    invitations.set_evaluations(actor=officer, tender_id=tender.pk, given=given)
    publishing.publish(actor=officer, tender_id=tender.pk)
    invitations.decline(actor=sellers[0], tender_id=tender.pk, reason="Busy.")
    company = sellers[0].company_id
    invitations.invite_late(actor=officer, tender_id=tender.pk, company_id=company)
    tender.refresh_from_db()
    tell(tender=tender, type="tender.terms_changed", companies=list(given), version=2)
    relay.drain()
    found = mails(sellers[0])
    assert [("were edited" in each.subject) for each in found].count(True) == 1
    assert len(found) == 3
    for each in found:
        assert f"> {A}" in each.body
        assert "The lowest price wins." in each.body
        assert B not in each.body
    OutgoingMail.objects.update(state="queued", next_attempt_at=utc_now())
    assert sorted(each.body for each in mails(sellers[0])) == sorted(each.body for each in found)


def test_without_an_evaluation_the_invitation_is_as_it_was(
    officer: Actor, sellers: list[Actor]
) -> None:
    tender = house.published(officer, sellers)
    relay.drain()
    sent = the_mail(sellers[0])
    assert "evaluation" not in sent.body
    assert notices(sellers[0]) == f"You are invited to {tender.reference}: {tender.title}."
