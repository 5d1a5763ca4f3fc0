"""The protocol as a PDF: what it says to whom, in which letters, and that it can be repeated."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from crm_core.people.models import User
from kernel.clock import utc_now
from marketplace.tenders.errors import ProtocolNotReady
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import ending
from reference.models import Unit
from tests import tender_house as house

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
CYRILLIC = "ТОВ «Їжак і Ґанок» – Ящик Ё"


@pytest.fixture
def sellers():
    return [house.supplier("Baltmet AS"), house.supplier(CYRILLIC)]


@pytest.fixture
def ended(officer, sellers):
    Unit.objects.create(code="TNE", symbol_en="t", name_en="tonne")
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[1].company_id
    )
    return Tender.objects.select_related("company").get(pk=tender.pk)


def text_of(content: bytes) -> str:
    """The words of all pages; a line break of the layout is a space."""
    reader = PdfReader(BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_buyers_file_holds_outcome_prices_and_names(officer, ended) -> None:
    file = protocol_file(officer, ended)
    text = text_of(file.content)

    assert file.name == f"{ended.reference}.pdf"
    assert "The auction closed with a result on 1 of 1 lots." in text
    assert "The lowest bid leads." in text
    assert "Baltmet AS" in text
    assert CYRILLIC in text
    assert f"awarded to {CYRILLIC} at 530.00 EUR" in text
    assert "540.00" in text
    assert "54,000.00" in text
    assert ended.terms_hash in text.replace(" ", "")
    assert "Page 1 of " in text


def test_a_supplier_reads_its_own_side_only(sellers, ended) -> None:
    text = text_of(protocol_file(sellers[0], ended).content)

    assert "Baltmet AS" in text
    assert "540.00" in text
    assert not re.search(r"\b530\b", text)
    assert "Їжак" not in text
    assert "awarded to another supplier" in text


def test_it_speaks_the_readers_language_and_zone(officer, ended) -> None:
    User.objects.filter(pk=officer.user_id).update(time_zone="Europe/Kyiv")

    with translation.override("uk"):
        content = protocol_file(officer, ended).content
        protocol, outcome = translation.gettext("Protocol"), translation.gettext("Outcome")
    text = text_of(content)

    assert f"{protocol} {ended.reference}" in text
    assert outcome in text
    assert "Europe/Kyiv" in text
    assert PdfReader(BytesIO(content)).trailer["/Root"]["/Lang"] == "uk"


def test_every_letter_is_in_the_embedded_fonts(officer, ended) -> None:
    reader = PdfReader(BytesIO(protocol_file(officer, ended).content))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]

    assert {font["/BaseFont"].partition("+")[2] for font in fonts} == {
        "DejaVuSansBook", "DejaVuSansBold",
    }  # fmt: skip
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert len(descriptor["/FontFile2"].get_object().get_data()) > 1_000


def test_the_same_protocol_gives_the_same_bytes(officer, ended) -> None:
    first = protocol_file(officer, ended).content
    with time_machine.travel(utc_now() + timedelta(days=400), tick=False):
        later = protocol_file(officer, ended).content

    assert first == later
    assert first.startswith(b"%PDF-")


def test_there_is_none_before_the_end(officer, sellers) -> None:
    tender = house.published(officer, sellers)

    with pytest.raises(ProtocolNotReady):
        protocol_file(officer, tender)


def test_both_sides_fetch_it_by_page_and_by_api(officer, sellers, ended) -> None:
    stranger = house.supplier("Third AS")

    for name in ("tenders:protocol-pdf", "api-tender-protocol-pdf"):
        answers = []
        for actor in (officer, sellers[0], stranger):
            client = Client(headers={"X-Company": str(actor.company_id)})
            client.force_login(User.objects.get(pk=actor.user_id))
            answers.append(client.get(reverse(name, args=[ended.pk])))
        assert [answer.status_code for answer in answers] == [200, 200, 404]
        assert answers[0].headers["Content-Type"] == "application/pdf"
        assert answers[0].content.startswith(b"%PDF-")
        assert len(answers[0].content) < 200_000
