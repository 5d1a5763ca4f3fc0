"""Importing a version of a list: recognised, read, merged, and made active if nothing is odd.

Nothing of an import is seen by anybody before it was read to its end: what was read lies in a
staging table, and the version gets its number in the transaction that merges it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_slug
from django.db import transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.screening import tasks
from crm_core.screening.errors import ListAlreadyImported, ListCodeInvalid, ListFileRefused
from crm_core.screening.formats.listed import FileRefused, Reading
from crm_core.screening.formats.recognising import SOURCES, Recognised, recognise
from crm_core.screening.models import ListSource, ListVersion
from crm_core.screening.services import files as kept_files
from crm_core.screening.services import staging
from crm_core.screening.services.activation import make_active
from crm_core.screening.wording import refusal
from infra.alone import alone
from kernel.clock import utc_now
from kernel.ids import new_id

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
FAULTS_ALLOWED = 1000
"""With more unreadable rows than that, and more than a tenth of all, a file is given up."""

State = ListVersion.State


def upload(
    *, actor: Actor, uploads: Sequence[UploadedFile], source: str = "", activate: bool = True
) -> ListVersion:
    """Take files that a person gives; they are read in the background.

    Raises ListFileRefused, ListFileTooLarge, ListCodeInvalid, ListAlreadyImported.
    """
    actor.require(Capability.SCREENING_IMPORT)
    version_id = new_id()
    try:
        kept = kept_files.keep(version_id, uploads)
        found = _recognised(kept_files.paths(version_id))
        with transaction.atomic():
            version = _queued(
                version_id, found, kept, code=source, activate=activate, user_id=actor.user_id
            )
            transaction.on_commit(lambda: tasks.read_version.delay(str(version_id)), robust=True)
    except BaseException:
        kept_files.forget(version_id)
        raise
    return version


def import_files(
    *, paths: Sequence[Path], source: str = "", activate: bool = True, user_id: UUID | None = None
) -> ListVersion:
    """Read files of this machine now, as the management command does.

    Raises what :func:`upload` raises, and ListFileRefused for what is found while reading.
    """
    kept = kept_files.look_at(paths)
    found = _recognised(paths)
    version_id = new_id()
    with alone(version_id):  # before it is there, so that no worker looks for files of its own
        with transaction.atomic():
            version = _queued(
                version_id, found, kept, code=source, activate=activate, user_id=user_id
            )
        read(version_id, found)
    version.refresh_from_db()
    if version.state == State.FAILED:
        raise ListFileRefused(
            field="files", why=version.failure,
            reason=refusal(version.failure, version.failure_detail),
        )  # fmt: skip
    return version


def read(version_id: UUID, found: Recognised | None = None) -> bool:
    """Read a waiting import; whether it was read now. Two at once read it once.

    An import whose process was killed is begun again, three times at most.
    """
    with alone(version_id) as mine:
        if not mine:
            return False
        version = ListVersion.objects.select_related("source").get(pk=version_id)
        if version.state not in (State.QUEUED, State.READING):
            return False
        version.state, version.attempts = State.READING, version.attempts + 1
        version.save(update_fields=["state", "attempts"])
        try:
            _clear(version)
            if version.attempts > MAX_ATTEMPTS:
                raise FileRefused("interrupted")
            found = found or _found(version_id)
            _read(version, found.read())
        except FileRefused as refused:
            _fail(version, refused.code, refused.detail)
        except Exception:
            log.exception("an import failed", version=str(version_id))
            _fail(version, "internal", "")
        finally:
            if version.state != State.READING:
                kept_files.forget(version_id)
        return version.state == State.READY


def unread() -> list[UUID]:
    """Imports that wait or whose process may have been killed."""
    return list(
        ListVersion.objects.filter(state__in=(State.QUEUED, State.READING)).values_list(
            "pk", flat=True
        )
    )


def _recognised(paths: Sequence[Path]) -> Recognised:
    try:
        return recognise(paths)
    except FileRefused as refused:
        raise ListFileRefused(
            field="files", why=refused.code, reason=refusal(refused.code, refused.detail)
        ) from refused


def _found(version_id: UUID) -> Recognised:
    paths = kept_files.paths(version_id)
    if not paths:
        raise FileRefused("files_gone")
    return recognise(paths)


def _queued(
    version_id: UUID,
    found: Recognised,
    kept: Sequence[kept_files.KeptFile],
    *,
    code: str,
    activate: bool,
    user_id: UUID | None,
) -> ListVersion:
    source, _ = ListSource.objects.get_or_create(code=_code(code) or SOURCES[found.format])
    digest = kept_files.whole_hash(kept)
    same = ListVersion.objects.filter(source=source, sha256=digest, state=State.READY).first()
    if same is not None:
        raise ListAlreadyImported(number=same.number)
    return ListVersion.objects.create(
        pk=version_id,
        source=source,
        format=found.format.value,
        files=[each.record() for each in kept],
        sha256=digest,
        size=sum(each.size for each in kept),
        imported_by_id=user_id,
        activate_when_read=activate,
    )


def _code(text: str) -> str:
    code = text.strip().lower()
    if not code:
        return ""
    try:
        validate_slug(code)
    except ValidationError as error:
        raise ListCodeInvalid(field="source") from error
    if len(code) > 60:
        raise ListCodeInvalid(field="source")
    return code


def _read(version: ListVersion, reading: Reading) -> None:
    for read_so_far, faults in staging.stage(version, reading.entries):
        version.entries_read, version.faults = read_so_far, faults
        version.save(update_fields=["entries_read", "faults"])
        if faults > FAULTS_ALLOWED and faults * 10 > read_so_far + faults:
            raise FileRefused("too_many_faults", str(faults))
    if not version.entries_read:
        raise FileRefused("no_entity")
    version.published_on = reading.published_on
    with transaction.atomic():
        source = ListSource.objects.select_for_update(of=("self",)).get(pk=version.source_id)
        _finish(version, source)


def _finish(version: ListVersion, source: ListSource) -> None:
    before = source.active
    merged = staging.merge(version, source)
    source.newest = merged.number
    source.save(update_fields=["newest"])
    version.number, version.state = merged.number, State.READY
    version.entities, version.names = merged.entities, merged.names
    version.new, version.changed, version.gone = merged.new, merged.changed, merged.gone
    version.faults += merged.duplicates
    version.finished_at = utc_now()
    version.held_because = _odd(version, before) if version.activate_when_read else "asked"
    version.save()
    if not version.held_because:
        make_active(source, version, user_id=version.imported_by_id)


def _odd(version: ListVersion, before: ListVersion | None) -> str:
    """Why a person must look before the version is made active; nothing if all is well."""
    if version.faults:
        return "faults"
    if before is None:
        return ""
    if version.entities * 2 < before.entities:
        return "shrunk"
    days = (version.published_on, before.published_on)
    if all(days) and days[0] < days[1]:  # type: ignore[operator]
        return "older"
    return ""


def _fail(version: ListVersion, code: str, detail: str) -> None:
    _clear(version)
    version.state, version.finished_at = State.FAILED, utc_now()
    version.failure, version.failure_detail = code, detail[:300]
    version.save(update_fields=["state", "finished_at", "failure", "failure_detail"])


def _clear(version: ListVersion) -> None:
    staging.clear(version)
    version.fault_rows.all().delete()
