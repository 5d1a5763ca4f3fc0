"""The page of an offer's files, the files themselves, and both in the API."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from marketplace.catalog.models import OfferFile
from tests import catalog_house as house
from tests import files_made as made
from tests.people import api_client
from tests.tender_house import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]


@pytest.fixture
def manager():
    return house.manager()


@pytest.fixture
def offer(manager):
    return house.active(manager)


def upload(content=None, name="bolt.png"):
    return SimpleUploadedFile(name, content or made.picture())


def test_a_file_is_added_ordered_and_deleted_from_the_page(manager, offer):
    client, url = signed_in(manager), reverse("catalog:files", args=[offer.pk])
    assert "No picture yet" in client.get(url).content.decode()
    sent = client.post(url, {"kind": "image", "file": upload(), "alt_ru": "Болт"})
    assert sent.status_code == 302
    paper = client.post(
        url, {"kind": "manual", "file": upload(made.pdf(), "m.pdf"), "language": "uk"}
    )
    assert paper.status_code == 302
    shown = client.get(url).content.decode()
    assert 'alt="Болт" lang="ru"' in shown
    assert "Ukrainian · m.pdf" in shown
    picture = OfferFile.objects.get(kind="image")
    client.post(reverse("catalog:file-move", args=[picture.pk]))
    client.post(reverse("catalog:file-delete", args=[picture.pk]))
    assert not OfferFile.objects.filter(kind="image").exists()


def test_a_refused_file_is_told_beside_its_field_and_the_words_stay(manager, offer):
    url = reverse("catalog:files", args=[offer.pk])
    typed = {"kind": "image", "file": upload(made.pdf(), "a.pdf"), "alt_en": "A bolt"}
    answer = signed_in(manager).post(url, typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "<li>" in shown.partition('id="id_file_error"')[2][:500]
    assert 'value="A bolt"' in shown


def test_a_buyer_sees_pictures_and_documents_and_gets_them_harmless(manager, offer):
    picture, paper = house.picture(manager, offer), house.paper(manager, offer, "certificate")
    client = signed_in(house.buyer())
    shown = client.get(reverse("catalog:offer", args=[offer.pk])).content.decode()
    assert 'alt="A teal bolt" lang="en"' in shown
    assert "Certificate</a>" in shown
    for file, kind in ((picture, "image/jpeg"), (paper, "application/pdf")):
        answer = client.get(reverse("catalog:file", args=[file.pk]))
        assert answer["Content-Type"] == kind
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, no-store"
        assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content))
    small = client.get(reverse("catalog:file", args=[picture.pk]), {"small": "1"})
    large = client.get(reverse("catalog:file", args=[picture.pk]))
    assert int(small["Content-Length"]) < int(large["Content-Length"])


def test_files_over_the_api(manager, offer):
    client, own = api_client(manager), f"/api/v1/catalog/own-offers/{offer.pk}/files/"
    body = {"kind": "data_sheet", "language": "en", "file": upload(made.pdf(), "d.pdf")}
    made_file = client.post(own, body, format="multipart")
    assert (made_file.status_code, made_file.data["media_type"]) == (201, "application/pdf")
    body["file"] = upload(made.pdf(), "d.pdf")
    wrong = client.post(own, {**body, "file": upload(name="d.png")}, format="multipart")
    assert (wrong.status_code, wrong.data["field"]) == (422, "file")
    buyer = api_client(house.buyer())
    listed = buyer.get(f"/api/v1/catalog/offers/{offer.pk}/files/").data["results"]
    assert [each["name"] for each in listed] == ["d.pdf"]
    content = f"/api/v1/catalog/files/{listed[0]['id']}/"
    assert "attachment" in buyer.get(content)["Content-Disposition"]
    assert buyer.delete(content).status_code == 403
    assert client.delete(content).status_code == 204
    assert client.get(own).data["count"] == 0
