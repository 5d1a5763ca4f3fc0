"""The API of verification: a company's own way and the verifiers' steps, and who finds nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import resolve

from crm_core.companies.models import Company, Role, Standing
from crm_core.documents.models import DocumentVersion
from crm_core.verification.api.urls import urlpatterns
from crm_core.verification.models import VerificationFile
from crm_core.verification.services import review
from kernel.clock import utc_now
from tests import verification_house as house_of
from tests.people import api_client, make_actor, make_company
from tests.verification_house import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required"),
]
OWN, CASES = "/api/v1/verification/own/", "/api/v1/verification/cases/"


@pytest.fixture
def house() -> House:
    return house_of.build()


def case(house: House) -> str:
    return f"{CASES}{house.company.pk}/"


def test_a_company_declares_hands_in_answers_and_appeals(house):
    client = api_client(house.owner)
    found = client.get(OWN).json()
    assert (found["state"], found["standing"]) == ("draft", "draft")
    assert "document_missing registry_extract" in found["facets"][0]["blockers"]
    early = client.post(f"{OWN}submission/", {})
    assert early.status_code == 409
    assert early.json()["code"] == "verification.evidence_missing"
    assert "field_missing directors" in early.json()["data"]["blockers"]

    assert client.put(f"{OWN}profile/identity/", house_of.identity()).status_code == 200
    bad = client.put(f"{OWN}profile/identity/", house_of.identity(numbers={"LEI": "1"}))
    assert (bad.status_code, bad.json()["field"]) == (422, "numbers.LEI")
    assert client.put(f"{OWN}profile/people/", {"people": house_of.people()}).status_code == 200
    accounts = {"accounts": [house_of.account()]}
    assert client.put(f"{OWN}profile/accounts/", accounts).status_code == 200
    assert client.get(f"{OWN}profile/").json()["signatory"]["name"] == "Maarja Lepik"
    for kind in house_of.PAPERS:
        house_of.add_paper(house, kind)
    done = client.post(f"{OWN}submission/", {"asked": ["identity", "bank"]})
    assert (done.status_code, done.json()["state"]) == (200, "submitted")
    assert client.post(f"{OWN}withdrawal/").json()["state"] == "draft"
    client.post(f"{OWN}submission/", {})

    about = {"actor": house.maker, "company_id": house.company.pk}
    review.take(**about)
    review.request_info(**about, reason="other", note="More, please.")
    assert client.post(f"{OWN}answer/", {"note": "Here."}).json()["state"] == "in_review"
    review.propose(**about, action="reject", reason="mismatch", note="Names differ.")
    review.confirm(actor=house.checker, company_id=house.company.pk)
    assert client.post(f"{OWN}appeal/", {"text": "They do not."}).json()["appeal"] == "open"
    told = client.get(f"{OWN}history/").json()["results"]
    assert [each["action"] for each in told][:3] == ["appealed", "rejected", "answered"]
    assert told[1]["note"] == "Names differ."
    assert not {"taken", "proposed"} & {each["action"] for each in told}


def test_a_pair_decides_over_the_api(house):
    house_of.submit(house)
    maker, checker = api_client(house.maker), api_client(house.checker)
    listed = maker.get(CASES).json()
    assert listed["results"][0]["company"] == str(house.company.pk)
    assert listed["results"][0]["counted_seconds"] >= 0
    taken = maker.post(f"{case(house)}take/").json()
    assert taken["case"]["assignee"] == str(house.maker.user_id)
    assert "document_undecided bank_letter" in taken["blockers"]
    version = DocumentVersion.objects.filter(state="submitted").first()
    path = f"{case(house)}documents/{version.pk}/decision/"
    no_reason = maker.post(path, {"accept": False})
    assert (no_reason.status_code, no_reason.json()["field"]) == (422, "reason")
    for each in DocumentVersion.objects.filter(state="submitted"):
        path = f"{case(house)}documents/{each.pk}/decision/"
        assert maker.post(path, {"accept": True}).status_code == 200
    proposed = maker.post(f"{case(house)}proposal/", {"action": "verify", "risk": "low"}).json()
    assert proposed["case"]["state"] == "pending_second_approval"

    confirmation = f"{case(house)}proposal/confirmation/"
    alone = maker.post(confirmation, {"seen": proposed["seen"]})
    assert (alone.status_code, alone.json()["code"]) == (403, "verification.same_person")
    stale = checker.post(confirmation, {"seen": proposed["seen"] - 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "verification.wrong_state")
    assert house.standing == Standing.DRAFT
    done = checker.post(confirmation, {"seen": proposed["seen"]}).json()
    assert done["case"]["standing"] == "verified"
    history = checker.get(f"{case(house)}history/").json()["results"]
    assert (history[0]["action"], history[0]["maker"]) == ("verified", str(house.maker.user_id))
    entry = checker.get(f"{case(house)}history/{history[0]['number']}/").json()
    assert entry["evidence"]["declared"]["names"]["legal"] == "Vormsi Teras OÜ"
    assert entry["evidence_sha256"] == history[0]["evidence_sha256"]


def test_every_other_step_over_the_api(house):
    house_of.submit(house)
    maker, checker = api_client(house.maker), api_client(house.checker)
    maker.post(f"{case(house)}take/")
    over = maker.post(f"{case(house)}hand-over/", {"colleague": str(house.checker.user_id)}).json()
    assert over["case"]["assignee"] == str(house.checker.user_id)
    asked = checker.post(f"{case(house)}request/", {"reason": "other", "note": "More."}).json()
    assert asked["case"]["state"] == "info_requested"
    assert (
        checker.post(f"{case(house)}request/", {"reason": "whim", "note": "x"}).status_code == 422
    )
    ban = {"action": "ban", "reason": "forged", "until": (utc_now() - timedelta(1)).isoformat()}
    late = maker.post(f"{case(house)}proposal/", ban)
    assert (late.status_code, late.json()["code"]) == (422, "verification.ban_end_missing")
    ban["until"] = (utc_now() + timedelta(days=9)).isoformat()
    assert maker.post(f"{case(house)}proposal/", ban).json()["case"]["proposed_action"] == "ban"
    back = checker.post(f"{case(house)}proposal/return/", {"reason": "other"}).json()
    assert back["case"]["proposed_action"] == ""
    stop = {"reason": "breach", "note": "Three complaints."}
    assert maker.post(f"{case(house)}suspension/", stop).json()["case"]["measure"] == "suspended"
    assert house.standing == Standing.SUSPENDED
    assert maker.get("/api/v1/verification/cases.csv").status_code == 200
    assert maker.get("/api/v1/verification/cases.xlsx").status_code == 200
    found = maker.get("/api/v1/verification/companies/", {"standing": "suspended"}).json()
    assert [each["id"] for each in found["results"]] == [str(house.company.pk)]


def test_nobody_else_is_told_that_a_case_exists(house):
    house_of.submit(house)
    version = DocumentVersion.objects.first()
    addresses = [str(each.pattern) for each in urlpatterns if "own" not in str(each.pattern)]
    values = {"<uuid:company_id>": house.company.pk, "<uuid:version_id>": version.pk,
              "<int:number>": 1}  # fmt: skip
    operator = Company.objects.get(pk=house.maker.company_id)
    for actor in (house.owner, make_actor(Role.OWNER), make_actor(Role.ARBITER, operator),
                  make_actor(Role.BIDDER)):  # fmt: skip
        client = api_client(actor)
        for address in addresses:
            path = "/api/v1/" + address
            for place, value in values.items():
                path = path.replace(place, str(value))
            assert resolve(path)
            for method in (client.get, client.post):
                answer = method(path)
                assert answer.status_code in (404, 405), path
                if answer.status_code == 404:
                    assert answer.json()["code"] == "verification.case_not_found"
    assert house.file.entries_count == 1
    verifier = api_client(house.maker)
    assert verifier.get(f"{CASES}{uuid4()}/").status_code == 404
    assert verifier.get(f"{CASES}{house.maker.company_id}/").status_code == 404
    assert verifier.get(OWN).status_code == 403


def test_who_of_a_company_may_act(house):
    auditor = api_client(make_actor(Role.AUDITOR, house.company))
    assert auditor.get(OWN).status_code == 200
    for path in ("submission", "answer", "withdrawal", "appeal"):
        assert auditor.post(f"{OWN}{path}/").status_code == 403
    assert auditor.put(f"{OWN}profile/people/", {"people": []}).status_code == 403
    assert api_client(make_actor(Role.BIDDER, house.company)).get(OWN).status_code == 403


def test_lists_cost_the_same_however_long(house, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = api_client(house.maker)
    for path in (CASES, "/api/v1/verification/companies/"):
        _cases(2)
        with CaptureQueriesContext(connection) as few:
            client.get(path)
        _cases(10)
        with django_assert_num_queries(len(few)):
            client.get(path)


def _cases(number: int) -> None:
    for _each in range(number):
        VerificationFile.objects.create(
            company=make_company(standing=Standing.DRAFT), state="submitted",
            submitted_at=utc_now(), asked=["identity"],
        )  # fmt: skip
