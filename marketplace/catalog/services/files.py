"""Pictures and documents of offers: added, put in order, deleted, and given to who may see them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from infra.files import clamd, vault
from infra.files.errors import FileMissing
from infra.files.inspection import Inspected, Readable, inspect
from infra.files.kinds import FileKind
from infra.files.pictures import smaller
from marketplace.catalog.errors import (
    FieldWrong,
    FileInfected,
    FileLost,
    FilesTooMany,
    FileThere,
    FileUnscanned,
)
from marketplace.catalog.models import FileLanguage, Offer, OfferFile, OfferFileKind
from marketplace.catalog.policies import own_file, own_offer, seen_file
from marketplace.catalog.services import checks

MOST_FILES = 40
LARGE, SMALL = 1600, 320
"""The longer side of a picture as it is kept, in pixels."""
PICTURES = frozenset({FileKind.PNG, FileKind.JPEG})
_ALT = ("alt_en", "alt_ru", "alt_uk")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInput:
    """What is said about a file: of a picture what it shows, of a document its language."""

    kind: str
    language: str = ""
    alt_en: str = ""
    alt_ru: str = ""
    alt_uk: str = ""


def types_of(kind: str) -> frozenset[FileKind]:
    """The types of file that a kind is taken in, as far as the operator allows them."""
    allowed = frozenset(FileKind(each) for each in settings.UPLOAD_TYPES)
    if kind == OfferFileKind.IMAGE:
        return allowed & PICTURES
    return allowed & {FileKind.PDF, FileKind.DOCX, FileKind.XLSX}


def add_file(
    *, actor: Actor, offer_id: UUID, typed: FileInput, file: Readable | None, name: str
) -> OfferFile:
    """Put a file last. Raises FieldWrong, a FileRefused, FileThere, FilesTooMany, FileInfected,
    FileUnscanned."""
    own_offer(actor, offer_id, Capability.OFFER_EDIT)
    told = _checked(typed)
    if file is None:
        raise FileMissing()
    seen = inspect(
        name=name, file=file, largest=settings.UPLOAD_LIMIT, allowed=types_of(typed.kind)
    )
    _scan(seen.content)
    made = OfferFile(
        kind=typed.kind, name=seen.name, file_kind=seen.kind, size=seen.size, sha256=seen.sha256,
        uploaded_by_id=actor.user_id, **told,
    )  # fmt: skip
    kept = _keep(made, seen)
    try:
        with transaction.atomic():
            offer = own_offer(actor, offer_id, Capability.OFFER_EDIT, lock=True)
            _put_last(made, offer)
    except BaseException:
        for each in kept:
            with contextlib.suppress(OSError):
                vault.forget(each)
        raise
    return made


def move_file(*, actor: Actor, file_id: UUID, up: bool) -> OfferFile:
    """Change places with the one before, or after, of the same sort (picture or document); the
    first and the last stay. Raises OfferFileNotFound."""
    with transaction.atomic():
        found = own_file(actor, file_id)
        own_offer(actor, found.offer_id, Capability.OFFER_EDIT, lock=True)
        found.refresh_from_db()
        others = OfferFile.objects.filter(offer_id=found.offer_id)
        sort = {"kind": OfferFileKind.IMAGE}
        others = others.filter(**sort) if found.is_image else others.exclude(**sort)
        if up:
            other = others.filter(position__lt=found.position).last()
        else:
            other = others.filter(position__gt=found.position).first()
        if other is not None:
            found.position, other.position = other.position, found.position
            OfferFile.objects.bulk_update([found, other], ["position"])
    return found


def delete_file(*, actor: Actor, file_id: UUID) -> UUID:
    """Remove a file for good; the offer's id. Raises OfferFileNotFound."""
    with transaction.atomic():
        found = own_file(actor, file_id)
        offer, names = found.offer_id, [each for each in (found.stored_as, found.small_as) if each]
        found.delete()
        for each in names:
            transaction.on_commit(lambda name=each: vault.forget(name), robust=True)
    return offer


def content_for(*, actor: Actor, file_id: UUID, small: bool = False) -> tuple[OfferFile, IO[bytes]]:
    """A file that the actor may see and its bytes, of a picture the small size where asked for.

    Raises OfferFileNotFound, FileLost.
    """
    found = seen_file(actor, file_id)
    try:
        return found, vault.opened(found.small_as if small and found.small_as else found.stored_as)
    except OSError as error:
        raise FileLost() from error


def _checked(typed: FileInput) -> dict[str, str]:
    if typed.kind not in OfferFileKind.values:
        raise FieldWrong(field="kind", reason=_("Choose from the list."))
    if typed.kind == OfferFileKind.IMAGE:
        told = {name: checks.text(name, getattr(typed, name), 200) for name in _ALT}
        if not any(told.values()):
            reason = _("Say in one language at least what the picture shows: some hear the page.")
            raise FieldWrong(field="alt_en", reason=reason)
        return told
    if typed.language not in FileLanguage.values:
        raise FieldWrong(field="language", reason=_("Choose the document's language."))
    return {"language": typed.language}


def _scan(content: bytes) -> None:
    """Ask the scanner, where there is one, before anything is kept."""
    try:
        if not settings.CLAMD_URL:
            raise clamd.ScannerAway
        verdict = clamd.scan(BytesIO(content), url=settings.CLAMD_URL)
    except clamd.ScannerAway as error:
        if settings.REQUIRE_SCAN:
            raise FileUnscanned(field="file") from error
        return
    if not verdict.clean:
        raise FileInfected(field="file", signature=verdict.signature)


def _keep(made: OfferFile, seen: Inspected) -> list[str]:
    """Store the bytes; the names under which they are kept."""
    if not made.is_image:
        made.stored_as = vault.keep(seen.content)
        return [made.stored_as]
    large, small = smaller(seen.content, LARGE, SMALL)
    made.name, made.file_kind = f"{PurePath(seen.name).stem}.jpg", FileKind.JPEG
    made.size = len(large)
    made.stored_as, made.small_as = vault.keep(large), vault.keep(small)
    return [made.stored_as, made.small_as]


def _put_last(made: OfferFile, offer: Offer) -> None:
    there = list(OfferFile.objects.filter(offer=offer))
    if len(there) >= MOST_FILES:
        raise FilesTooMany(limit=MOST_FILES)
    if any((each.kind, each.sha256) == (made.kind, made.sha256) for each in there):
        raise FileThere(field="file")
    made.offer = offer
    made.position = there[-1].position + 1 if there else 1
    made.save(force_insert=True)
