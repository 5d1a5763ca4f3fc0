"""Pictures and documents of offers: taken by content, kept small, seen by whom the offer is."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from crm_core.companies.models import Standing
from crm_core.companies.services import set_standing
from infra.files import clamd, vault
from infra.files.errors import FileExpands, FileTypeNotAllowed
from infra.files.pictures import smaller
from marketplace.catalog import errors
from marketplace.catalog.models import OfferFile
from marketplace.catalog.services import files, offers
from marketplace.catalog.services.files import FileInput
from tests import catalog_house as house
from tests import files_made as made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]


@pytest.fixture
def manager():
    return house.manager()


@pytest.fixture
def offer(manager):
    return house.active(manager)


def read(actor, file, **more):
    with files.content_for(actor=actor, file_id=file.pk, **more)[1] as opened:
        return opened.read()


def add(manager, offer, content, name, **told):
    return files.add_file(
        actor=manager, offer_id=offer.pk, typed=FileInput(**told), file=made.Upload(content),
        name=name,
    )  # fmt: skip


def test_a_picture_is_kept_in_two_sizes_without_what_the_camera_wrote(manager, offer):
    out, exif = BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at home"  # to be turned by a quarter; a description
    Image.new("RGB", (2000, 1000), "red").save(out, "JPEG", exif=exif)
    picture = add(manager, offer, out.getvalue(), "bolt.jpeg", kind="image", alt_uk="Болт")

    large, small = read(manager, picture), read(manager, picture, small=True)
    assert Image.open(BytesIO(large)).size == (800, 1600)
    assert Image.open(BytesIO(small)).size == (160, 320)
    assert b"taken at home" in out.getvalue()
    assert b"taken at home" not in large + small
    assert (picture.name, picture.alt, picture.alt_language) == ("bolt.jpg", "Болт", "uk")


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr("infra.files.pictures.MOST_PIXELS", 1199)
    with pytest.raises(FileExpands):
        smaller(made.picture(), 10)


def test_a_picture_says_what_it_shows_and_a_document_its_language(manager, offer):
    for told, field in (({"kind": "image"}, "alt_en"), ({"kind": "manual"}, "language"),
                        ({"kind": "manual", "language": "de"}, "language"),
                        ({"kind": "film"}, "kind")):  # fmt: skip
        with pytest.raises(errors.FieldWrong) as refused:
            add(manager, offer, made.picture(), "a.png", **told)
        assert refused.value.field == field
    with pytest.raises(FileTypeNotAllowed):
        add(manager, offer, made.pdf(), "a.pdf", kind="image", alt_en="A bolt")
    with pytest.raises(FileTypeNotAllowed):
        add(manager, offer, made.picture(), "a.png", kind="manual", language="en")
    assert not OfferFile.objects.exists()


def test_the_same_file_is_there_once_and_there_is_an_end(manager, offer, monkeypatch):
    house.picture(manager, offer)
    with pytest.raises(errors.FileThere):
        house.picture(manager, offer)
    monkeypatch.setattr(files, "MOST_FILES", 1)
    with pytest.raises(errors.FilesTooMany):
        house.paper(manager, offer)


def test_files_change_places_within_their_sort(manager, offer):
    red, paper, blue = (house.picture(manager, offer, "red"), house.paper(manager, offer),
                        house.picture(manager, offer, "blue"))  # fmt: skip

    def order():
        return [each.pk for each in OfferFile.objects.filter(offer=offer)]

    files.move_file(actor=manager, file_id=blue.pk, up=True)
    assert order() == [blue.pk, paper.pk, red.pk]
    files.move_file(actor=manager, file_id=blue.pk, up=True)  # the first stays
    files.move_file(actor=manager, file_id=paper.pk, up=False)  # and so does the only one
    assert order() == [blue.pk, paper.pk, red.pk]
    files.move_file(actor=manager, file_id=blue.pk, up=False)
    assert order() == [red.pk, paper.pk, blue.pk]


def test_a_deleted_file_is_gone_from_the_storage(
    manager, offer, django_capture_on_commit_callbacks
):
    picture = house.picture(manager, offer)
    with django_capture_on_commit_callbacks(execute=True):
        files.delete_file(actor=manager, file_id=picture.pk)
    assert not OfferFile.objects.exists()
    for name in (picture.stored_as, picture.small_as):
        assert not vault.storage().exists(name)


def test_files_are_seen_where_the_offer_is(manager, offer):
    buyer, rival = house.buyer(), house.manager()
    paper = house.paper(manager, offer)
    hidden = house.paper(manager, house.draft(manager, sku="D-1", gtin=""))
    assert read(buyer, paper) == read(manager, paper)
    assert read(manager, hidden)

    def nobody(actor, file):
        with pytest.raises(errors.OfferFileNotFound):
            read(actor, file)

    nobody(buyer, hidden)
    nobody(rival, paper)
    for act in (
        lambda: files.delete_file(actor=rival, file_id=paper.pk),
        lambda: files.move_file(actor=rival, file_id=paper.pk, up=True),
    ):
        with pytest.raises(errors.OfferFileNotFound):
            act()
    with pytest.raises(errors.OfferNotFound):
        house.paper(rival, offer)
    offers.withdraw_offer(actor=manager, offer_id=offer.pk)
    nobody(buyer, paper)
    offers.put_back_offer(actor=manager, offer_id=offer.pk)
    set_standing(company_id=manager.company_id, standing=Standing.SUSPENDED)
    nobody(buyer, paper)


def test_the_scanner_is_asked_before_anything_is_kept(manager, offer, settings, monkeypatch):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    answers = iter([clamd.Verdict("Eicar"), clamd.ScannerAway(), clamd.ScannerAway()])

    def scan(_file, *, url):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(clamd, "scan", scan)
    with pytest.raises(errors.FileInfected):
        house.paper(manager, offer)
    settings.REQUIRE_SCAN = True
    with pytest.raises(errors.FileUnscanned):
        house.paper(manager, offer)
    assert not OfferFile.objects.exists()
    settings.REQUIRE_SCAN = False
    assert house.paper(manager, offer).pk


def test_the_database_wants_pictures_described_and_documents_in_a_language(manager, offer):
    picture, paper = house.picture(manager, offer), house.paper(manager, offer)
    for file, wrong in ((picture, {"alt_en": ""}), (picture, {"language": "en"}),
                        (paper, {"language": ""}), (paper, {"kind": "film"})):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            OfferFile.objects.filter(pk=file.pk).update(**wrong)
