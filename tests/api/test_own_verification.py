"""A company's own pages of verification: the profile that saves itself, documents, handing in."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.timezone import localdate

from crm_core.companies.models import BankAccount, Identifier, Person, Role
from crm_core.companies.profile import declared
from crm_core.documents.models import DocumentVersion
from crm_core.people.models import User
from crm_core.verification.models import VerificationFile
from crm_core.verification.services import own, review
from tests import files_made as made
from tests import verification_house as house_of
from tests.people import make_actor
from tests.verification_house import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required"),
]
BASE = "/company/verification/"


@pytest.fixture
def house() -> House:
    return house_of.build()


def browser(actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def text_of(answer) -> str:
    return answer.content.decode()


IDENTITY = {
    "legal_name": "Vormsi Teras OÜ", "latin_name": "", "legal_form": "OÜ",
    "activities": "24.10, 25.11", "signatory_name": "Maarja Lepik",
    "signatory_position": "Member of the board", "signatory_basis": "articles",
    "registered_street": "Sviby tee 1", "registered_city": "Hullo", "registered_country": "EE",
    "registered_postal_code": "91301", "number_LEI": "213800KUD8LAJWSQ9D15",
}  # fmt: skip


def people(*rows: dict[str, str]) -> dict[str, str]:
    form = {"people-TOTAL_FORMS": str(len(rows)), "people-INITIAL_FORMS": "0"}
    for at, row in enumerate(rows):
        form |= {f"people-{at}-{name}": value for name, value in row.items()}
    return form


def accounts(*rows: dict[str, str]) -> dict[str, str]:
    form = {"accounts-TOTAL_FORMS": str(len(rows)), "accounts-INITIAL_FORMS": "0"}
    for at, row in enumerate(rows):
        form |= {f"accounts-{at}-{name}": value for name, value in row.items()}
    return form


DIRECTOR = {"capacity": "director", "name": "Maarja Lepik", "country": "EE"}
OWNER = {"capacity": "owner", "name": "Maarja Lepik", "country": "EE", "share": "60,5"}
ACCOUNT = {"is_iban": "yes", "number": "EE38 2200 2210 2014 5685", "bic": "HABAEE2X",
           "bank_name": "Bank", "currency": "eur", "country": "EE"}  # fmt: skip


def save(client: Client, part: str, form: dict[str, object]) -> dict[str, object]:
    answer = client.post(f"{BASE}profile/{part}/", form, HTTP_ACCEPT="application/json")
    return {"status": answer.status_code, **answer.json()}


def test_what_is_typed_is_saved_but_for_what_is_marked(house):
    client = browser(house.owner)
    said = save(client, "identity", {**IDENTITY, "number_LEI": "213800KUD8LAJWSQ9D16"})

    assert said["status"] == 200
    assert list(said["errors"]) == ["number_LEI"]
    facts = declared(house.company.pk)
    assert facts["legal_form"] == "OÜ"
    assert facts["activities"] == ["24.10", "25.11"]
    assert facts["registered_address"]["city"] == "Hullo"
    assert facts["other_numbers"] == {}
    assert "Legal form" not in said["missing"]

    said = save(client, "identity", {**IDENTITY, "legal_name": " ", "registered_city": ""})
    assert set(said["errors"]) == {"legal_name", "registered_city"}
    assert "213800KUD8LAJWSQ9D15" in said["notes"]["number_LEI"]
    facts = declared(house.company.pk)
    assert facts["names"]["legal"] == "Vormsi Teras OÜ"
    assert facts["registered_address"]["city"] == "Hullo"
    assert facts["other_numbers"] == {"LEI": "213800KUD8LAJWSQ9D15"}


def test_a_number_of_another_company_is_told_beside_its_field(house):
    other = house_of.build()
    house_of.declare(other)
    said = save(browser(house.owner), "identity", IDENTITY)
    assert list(said["errors"]) == ["number_LEI"]
    assert Identifier.objects.get().company == other.company


def test_people_are_rows_that_keep_who_they_are(house):
    client = browser(house.owner)
    said = save(client, "people", people(DIRECTOR, {**OWNER, "share": ""}, {"capacity": "owner"}))
    assert set(said["errors"]) == {"people-1-share"}
    assert Person.objects.count() == 1
    first = said["values"]["people-0-id"]

    rows = people({**DIRECTOR, "id": first, "name": "Maarja Lepik-Tamm"}, OWNER)
    said = save(client, "people", rows)
    assert said["errors"] == {}
    assert set(said["values"]) == {"people-0-id", "people-1-id"}
    director = Person.objects.get(capacity="director")
    assert (str(director.pk), director.name) == (first, "Maarja Lepik-Tamm")
    assert str(Person.objects.get(capacity="owner").share) == "60.50"

    spoilt = {**DIRECTOR, "id": first, "name": ""}
    said = save(client, "people", people(spoilt, {**OWNER, "id": said["values"]["people-1-id"]}))
    assert set(said["errors"]) == {"people-0-name"}
    director.refresh_from_db()
    assert director.name == "Maarja Lepik-Tamm"

    said = save(client, "people", people({**OWNER, "share": "70"}, {**OWNER, "share": "70"}))
    assert said["general"]
    assert said["saved"] is None
    said = save(client, "people", {**people({**DIRECTOR, "id": first}, OWNER), "remove": ["1"]})
    assert list(Person.objects.values_list("capacity", flat=True)) == ["director"]


def test_accounts_keep_what_was_saved_when_a_digit_slips(house):
    client = browser(house.owner)
    said = save(client, "accounts", accounts(ACCOUNT))
    assert said["errors"] == {}
    assert said["values"] == {"accounts-0-was": house_of.IBAN}
    assert BankAccount.objects.get().holder == house.company.legal_name
    assert "IBAN" in said["notes"]["accounts-0-number"]

    slip = {**ACCOUNT, "number": "EE382200221020145684", "was": house_of.IBAN}
    said = save(client, "accounts", accounts(slip, {"country": "EE", "currency": "EUR"}))
    assert list(said["errors"]) == ["accounts-0-number"]
    assert BankAccount.objects.get().number == house_of.IBAN
    other = {"is_iban": "no", "number": "40702810", "bank_name": "Bank", "currency": "USD",
             "country": "KZ"}  # fmt: skip
    assert save(client, "accounts", accounts(other))["errors"] == {}
    assert BankAccount.objects.get().country == "KZ"


def test_without_a_script_errors_stand_beside_their_fields(house):
    client = browser(house.owner)
    answer = client.post(f"{BASE}profile/identity/", {**IDENTITY, "number_LEI": "1"})
    assert answer.status_code == 422
    assert 'id="id_number_LEI_error"' in text_of(answer)
    assert client.post(f"{BASE}profile/identity/", IDENTITY).status_code == 302
    answer = client.post(f"{BASE}profile/people/", people({**OWNER, "share": "10"}))
    assert answer.status_code == 422
    assert 'id="id_people-0-share_error"' in text_of(answer)
    assert "OÜ" in text_of(answer), "the other parts still show what is saved"
    assert client.post(f"{BASE}profile/soul/", {}).status_code == 404


def test_the_profile_of_a_verified_company_is_saved_on_purpose_only(house):
    client = browser(house.owner)
    assert "data-autosave" in text_of(client.get(f"{BASE}profile/"))
    house_of.submit(house)
    page = text_of(client.get(f"{BASE}profile/"))
    assert "being checked and cannot be changed" in page
    assert "data-autosave" not in page
    assert save(client, "identity", IDENTITY)["status"] == 409
    house_of.propose(house)
    review.confirm(actor=house.checker, company_id=house.company.pk)
    page = text_of(client.get(f"{BASE}profile/"))
    assert "Verified: Identity, Bank account." in page
    assert "data-autosave" not in page


def test_a_company_is_led_from_nothing_to_a_case(house):
    client = browser(house.owner)
    page = text_of(client.get(BASE))
    assert "Extract from the register: not there" in page
    assert "Profile: A bank account" in page
    refused = client.post(f"{BASE}submit/", {"asked": ["identity", "bank"]})
    assert refused.status_code == 409
    assert "Something is still missing or undecided." in text_of(refused)
    assert not VerificationFile.objects.exclude(state="draft").exists()

    house_of.declare(house)
    for kind in house_of.PAPERS:
        form = {"file": made_pdf(kind), "issued_on": localdate() - timedelta(days=5)}
        assert client.post(f"{BASE}papers/{kind}/", form).status_code == 302
    page = text_of(client.get(BASE))
    assert "not there" not in page
    assert client.post(f"{BASE}submit/", {}).status_code == 422
    assert client.post(f"{BASE}submit/", {"asked": ["identity", "bank"]}).status_code == 302
    file = VerificationFile.objects.get()
    assert (file.state, file.asked) == ("submitted", ["bank", "identity"])
    assert "The operator is checking" in text_of(client.get(BASE))

    assert client.post(f"{BASE}withdraw/").status_code == 302
    file.refresh_from_db()
    assert file.state == "draft"


def test_a_paper_that_is_too_old_or_no_file_is_told(house):
    client = browser(house.owner)
    old = {"file": made_pdf("old"), "issued_on": localdate() - timedelta(days=200)}
    assert client.post(f"{BASE}papers/registry_extract/", old).status_code == 302
    assert "too old, or without its date of issue" in text_of(client.get(BASE))
    refused = client.post(f"{BASE}papers/articles/", {"issued_on": localdate()})
    assert refused.status_code == 422
    assert 'id="id_file_error"' in text_of(refused)
    assert client.get(f"{BASE}papers/soul/").status_code == 404


def test_a_licence_opens_its_category(house, db):
    from reference.models import Category

    Category.objects.create(
        code="14622000-7", name_en="Steel", name_ru="Сталь", name_uk="Сталь", level=5
    )
    client = browser(house.owner)
    nothing = client.post(f"{BASE}papers/licence/", {"file": made_pdf("licence")})
    assert nothing.status_code == 422
    assert "Choose the category" in text_of(nothing)
    form = {"file": made_pdf("licence"), "category": "14622000-7"}
    assert client.post(f"{BASE}papers/licence/", form).status_code == 302
    page = text_of(client.get(BASE))
    assert "Category 14622000-7" in page
    assert 'value="category:14622000-7"' in page


def test_a_question_is_answered_and_a_rejection_appealed(house):
    client = browser(house.owner)
    house_of.submit(house)
    about = {"actor": house.maker, "company_id": house.company.pk}
    review.take(**about)
    review.request_info(**about, reason="unreadable", note="Page 2 of the letter is missing.")
    assert "Page 2 of the letter is missing." in text_of(client.get(BASE))
    assert client.post(f"{BASE}answer/", {"note": "Here it is."}).status_code == 302
    assert VerificationFile.objects.get().state == "in_review"
    assert client.post(f"{BASE}answer/", {"note": "Again."}).status_code == 409

    review.propose(**about, action="reject", reason="mismatch", note="Names differ.")
    page = text_of(client.get(BASE))
    assert "Names differ." not in page, "a proposal is not the company's to read"
    review.confirm(actor=house.checker, company_id=house.company.pk)
    page = text_of(client.get(BASE))
    assert "Names differ." in page
    assert "Differs from what was declared" in page
    assert client.post(f"{BASE}appeal/", {"text": " "}).status_code == 422
    assert client.post(f"{BASE}appeal/", {"text": "They do not."}).status_code == 302
    assert "Your appeal is being looked at." in text_of(client.get(BASE))
    assert client.post(f"{BASE}appeal/", {"text": "Once more."}).status_code == 409


def test_a_suspended_company_reads_why(house):
    house_of.verify(house)
    review.suspend(
        actor=house.maker, company_id=house.company.pk, reason="breach", note="Three complaints."
    )
    page = text_of(browser(house.owner).get(BASE))
    assert "The company is suspended and cannot trade." in page
    assert "Three complaints." in page


def test_who_may_look_and_who_may_act(house):
    auditor = browser(make_actor(Role.AUDITOR, house.company))
    assert auditor.get(BASE).status_code == 200
    page = text_of(auditor.get(f"{BASE}profile/"))
    assert "Only an owner changes" in page
    for path in ("submit", "answer", "withdraw", "appeal", "profile/people"):
        assert auditor.post(f"{BASE}{path}/").status_code == 403
    assert auditor.post(f"{BASE}papers/articles/", {"file": made_pdf("x")}).status_code == 403
    assert browser(make_actor(Role.BIDDER, house.company)).get(BASE).status_code == 403
    assert browser(house.maker).get(BASE).status_code == 403
    assert Client().get(BASE).status_code == 302
    operators = make_actor(Role.OWNER, company=house_of.make_company(operates=True))
    assert browser(operators).get(BASE).status_code == 404


def test_the_history_is_paginated_and_costs_the_same(house, django_assert_max_num_queries):
    house_of.submit(house)
    client = browser(house.owner)
    client.get(BASE)
    with django_assert_max_num_queries(40):
        client.get(BASE)
    for _round in range(8):
        own.withdraw(actor=house.owner)
        own.submit(actor=house.owner)
    with django_assert_max_num_queries(40):
        page = text_of(client.get(BASE))
    assert "?page=2" in page


def made_pdf(text: str):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(f"{text}.pdf", made.pdf(f"{text} {uuid4()}"), "application/pdf")


def test_what_the_company_never_reads(house):
    house_of.submit(house)
    house_of.propose(house)
    page = text_of(browser(house.owner).get(BASE))
    person = User.objects.get(pk=house.maker.user_id)
    assert person.full_name not in page
    assert "Proposed" not in page
    assert DocumentVersion.objects.filter(state="approved").exists()
