"""The verifiers' pages: the queue, a case from taking it to the second person, and who may look."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from django.utils.timezone import localdate

from crm_core.companies.models import Company, Role, Standing
from crm_core.companies.services import add_member
from crm_core.documents.models import DocumentVersion
from crm_core.people.models import User
from crm_core.verification.cases import clock, queue
from crm_core.verification.models import Entry, VerificationFile
from crm_core.verification.services import own, profile, review
from kernel.clock import utc_now
from tests import screening_house as lists
from tests import verification_house as house_of
from tests.api.test_own_verification import browser, text_of
from tests.people import make_actor, make_company
from tests.verification_house import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required"),
]
QUEUE = "/verification/"


@pytest.fixture
def house() -> House:
    return house_of.build()


def case(house: House) -> str:
    return f"{QUEUE}{house.company.pk}/"


def waiting_cases(number: int) -> None:
    """Cases without the way to them, for lists."""
    for at in range(number):
        VerificationFile.objects.create(
            company=make_company(standing=Standing.DRAFT), state="submitted",
            submitted_at=utc_now() - timedelta(hours=at), asked=["identity"],
            risk="high" if at % 2 else "low",
        )  # fmt: skip


def test_the_queue_is_oldest_first_with_clock_filters_and_pages(house):
    house_of.submit(house)
    waiting_cases(30)
    client = browser(house.maker)
    page = text_of(client.get(QUEUE))
    oldest = VerificationFile.objects.order_by("submitted_at").first()
    names = [file.company.legal_name for file in queue(house.maker)[:25]]
    assert names[0] == oldest.company.legal_name
    assert [page.index(f">{name}<") for name in names] == sorted(
        page.index(f">{name}<") for name in names
    )
    assert f">{house.company.legal_name}<" not in page, "the latest is on the second page"
    assert "page=2" in page

    found = text_of(client.get(QUEUE, {"search": "Vormsi"}))
    assert found.count('<th scope="row">') == 1
    assert text_of(client.get(QUEUE, {"risk": "high"})).count('<th scope="row">') == 15
    assert "No case fits the filter." in text_of(client.get(QUEUE, {"search": "nobody at all"}))
    assert "No case fits the filter." in text_of(client.get(QUEUE, {"assignee": "rubbish"}))
    review.take(actor=house.maker, company_id=house.company.pk)
    mine = text_of(client.get(QUEUE, {"view": "mine"}))
    assert mine.count('<th scope="row">') == 1
    assert text_of(client.get(QUEUE, {"assignee": "none"})).count('<th scope="row">') == 25
    assert text_of(client.get(QUEUE, {"assignee": str(house.maker.user_id)})).count("<th ") == 8


def test_the_queue_costs_the_same_however_long_it_is(house, django_assert_num_queries):
    client = browser(house.maker)
    waiting_cases(2)
    client.get(QUEUE)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(QUEUE)
    waiting_cases(20)
    with django_assert_num_queries(len(few)):
        client.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        client.get("/platform/companies/")
    waiting_cases(5)
    with django_assert_num_queries(len(few)):
        client.get("/platform/companies/")


def test_the_clock_runs_against_the_operators_hours_and_stands_when_the_company_is_asked(
    house, settings, time_machine
):
    settings.VERIFICATION_HOURS = 8
    began = utc_now()
    time_machine.move_to(began, tick=False)
    house_of.submit(house)
    for hours, tone in ((5, "ok"), (6, "warn"), (8, "bad")):
        found = clock(house.file, began + timedelta(hours=hours))
        assert (found.waited, found.tone, found.stands) == (timedelta(hours=hours), tone, False)
    review.take(actor=house.maker, company_id=house.company.pk)
    time_machine.move_to(began + timedelta(hours=2), tick=False)
    review.request_info(actor=house.maker, company_id=house.company.pk, reason="other", note="?")
    found = clock(house.file, began + timedelta(hours=50))
    assert (found.waited, found.stands) == (timedelta(hours=2), True)
    time_machine.move_to(began + timedelta(hours=50), tick=False)
    own.answer(actor=house.owner)
    assert clock(house.file, began + timedelta(hours=51)).waited == timedelta(hours=3)
    assert clock(VerificationFile(state="draft")) is None


def test_the_queue_and_the_companies_are_files_too(house):
    house_of.submit(house)
    Company.objects.filter(pk=house.company.pk).update(legal_name="=HYPERLINK(1)")
    client = browser(house.maker)
    rows = list(
        csv.reader(io.StringIO(client.get(f"{QUEUE}cases.csv").content.decode("utf-8-sig")))
    )
    assert rows[0][0] == "Company"
    assert rows[1][0] == "'=HYPERLINK(1)"
    assert rows[1][3] == "Submitted"
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{QUEUE}cases.xlsx").content))
    assert book.active.cell(2, 1).value == "=HYPERLINK(1)"
    assert book.active.cell(2, 1).data_type == "s"
    assert client.get(f"{QUEUE}cases.csv", {"search": "nobody"}).content.count(b"\n") == 1
    companies = client.get("/platform/companies.csv", {"standing": "draft"})
    assert companies.content.count(b"\n") == 2
    assert client.get("/platform/companies.xlsx").status_code == 200


def test_a_case_goes_from_the_queue_to_the_second_person_on_the_page(house):
    house_of.submit(house)
    maker, checker = browser(house.maker), browser(house.checker)
    page = text_of(maker.get(case(house)))
    for words in ("Take the case", "No other company here has this name.", "The form is valid.",
                  "One of the directors.", "60\N{NO-BREAK SPACE}% in all",
                  "Letter of the bank: not decided on yet"):  # fmt: skip
        assert words in page, words
    assert "Propose a decision" not in page

    assert maker.post(f"{case(house)}take/").status_code == 302
    early = maker.post(f"{case(house)}propose/", {"action": "verify", "risk": "low"})
    assert early.status_code == 409
    assert "Articles of association: not decided on yet" in text_of(early)
    for version in DocumentVersion.objects.filter(state="submitted"):
        form = {"version": version.pk, "accept": "on"}
        assert maker.post(f"{case(house)}paper/", form).status_code == 302
    assert "Nothing: it can be proposed." in text_of(maker.get(case(house)))
    assert (
        maker.post(f"{case(house)}propose/", {"action": "verify", "risk": "low"}).status_code == 302
    )

    seen = house.file.entries_count
    page = text_of(maker.get(case(house)))
    assert "somebody else must decide" in page
    assert "Confirm as the second person" not in page
    refused = maker.post(f"{case(house)}confirm/", {"seen": seen})
    assert refused.status_code == 403
    assert "Somebody else must decide on what you proposed." in text_of(refused)
    assert house.standing == Standing.DRAFT

    page = text_of(checker.get(case(house)))
    assert f'name="seen" value="{seen}"' in page
    assert checker.post(f"{case(house)}confirm/", {"seen": seen}).status_code == 302
    assert house.standing == Standing.VERIFIED
    decision = Entry.objects.get(action="verified")
    page = text_of(checker.get(f"{case(house)}history/{decision.number}/"))
    for words in (decision.evidence_sha256, "Vormsi Teras OÜ", "bank_letter.pdf",
                  User.objects.get(pk=house.maker.user_id).full_name,
                  User.objects.get(pk=house.checker.user_id).full_name):  # fmt: skip
        assert words in page, words
    assert checker.get(f"{case(house)}history/99/").status_code == 404


def test_the_second_person_confirms_what_they_saw_and_nothing_else(house):
    house_of.submit(house)
    house_of.propose(house, risk="low")
    seen = house.file.entries_count
    about = {"actor": house.maker, "company_id": house.company.pk}
    review.send_back(**about)
    review.propose(**about, action="reject", reason="mismatch", note="Names differ.")

    client = browser(house.checker)
    refused = client.post(f"{case(house)}confirm/", {"seen": seen})
    assert refused.status_code == 409
    assert "The case is no longer where this can be done." in text_of(refused)
    assert house.file.state == "pending_second_approval"
    assert client.post(f"{case(house)}confirm/", {}).status_code == 422
    again = {"seen": house.file.entries_count}
    assert client.post(f"{case(house)}confirm/", again).status_code == 302
    assert house.file.state == "rejected"


def test_a_document_is_turned_down_with_a_reason_and_more_is_asked_for(house):
    house_of.submit(house)
    client = browser(house.maker)
    client.post(f"{case(house)}take/")
    letter = DocumentVersion.objects.get(document__kind="bank_letter")
    refused = client.post(f"{case(house)}paper/", {"version": letter.pk})
    assert refused.status_code == 422
    assert f'id="id_paper_{letter.pk}_reason_error"' in text_of(refused)
    form = {"version": letter.pk, "reason": "unreadable", "note": "Page 2."}
    assert client.post(f"{case(house)}paper/", form).status_code == 302
    assert (
        client.post(f"{case(house)}paper/", {"version": uuid4(), "accept": "on"}).status_code == 404
    )
    empty = client.post(f"{case(house)}ask/", {"reason": "unreadable"})
    assert empty.status_code == 422
    assert 'id="id_ask_note_error"' in text_of(empty)
    ask = {"reason": "unreadable", "note": "Send page 2."}
    assert client.post(f"{case(house)}ask/", ask).status_code == 302
    assert house.file.state == "info_requested"
    assert "stands: the company was asked" in text_of(client.get(case(house)))


def test_a_case_is_handed_over_to_a_colleague_who_may_verify(house):
    house_of.submit(house)
    client = browser(house.maker)
    client.post(f"{case(house)}take/")
    arbiter = make_actor(Role.ARBITER, Company.objects.get(pk=house.maker.company_id))
    for stranger in (arbiter.user_id, house.owner.user_id, house.maker.user_id):
        answer = client.post(f"{case(house)}hand-over/", {"colleague": stranger})
        assert answer.status_code == 422
    form = {"colleague": house.checker.user_id, "note": "I am away."}
    assert client.post(f"{case(house)}hand-over/", form).status_code == 302
    assert house.file.assignee_id == house.checker.user_id
    last = Entry.objects.filter(action="handed_over").get()
    assert (last.note, last.about) == ("I am away.", {"to": str(house.checker.user_id)})
    assert client.post(f"{case(house)}hand-over/", form).status_code == 403
    assert client.post(f"{case(house)}take/").status_code == 302, "and may be taken back"


def test_measures_take_a_reason_and_an_end(house):
    house_of.verify(house)
    client, second = browser(house.maker), browser(house.checker)
    assert client.post(f"{case(house)}suspend/", {"reason": "breach"}).status_code == 422
    form = {"reason": "breach", "note": "Three complaints."}
    assert client.post(f"{case(house)}suspend/", form).status_code == 302
    assert house.standing == Standing.SUSPENDED
    ban = {"action": "ban", "reason": "forged", "note": "The extract is forged."}
    no_end = client.post(f"{case(house)}measure/", ban)
    assert no_end.status_code == 422
    assert 'id="id_measure_until_error"' in text_of(no_end)
    ban["until"] = localdate() + timedelta(days=90)
    assert client.post(f"{case(house)}measure/", ban).status_code == 302
    assert "Proposed by" in text_of(second.get(case(house)))
    second.post(f"{case(house)}confirm/", {"seen": house.file.entries_count})
    file = house.file
    assert (file.measure, file.measure_note) == ("banned", "The extract is forged.")
    assert file.banned_until.date() == localdate() + timedelta(days=91)

    own.appeal(actor=house.owner, text="It is genuine.")
    appeal = {"action": "grant_appeal", "reason": "resolved", "note": "The register confirms it."}
    assert client.post(f"{case(house)}appeal/", appeal).status_code == 403, "judge in own cause"
    third = browser(house.third)
    assert third.post(f"{case(house)}appeal/", appeal).status_code == 302
    second.post(f"{case(house)}confirm/", {"seen": house.file.entries_count})
    assert house.standing == Standing.VERIFIED


def test_what_changed_since_the_last_decision_is_marked(house):
    house_of.verify(house)
    other = house_of.account(number="EE471000001020145685")
    profile.save_accounts(actor=house.owner, accounts=[other])
    page = text_of(browser(house.maker).get(case(house)))
    row = page[page.index("EE471000001020145685") :]
    assert "changed" in row[: row.index("</td>")]
    assert "Changed since" in page


def test_owners_and_hits_stand_on_the_case(house, tmp_path, settings):
    settings.SCREENING_REQUIRED = True
    lists.listed(tmp_path, lists.entity("p1", "Maarja Lepik", schema="Person", country="ee"))
    house_of.submit(house)
    lists.settle()
    page = text_of(browser(house.maker).get(case(house)))
    assert "Hits are open" in page
    assert "A hit of screening is not decided on yet." in page
    assert f"/screening/companies/{house.company.pk}/" in page


def test_what_does_not_agree_is_told_beside_it(house):
    house_of.declare(house)
    twin = make_company(legal_name="Vormsi-Terras AS")
    profile.save_identity(
        actor=house.owner,
        **house_of.identity(
            signatory_name="Peeter Tamm",
            addresses={"registered": {"street": "Brivibas 1", "city": "Riga", "country": "LV"}},
        ),
    )
    strange = house_of.account(holder="Somebody Else", is_iban=False, number="77", country="LV")
    profile.save_accounts(actor=house.owner, accounts=[strange])
    page = text_of(browser(house.maker).get(case(house)))
    for words in (f"Much like: Vormsi-Terras AS ({twin.reference})",
                  "In another country than the company: EE",
                  "No director, and signs by the articles",
                  "The holder is not the company."):  # fmt: skip
        assert words in page, words


def test_nobody_else_is_told_that_a_case_exists(house):
    house_of.submit(house)
    version = DocumentVersion.objects.first()
    paths = [
        QUEUE, f"{QUEUE}cases.csv", f"{QUEUE}cases.xlsx", case(house),
        f"{case(house)}history/1/", "/platform/companies/", "/platform/companies.csv",
    ]  # fmt: skip
    steps = [f"{case(house)}{step}/" for step in
             ("take", "hand-over", "ask", "paper", "propose", "measure", "appeal", "suspend",
              "confirm", "send-back", "no-such-step")]  # fmt: skip
    operator = Company.objects.get(pk=house.maker.company_id)
    stranger = make_actor(Role.OWNER)
    others = [house.owner, stranger, make_actor(Role.AUDITOR, house.company),
              make_actor(Role.BIDDER), make_actor(Role.ARBITER, operator)]  # fmt: skip
    for actor in others:
        client = browser(actor)
        assert {client.get(path).status_code for path in paths} == {404}
        assert {client.post(path).status_code for path in steps} == {404}
    assert browser(stranger).get(f"/documents/{version.pk}/").status_code == 404
    guest = Client()
    assert {guest.get(path).status_code for path in paths} == {302}
    assert {guest.post(path).status_code for path in steps} == {302}
    assert house.file.state == "submitted"
    assert Entry.objects.count() == 1


def test_a_verifier_finds_no_case_of_a_company_they_act_for(house):
    house_of.submit(house)
    add_member(company_id=house.company.pk, user_id=house.third.user_id, role=Role.BIDDER)
    client = Client()
    client.force_login(User.objects.get(pk=house.third.user_id))
    switched = client.post("/company/switch/", {"company": house.third.company_id})
    assert switched.status_code == 302
    assert client.get(case(house)).status_code == 404
    queued = client.get(QUEUE)
    assert queued.status_code == 200
    assert house.company.legal_name not in text_of(queued)
    assert client.get(f"{QUEUE}{house.third.company_id}/").status_code == 404
    assert client.get(f"{QUEUE}{uuid4()}/").status_code == 404


def test_home_shows_the_oldest_cases(house):
    house_of.submit(house)
    page = text_of(browser(house.maker).get("/"))
    assert "Companies to verify" in page
    assert f'href="{case(house)}"' in page
