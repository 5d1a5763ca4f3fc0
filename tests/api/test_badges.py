"""Public pages, certificates and their check, as guests, members and partners find them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from buyers.services import add_supplier, create_list
from crm_core.badges.certificate import LARGEST
from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from crm_core.verification.models import Facet
from crm_core.verification.services import review
from infra.keys import key_ring
from tests import tender_house as tenders
from tests import verification_house as house_of
from tests.people import api_client, make_actor, make_company
from tests.services.test_badges import secrets_of
from tests.verification_house import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required", "keys_apart"),
]
CHECK = "/certificates/check/"


@pytest.fixture
def house() -> House:
    return house_of.build()


@pytest.fixture
def verified(house: House) -> House:
    house_of.verify(house)
    return house


def page_of(house: House, tail: str = "") -> str:
    return f"/companies/{house.company.pk}/{tail}"


def api_of(house: House, tail: str) -> str:
    return f"/api/v1/companies/{house.company.pk}/{tail}/"


def signed_in(user_id: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user_id), "django.contrib.auth.backends.ModelBackend")
    return client


def checked(content: bytes, name: str = "certificate.json", client: Client | None = None) -> Any:
    return (client or Client()).post(CHECK, {"file": SimpleUploadedFile(name, content)})


def suspend(house: House) -> None:
    review.suspend(
        actor=house.maker, company_id=house.company.pk, reason="breach", note="Between us."
    )


# The public page --------------------------------------------------------------------------------


def test_a_guest_reads_what_was_checked(verified: House, client: Client) -> None:
    page = client.get(page_of(verified)).content.decode()
    for told in ("Vormsi Teras OÜ", "Estonia", "Document seen: Extract from the register",
                 "two verifiers of the operator", "213800KUD8LAJWSQ9D15", "Letter of the bank",
                 "Valid until", "Certificate (JSON)"):  # fmt: skip
        assert told in page, told


def test_nothing_secret_is_on_page_api_or_certificate(house: House, client: Client) -> None:
    house_of.submit(house)
    house_of.propose(house, risk="low", note="Between us: look again in a year.")
    review.confirm(actor=house.checker, company_id=house.company.pk, note="Between us: agreed.")
    api = api_client(make_actor(Role.OFFICER))
    shown = [
        client.get(page_of(house)), client.get(page_of(house, "certificate.json")),
        api.get(api_of(house, "badge")), api.get(api_of(house, "certificate")),
        checked(client.get(page_of(house, "certificate.json")).content),
    ]  # fmt: skip
    suspend(house)
    shown += [client.get(page_of(house)), api.get(api_of(house, "badge"))]
    for response in shown:
        assert response.status_code == 200
        text = response.content.decode()
        assert "Vormsi Teras" in text
        assert [each for each in secrets_of(house) if each in text] == []


def test_others_find_nothing_before_it_is_public_and_members_a_preview(
    house: House, client: Client
) -> None:
    house_of.submit(house)
    nowhere = client.get(f"/companies/{uuid4()}/")
    stranger = signed_in(make_actor(Role.OWNER).user_id)
    for asking in (client, stranger, signed_in(house.maker.user_id)):
        answer = asking.get(page_of(house))
        assert answer.status_code == 404
        assert asking.get(page_of(house, "certificate.json")).status_code == 404
        assert b"Vormsi" not in answer.content
    there = client.get(page_of(house)).content
    assert _plain(there) == _plain(nowhere.content)
    own = signed_in(house.owner.user_id)
    assert "This page is not public yet." in own.get(page_of(house)).content.decode()
    assert "Look at the preview" in own.get("/company/").content.decode()
    operator = Company.objects.get(operates=True)
    assert client.get(f"/companies/{operator.pk}/").status_code == 404


def test_suspension_and_expiry_are_told_without_reasons(verified: House, client: Client) -> None:
    suspend(verified)
    page = client.get(page_of(verified)).content.decode()
    assert "Suspended on" in page
    assert "Breach" not in page
    assert "Certificate (JSON)" not in page
    refused = client.get(page_of(verified, "certificate.json"))
    assert refused.status_code == 409
    assert "not verified at the moment" in refused.content.decode()


def test_expiry(verified: House, client: Client) -> None:
    Facet.objects.filter(key="identity").update(valid_until=localdate() - timedelta(days=1))
    assert "The verification expired" in client.get(page_of(verified)).content.decode()
    assert client.get(page_of(verified, "certificate.json")).status_code == 409


def test_a_page_takes_as_many_queries_however_much_was_checked(
    verified: House, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get(page_of(verified))
    with django_assert_max_num_queries(5):
        client.get(page_of(verified))


# Badges in lists ----------------------------------------------------------------------------------


def test_the_directory_shows_badges_in_as_many_queries(
    verified: House,
) -> None:
    client = signed_in(make_actor(Role.OFFICER).user_id)
    page = client.get("/companies/").content.decode()
    assert f'href="/companies/{verified.company.pk}/"' in page
    assert "Verified · until" in page
    with _counted() as few:
        client.get("/companies/")
    for _number in range(20):
        make_company()
    with _counted() as many:
        client.get("/companies/")
    assert len(few) == len(many)


def test_supplier_lists_show_badges_in_as_many_queries(verified: House) -> None:
    officer = make_actor(Role.OFFICER)
    chosen = create_list(actor=officer, name="Approved")
    add_supplier(actor=officer, list_id=chosen.pk, supplier_id=verified.company.pk)
    client, address = signed_in(officer.user_id), f"/supplier-lists/{chosen.pk}/"
    page = client.get(address).content.decode()
    assert f'href="/companies/{verified.company.pk}/"' in page
    assert "Verified · until" in page
    with _counted() as few:
        client.get(address)
    for _number in range(8):
        company = make_company()
        add_supplier(actor=officer, list_id=chosen.pk, supplier_id=company.pk)
    with _counted() as many:
        client.get(address)
    assert len(few) == len(many)
    suspend(verified)
    assert "Suspended" in client.get(address).content.decode()


def test_whom_to_invite_is_shown_with_badges_in_as_many_queries(verified: House) -> None:
    officer = make_actor(Role.OFFICER)
    client = signed_in(officer.user_id)
    address = f"/tenders/{tenders.draft(officer, []).pk}/invite/"
    page = client.get(address).content.decode()
    assert f'href="/companies/{verified.company.pk}/"' in page
    with _counted() as few:
        client.get(address)
    for _number in range(8):
        make_company()
    with _counted() as many:
        client.get(address)
    assert len(few) == len(many)


def test_the_companys_own_page_and_profile_lead_there(verified: House) -> None:
    client = signed_in(verified.owner.user_id)
    for path in ("/company/", "/supplier-profile/"):
        page = client.get(path).content.decode()
        assert page_of(verified) in page
        assert "Your public page" in page


# The certificate and its check --------------------------------------------------------------------


def test_the_certificate_is_the_same_over_page_and_api(verified: House, client: Client) -> None:
    answer = client.get(page_of(verified, "certificate.json"))
    assert answer["Content-Type"] == "application/json"
    number = json.loads(answer.content)["number"]
    assert f'filename="{number}.json"' in answer["Content-Disposition"]
    api = api_client(make_actor(Role.OFFICER))
    assert api.get(api_of(verified, "certificate")).content == answer.content


def test_a_good_one(verified: House, client: Client) -> None:
    content = client.get(page_of(verified, "certificate.json")).content
    page = checked(content).content.decode()
    assert 'data-outcome="valid" data-stands="yes"' in page
    for told in ("Vormsi Teras OÜ", "Document seen: Letter of the bank", "still stands so"):
        assert told in page
    suspend(verified)
    page = checked(content).content.decode()
    assert 'data-outcome="valid" data-stands="no"' in page
    assert "Today it is suspended" in page


def test_forgeries_and_foreign_ones(verified: House, client: Client, settings: Any) -> None:
    content = client.get(page_of(verified, "certificate.json")).content
    altered = checked(content.replace(b"Vormsi", b"Varmsi"))
    assert altered.status_code == 200
    assert 'data-outcome="altered"' in altered.content.decode()
    assert "Varmsi" not in altered.content.decode()
    settings.PLATFORM_KEY_DIR = settings.PLATFORM_KEY_DIR.parent / "other"
    foreign = checked(content).content.decode()
    assert 'data-outcome="foreign_key"' in foreign
    assert "Vormsi" not in foreign


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"nonsense", 422), (b"{}", 422), (b"%PDF-1.7\n%%EOF", 422), (b"\0" * (LARGEST + 1), 422),
     (b"", 422), (b"[" * 90_000, 422)],
)  # fmt: skip
def test_nonsense_is_refused_beside_the_field(content: bytes, status: int) -> None:
    answer = checked(content)
    assert answer.status_code == status
    assert 'aria-invalid="true"' in answer.content.decode()


def test_no_file_and_too_large_a_one(client: Client) -> None:
    assert client.post(CHECK).status_code == 422
    assert checked(b"%PDF-" + b"\0" * (4 * 1024 * 1024)).status_code == 413
    assert client.get(CHECK).status_code == 200


def test_checks_are_limited_by_address(settings: Any) -> None:
    settings.CERTIFICATE_RATE_LIMITS = {"certificate_check": "2/m/ip"}
    assert [checked(b"{}").status_code for _number in range(3)] == [422, 422, 429]


def test_the_page_of_the_check_leads_to_verifier_and_key(client: Client) -> None:
    page = client.get(CHECK).content.decode()
    assert reverse("auctions:verifier") in page
    assert key_ring().current().key_id in page


def test_each_public_key_can_be_had_and_no_private_one(client: Client) -> None:
    old = key_ring().current()
    key_ring().rotate()
    answer = client.get(f"/certificates/keys/platform-{old.key_id}.pem")
    assert answer.content == old.public_pem
    assert client.get(f"/certificates/keys/platform-{'0' * 32}.pem").status_code == 404
    assert client.get("/certificates/keys/platform-current.pem").status_code == 404
    assert client.get(f"/certificates/keys/platform-{'a' * 300}.pem").status_code == 404


def test_the_pdf_alone_is_evidence_too(verified: House, client: Client, settings: Any) -> None:
    answer = client.get(page_of(verified, "certificate.pdf"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    page = checked(answer.content, "certificate.pdf").content.decode()
    assert 'data-outcome="valid" data-stands="yes"' in page
    assert client.get(page_of(verified)).content.decode().count("certificate.pdf") == 1
    settings.CERTIFICATE_RATE_LIMITS = {"certificate_pdf": "1/m/ip"}
    tries = [client.get(page_of(verified, "certificate.pdf")).status_code for _time in range(2)]
    assert tries == [200, 429]
    suspend(verified)
    settings.CERTIFICATE_RATE_LIMITS = {}
    assert client.get(page_of(verified, "certificate.pdf")).status_code == 409


# API ----------------------------------------------------------------------------------------------


def test_the_badge_over_http(verified: House) -> None:
    api = api_client(make_actor(Role.OFFICER))
    found = api.get(api_of(verified, "badge")).json()
    assert (found["state"], found["legal_name"], found["is_certified"]) == (
        "verified", "Vormsi Teras OÜ", True,
    )  # fmt: skip
    assert [each["facet"] for each in found["facets"]] == ["identity", "bank"]
    assert found["facets"][0]["by"] == "two_verifiers"
    assert found["facets"][1]["checked"]["documents"] == ["bank_letter"]


def test_refusals_over_http(house: House) -> None:
    api = api_client(make_actor(Role.OFFICER))
    for tail in ("badge", "certificate"):
        for address in (api_of(house, tail), f"/api/v1/companies/{uuid4()}/{tail}/"):
            answer = api.get(address)
            assert (answer.status_code, answer.json()["code"]) == (404, "badges.page_not_found")
    company = make_company()
    answer = api.get(f"/api/v1/companies/{company.pk}/certificate/")
    assert (answer.status_code, answer.json()["code"]) == (409, "badges.no_certificate")
    assert Client().get(api_of(house, "badge")).status_code == 401
    assert api_client(house.owner).get(api_of(house, "badge")).json()["state"] == "unverified"


def _plain(page: bytes) -> bytes:
    """A page without what differs each time."""
    return re.sub(rb'nonce="[^"]*"|value="[^"]*"|/companies/[0-9a-f-]+/|[A-Za-z0-9]{64}', b"", page)


def _counted() -> Any:
    return CaptureQueriesContext(connection)
