"""What is public of a verification, and the certificate: facts, forgeries, states."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.timezone import localdate
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from auctions.ledger import receipts
from crm_core.badges import certificate as form
from crm_core.badges.certificate import NotACertificate, Outcome
from crm_core.badges.errors import FileNotACertificate, NoCertificate, PageNotFound
from crm_core.badges.facts import OPERATOR, TWO_VERIFIERS, Checked, Facts, list_kind, numbers_of
from crm_core.badges.models import Certificate
from crm_core.badges.pdf import certificate_pdf
from crm_core.badges.selectors import badges_of, facts_for, public_facts
from crm_core.badges.services import certificate_of, check_file
from crm_core.badges.wording import lines
from crm_core.companies.models import Company, Role, Standing
from crm_core.companies.profile import declared
from crm_core.verification.models import Facet, FacetState
from crm_core.verification.services import keeping, own, review
from crm_core.verification.services.ageing import age_file
from infra.keys import PlatformSigner, key_ring
from kernel.canonical import canonical
from kernel.clock import utc_now
from reference.models import Category
from tests import screening_house as lists
from tests import verification_house as house_of
from tests.people import make_actor, make_company
from tests.verification_house import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("documents_apart", "screening_not_required", "keys_apart"),
]


@pytest.fixture
def house() -> House:
    return house_of.build()


@pytest.fixture
def verified(house: House) -> House:
    house_of.verify(house)
    return house


def facts(house: House) -> Facts:
    return public_facts(house.company.pk)


def file_of(house: House) -> bytes:
    return bytes(certificate_of(house.company.pk).content)


# Facts ------------------------------------------------------------------------------------------


def test_a_verified_company_says_what_was_checked_by_whom_when_until_when(verified: House) -> None:
    found = facts(verified)
    assert (found.state, found.legal_name, found.country) == ("verified", "Vormsi Teras OÜ", "EE")
    assert (found.buys, found.sells) == (False, True)
    identity, bank = found.sides
    assert (identity.key, bank.key) == ("identity", "bank")
    assert identity.by == TWO_VERIFIERS
    decision = verified.file.entries.get(action="verified")
    assert identity.verified_at == decision.at
    assert identity.valid_until == verified.file.facets.get(key="identity").valid_until
    assert identity.checked.documents == ("articles", "ownership_chart", "registry_extract")
    assert bank.checked.documents == ("bank_letter",)
    assert ("LEI", "213800KUD8LAJWSQ9D15") in identity.checked.numbers
    assert bank.checked.numbers == ()


def test_who_was_not_screened_is_said_to_be_so(verified: House) -> None:
    checked = facts(verified).sides[0].checked
    assert (checked.screening, checked.lists) == ("not_screened", ())
    assert "Not compared with sanctions lists." in lines(checked, by=TWO_VERIFIERS)


def test_lists_are_told_by_publisher(house: House, tmp_path: Path) -> None:
    lists.listed(tmp_path, lists.OTHER, source="eu-fsf")
    house_of.submit(house)
    lists.settle()
    house_of.propose(house, risk="low")
    review.confirm(actor=house.checker, company_id=house.company.pk)
    checked = facts(house).sides[0].checked
    assert (checked.screening, checked.lists) == ("clear", ("eu",))
    assert any("European Union" in line for line in lines(checked, by=TWO_VERIFIERS))
    codes = ("us-ofac-sdn", "gb-fcdo", "eu_fsf", "un-sc", "our-private-watchlist", "unknown")
    assert [list_kind(code) for code in codes] == ["us", "uk", "eu", "un", "other", "other"]


def test_what_was_decided_stays_when_the_company_declares_something_else(verified: House) -> None:
    changed = house_of.identity(legal_name="Another Name OÜ", numbers={})
    house_of.profile.save_identity(actor=verified.owner, **changed)
    found = facts(verified)
    assert (found.legal_name, found.state) == ("Vormsi Teras OÜ", "reopened")
    assert ("LEI", "213800KUD8LAJWSQ9D15") in found.sides[0].checked.numbers
    assert found.identity
    assert found.identity.changed_at == verified.file.entries.get(action="changed").at
    with pytest.raises(NoCertificate):
        certificate_of(verified.company.pk)


def test_who_was_never_verified_has_no_page(house: House) -> None:
    house_of.submit(house)
    operator = Company.objects.get(operates=True)
    for company_id in (house.company.pk, operator.pk, uuid4()):
        with pytest.raises(PageNotFound):
            public_facts(company_id)
        with pytest.raises(PageNotFound):
            certificate_of(company_id)
    assert not facts_for(house.owner, house.company.pk).is_public
    stranger = make_actor(Role.OWNER)
    for other in (stranger, house.maker):
        with pytest.raises(PageNotFound):
            facts_for(other, house.company.pk)


def test_who_was_only_ever_suspended_has_none_either(house: House) -> None:
    house_of.submit(house)
    review.suspend(
        actor=house.maker, company_id=house.company.pk, reason="breach", note="Complaints."
    )
    with pytest.raises(PageNotFound):
        public_facts(house.company.pk)


def test_suspended_banned_and_lifted(verified: House) -> None:
    at = {"company_id": verified.company.pk}
    review.suspend(actor=verified.maker, **at, reason="breach", note="Complaints.")
    found = facts(verified)
    assert found.state == "suspended"
    assert found.measured_at == verified.file.entries.get(action="suspended").at
    with pytest.raises(NoCertificate):
        certificate_of(verified.company.pk)
    until = utc_now() + timedelta(days=30)
    review.propose(
        actor=verified.maker, **at, action="ban", reason="forged", note="Forged.", until=until
    )
    review.confirm(actor=verified.checker, **at)
    found = facts(verified)
    assert (found.state, found.banned_until) == ("banned", until)
    assert badge(verified).state == "banned"
    review.propose(actor=verified.maker, **at, action="lift", reason="resolved", note="Done.")
    review.confirm(actor=verified.checker, **at)
    assert facts(verified).state == "verified"
    assert file_of(verified)


def test_expired_is_told_before_the_hourly_task_has_seen_it(verified: House) -> None:
    _end(verified, localdate() - timedelta(days=1))
    assert facts(verified).state == "expired"
    assert badge(verified).state == "expired"
    with pytest.raises(NoCertificate):
        certificate_of(verified.company.pk)
    age_file(verified.company.pk)
    assert (facts(verified).state, badge(verified).state) == ("expired", "expired")


def test_a_standing_from_before_is_told_as_such() -> None:
    company = make_company()
    found = public_facts(company.pk)
    assert found.state == "verified"
    assert [(side.by, side.verified_at) for side in found.sides] == [(OPERATOR, None)]
    with pytest.raises(NoCertificate):
        certificate_of(company.pk)
    taken = make_company()
    with keeping.changing(taken.pk):
        pass
    assert public_facts(taken.pk).sides[0].by == OPERATOR
    said = json.loads(bytes(certificate_of(taken.pk).content))
    assert said["facets"][0]["by"] == OPERATOR
    assert said["facets"][0]["checked"]["documents"] == []


def test_a_name_that_nobody_checked_is_never_shown_as_verified() -> None:
    house = house_of.build(standing=Standing.VERIFIED, legal_name="Known Before AS")
    house_of.profile.save_identity(
        actor=house.owner, **house_of.identity(legal_name="Somebody Else AG", numbers={})
    )
    found = facts(house)
    assert (found.legal_name, found.state) == ("Known Before AS", "reopened")
    assert found.sides[0].checked == Checked()


def test_a_certificate_stands_only_with_every_facet_it_names(verified: House) -> None:
    content = file_of(verified)
    assert check_file(content).is_good
    house_of.profile.save_accounts(
        actor=verified.owner, accounts=[house_of.account(number="EE471000001020145685")]
    )
    finding = check_file(content)
    assert finding.outcome is Outcome.VALID
    assert finding.now is not None
    assert finding.now.is_certified  # by its identity
    assert not finding.is_good


def test_a_category_is_a_facet_of_its_own(verified: House) -> None:
    division = Category.objects.create(code="14000000-1", level=2, name_en="Mining, metals")
    Category.objects.create(code="14622000-7", level=5, parent=division, name_en="Steel")
    house_of.add_paper(verified, "licence", category="14622000-7")
    own.submit(actor=verified.owner, asked=["category:14622000-7"])
    house_of.propose(verified, risk="low")
    review.confirm(actor=verified.checker, company_id=verified.company.pk)
    side = facts(verified).sides[2]
    assert (side.key, side.checked.documents) == (
        "category:14622000-7",
        ("licence:14622000-7",),
    )
    assert facts(verified).sides[0].checked.documents == (
        "articles",
        "ownership_chart",
        "registry_extract",
    )


# The certificate ----------------------------------------------------------------------------------


def test_the_certificate_says_the_same_and_is_signed(verified: House) -> None:
    content = file_of(verified)
    finding = check_file(content)
    assert (finding.outcome, finding.is_good) == (Outcome.VALID, True)
    said = json.loads(content)
    found = facts(verified)
    assert found.identity
    assert said["company"]["names"]["legal"] == found.legal_name
    assert said["valid_until"] == str(found.identity.valid_until)
    assert [each["facet"] for each in said["facets"]] == ["identity", "bank"]
    assert said["key_id"] == key_ring().current().key_id
    assert said["issuer"]["name"] == Company.objects.get(operates=True).legal_name


def test_one_a_day_and_another_when_something_changed_or_the_key_did(verified: House) -> None:
    first = certificate_of(verified.company.pk)
    assert certificate_of(verified.company.pk).pk == first.pk
    key_ring().rotate()
    second = certificate_of(verified.company.pk)
    assert second.key_id != first.key_id
    for each in (first, second):
        assert check_file(bytes(each.content)).outcome is Outcome.VALID
    assert Certificate.objects.count() == 2


def test_certificates_can_only_be_added(verified: House) -> None:
    certificate_of(verified.company.pk)
    for change in (
        lambda: Certificate.objects.update(number="FC-1"),
        lambda: Certificate.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="only be added"), transaction.atomic():
            change()


def test_a_flip_of_any_byte_is_refused(verified: House) -> None:
    content, public_key = file_of(verified), key_ring().current().public_key

    @settings(max_examples=400, deadline=None, database=None)
    @given(st.integers(0, len(content) - 1), st.integers(0, 7))
    def flipped(place: int, bit: int) -> None:
        forged = bytearray(content)
        forged[place] ^= 1 << bit
        try:
            outcome = form.check(form.read(bytes(forged)), public_key, utc_now())
        except NotACertificate:
            return
        assert outcome in (Outcome.ALTERED, Outcome.FOREIGN_KEY)

    flipped()


def test_every_field_and_place_in_it_is_covered_by_the_signature(verified: House) -> None:
    content = file_of(verified)
    for change in (
        lambda said: said["company"]["names"].update(legal="Somebody Else"),
        lambda said: said.update(valid_until="2099-01-01"),
        lambda said: said["facets"].pop(),
        lambda said: said["facets"][0].update(valid_until="2099-01-01"),
        lambda said: said.update(number="FC-20260101-00000000"),
    ):
        said = json.loads(content)
        change(said)
        assert check_file(canonical(said)).outcome is Outcome.ALTERED
    for other in (
        b" " + content,
        content + b"\n",
        json.dumps(json.loads(content), indent=1).encode(),
        content.replace(b'"type"', b'"type":"fairfall-certificate-1","type"', 1),
        content.replace(b"signature", b"Signature"),
    ):
        with pytest.raises(FileNotACertificate):
            check_file(other)


def test_another_key_is_foreign_also_when_it_calls_itself_ours(verified: House) -> None:
    said = {k: v for k, v in json.loads(file_of(verified)).items() if k != "signature"}
    forger = PlatformSigner(Ed25519PrivateKey.generate())
    assert check_file(form.sign(said, forger)).outcome is Outcome.FOREIGN_KEY
    posing = {**said, "key_id": key_ring().current().key_id}
    posing["signature"] = forger.sign(form.signed_bytes(posing)).hex()
    assert check_file(canonical(posing)).outcome is Outcome.ALTERED


def test_no_signature_of_the_platform_passes_for_one_of_another_kind(verified: House) -> None:
    said = json.loads(file_of(verified))
    signer = key_ring().current()
    # What signs receipts and heads of ledgers, given a certificate's very fields, makes no
    # certificate ...
    unsigned = {key: value for key, value in said.items() if key not in ("signature", "key_id")}
    as_receipt = receipts.sign(unsigned, signer)
    assert check_file(canonical(as_receipt)).outcome is Outcome.ALTERED
    # ... nor does a certificate's signature cover what a receipt's would.
    assert not form.ed25519.verify(
        signer.public_key, receipts.signed_bytes(said), bytes.fromhex(said["signature"])
    )


def test_in_force_from_its_issue_to_its_last_day(verified: House) -> None:
    found = form.read(file_of(verified))
    key = key_ring().current().public_key
    last = found.issued_at.replace(
        year=found.valid_until.year, month=found.valid_until.month, day=found.valid_until.day,
        hour=23, minute=59,
    )  # fmt: skip
    assert form.check(found, key, found.issued_at) is Outcome.VALID
    assert form.check(found, key, last) is Outcome.VALID
    assert form.check(found, key, last + timedelta(minutes=2)) is Outcome.EXPIRED
    assert form.check(found, key, found.issued_at - timedelta(seconds=1)) is Outcome.NOT_YET


def test_the_site_knows_of_a_later_suspension(verified: House) -> None:
    content = file_of(verified)
    review.suspend(
        actor=verified.maker, company_id=verified.company.pk, reason="breach", note="Complaints."
    )
    finding = check_file(content)
    assert (finding.outcome, finding.is_good) == (Outcome.VALID, False)
    assert finding.now
    assert finding.now.state == "suspended"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"type":1e999}',
        b'{"type":"fairfall-certificate-1"}', b"%PDF-1.7\nstream\n", b"%PDF-1.7\nstream\nendstream",
        b'{"type":"fairfall-receipt-1"}', b'{"n":' + b"9" * 6000 + b"}",
        b'{"type":"fairfall-certificate-1","a":"\\ud800"}',
    ],
)  # fmt: skip
def test_nonsense_gets_a_reason(content: bytes) -> None:
    with pytest.raises(FileNotACertificate):
        check_file(content)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_the_pdf_says_it_and_carries_the_proof(verified: House, language: str) -> None:
    certificate = certificate_of(verified.company.pk)
    with translation.override(language):
        content = certificate_pdf(certificate)
        assert certificate_pdf(certificate) == content
        words = str(translation.gettext("two verifiers of the operator"))
    reader = PdfReader(BytesIO(content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for told in ("Vormsi Teras OÜ", "213800KUD8LAJWSQ9D15", certificate.number, words,
                 certificate.key_id, "/certificates/check/"):  # fmt: skip
        assert told in text, told
    assert list(reader.attachments.values()) == [[bytes(certificate.content)]]
    assert check_file(content).outcome is Outcome.VALID
    saved_anew = BytesIO()
    PdfWriter(clone_from=BytesIO(content)).write(saved_anew)
    assert check_file(saved_anew.getvalue()).outcome is Outcome.VALID
    assert [each for each in secrets_of(verified) if each in text or each.encode() in content] == []


def test_a_pdf_with_another_attachment_is_refused(verified: House) -> None:
    content = certificate_pdf(certificate_of(verified.company.pk))
    altered = content.replace(b'"country":"EE"', b'"country":"LV"')
    assert check_file(altered).outcome is Outcome.ALTERED
    two = PdfWriter(clone_from=BytesIO(content))
    two.add_attachment("other.json", bytes(certificate_of(verified.company.pk).content) + b" ")
    written = BytesIO()
    two.write(written)
    with pytest.raises(FileNotACertificate):
        check_file(written.getvalue())


# Nothing secret -----------------------------------------------------------------------------------


def secrets_of(house: House) -> list[str]:
    """What must appear nowhere: people on both sides, accounts, addresses, words of verifiers."""
    people = [each.display_name for each in (house.owner, house.maker, house.checker, house.third)]
    ids = [str(each.user_id) for each in (house.owner, house.maker, house.checker, house.third)]
    return [
        *people, *ids, "Maarja", "Lepik", "1980-02-03",
        "Member of the board", house_of.IBAN, "HABAEE2X",
        "Sviby", "Hullo", "Between us", "breach", "registry_extract.pdf",
    ]  # fmt: skip


def test_nothing_secret_is_in_facts_or_certificate(house: House) -> None:
    house_of.submit(house)
    house_of.propose(house, risk="low", note="Between us: look again in a year.")
    review.confirm(actor=house.checker, company_id=house.company.pk, note="Between us: agreed.")
    shown = repr(facts(house)) + file_of(house).decode()
    review.suspend(
        actor=house.maker, company_id=house.company.pk, reason="breach", note="Between us."
    )
    shown += repr(facts(house))
    assert "registry_extract" in shown
    assert [each for each in secrets_of(house) if each in shown] == []


def test_a_number_for_tax_is_named_without_its_value() -> None:
    house = house_of.build(country="PL", registry_scheme="", registry_value="")
    house_of.profile.save_identity(
        actor=house.owner, **house_of.identity(numbers={"PL-NIP": "5260001246"})
    )
    said = declared(house.company.pk)
    assert said["numbers"] == {"PL-NIP": "5260001246"}
    assert numbers_of(said) == (("PL-NIP", ""),)
    assert numbers_of({"numbers": {"PL-NIP": "5260001247"}}) == ()


# Badges -------------------------------------------------------------------------------------------


def badge(house: House) -> Any:
    company = Company.objects.get(pk=house.company.pk)
    return badges_of([company])[company.pk]


def test_badges_of_many_take_one_query(verified: House, django_assert_num_queries: Any) -> None:
    others = [make_company() for _ in range(5)]
    everyone = [*Company.objects.filter(pk__in=[each.pk for each in others]), verified.company]
    verified.company.refresh_from_db()
    with django_assert_num_queries(1):
        found = badges_of(everyone)
    assert found[verified.company.pk].until == Facet.objects.get(key="identity").valid_until
    assert {found[each.pk].state for each in others} == {"verified"}
    operator = Company.objects.get(operates=True)
    assert badges_of([operator]) == {}
    draft = make_company(standing=Standing.DRAFT)
    assert badges_of([draft])[draft.pk].state == "unverified"


def test_facts_take_few_queries(verified: House, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(4):
        facts(verified)


def _end(house: House, day: Any) -> None:
    Facet.objects.filter(file=house.file, key="identity").update(
        valid_until=day, state=FacetState.VERIFIED
    )
