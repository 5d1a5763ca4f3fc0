"""Imports uploaded, approved, refused, made active at a moment and taken back."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from infra.files import archives, vault
from infra.files.errors import FileEmpty, FileTooLarge
from infra.files.names import safe_name
from kernel.clock import utc_now
from marketplace.catalog.policies import require_seller
from marketplace.exchange import tasks
from marketplace.exchange.errors import (
    ImportOpen,
    LaterActive,
    MomentPast,
    NothingToActivate,
    OwnApproval,
    SameFile,
    StateMoved,
)
from marketplace.exchange.models import OPEN, ImportRule, ImportRun, RunState
from marketplace.exchange.policies import own_run, require_approver
from reference.errors import TableRefused
from reference.imports.tables import text_of

MEGABYTE = 1024 * 1024


class Upload(Protocol):
    """What is uploaded: Django's UploadedFile has this shape."""

    size: int
    name: str

    def read(self, size: int = -1, /) -> bytes: ...


def upload(*, actor: Actor, file: Upload, whole: bool = False) -> ImportRun:
    """Take a file; it is read in the background. ``whole``: it holds everything the company sells,
    so offers that are not in it are to be withdrawn.

    Raises ImportOpen, SameFile, TableRefused and what refuses a file.
    """
    require_seller(actor, Capability.OFFER_EDIT)
    if file.size > settings.UPLOAD_LIMIT:
        raise FileTooLarge(limit_mb=settings.UPLOAD_LIMIT // MEGABYTE)
    name = safe_name(file.name)
    content = file.read(settings.UPLOAD_LIMIT + 1)
    if not content.strip():
        raise FileEmpty()
    form, lines = _measured(content)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        Company.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.company_id)
        _refuse_second(actor, digest)
        run = ImportRun(
            company_id=actor.company_id, file_name=name, kept=vault.keep(content), sha256=digest,
            form=form, lines=lines, whole=whole, language=(get_language() or "en")[:2],
            created_by_id=actor.user_id,
        )  # fmt: skip
        try:
            run.save(force_insert=True)
        except IntegrityError:
            vault.forget(run.kept)
            raise
        _begin(run)
    run.refresh_from_db()
    return run


def approve(*, actor: Actor, run_id: UUID) -> ImportRun:
    """Let an import go on that exceeds the company's limits. Raises OwnApproval, StateMoved."""
    require_approver(actor)
    with transaction.atomic():
        run = own_run(actor, run_id, lock=True)
        if run.state != RunState.WAITING:
            raise StateMoved()
        if run.created_by_id == actor.user_id:
            raise OwnApproval()
        run.state, run.approved_by_id, run.approved_at = RunState.STAGED, actor.user_id, utc_now()
        run.save(update_fields=["state", "approved_by", "approved_at"])
    return run


def refuse(*, actor: Actor, run_id: UUID) -> ImportRun:
    """Give an import up before it is active; nothing changes. Raises StateMoved."""
    require_approver(actor)
    with transaction.atomic():
        run = own_run(actor, run_id, lock=True)
        if run.state not in (RunState.STAGED, RunState.WAITING, RunState.SCHEDULED):
            raise StateMoved()
        run.state, run.failure, run.activate_at = RunState.REFUSED, "given_up", None
        run.acted_by_id = actor.user_id
        run.save(update_fields=["state", "failure", "activate_at", "acted_by"])
    return run


def activate(*, actor: Actor, run_id: UUID, at: datetime | None = None) -> ImportRun:
    """Make the offers what the right rows say, now or at a moment to come.

    Raises StateMoved, NothingToActivate, MomentPast.
    """
    with transaction.atomic():
        run = own_run(actor, run_id, Capability.OFFER_PUBLISH, lock=True)
        if run.state not in (RunState.STAGED, RunState.SCHEDULED):
            raise StateMoved()
        if not (run.new or run.changed or run.gone):
            raise NothingToActivate()
        if at is not None and at <= utc_now():
            raise MomentPast(field="at")
        run.state = RunState.ACTIVATING if at is None else RunState.SCHEDULED
        run.activate_at, run.acted_by_id = at, actor.user_id
        run.failure = run.failure_detail = ""
        run.attempts = 0
        run.save()
        if at is None:
            _begin(run)
    run.refresh_from_db()
    return run


def roll_back(*, actor: Actor, run_id: UUID) -> ImportRun:
    """Bring back what was before an import: refused, with the reason kept on it, where something
    that it changed was changed since. Raises StateMoved, ImportOpen, LaterActive."""
    with transaction.atomic():
        require_seller(actor, Capability.OFFER_PUBLISH)
        Company.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.company_id)
        run = own_run(actor, run_id, Capability.OFFER_PUBLISH, lock=True)
        if run.state != RunState.ACTIVATED:
            raise StateMoved()
        others = ImportRun.objects.filter(company_id=actor.company_id).exclude(pk=run.pk)
        if others.filter(state__in=OPEN).exists():
            raise ImportOpen()
        later = others.filter(state=RunState.ACTIVATED, activated_at__gt=run.activated_at)
        if later.exists():
            raise LaterActive()
        run.state, run.acted_by_id, run.attempts = RunState.ROLLING_BACK, actor.user_id, 0
        run.failure = run.failure_detail = ""
        run.save()
        _begin(run)
    run.refresh_from_db()
    return run


def set_rule(*, actor: Actor, most_rise: Decimal | None, most_gone: Decimal | None) -> ImportRule:
    """Set from which percentages on a second person approves. For those who manage the company:
    whoever uploads files must not set it alone."""
    require_seller(actor, Capability.COMPANY_MANAGE)
    made, _created = ImportRule.objects.update_or_create(
        company_id=actor.company_id,
        defaults={
            "most_rise": most_rise, "most_gone": most_gone,
            "set_by_id": actor.user_id, "set_at": utc_now(),
        },
    )  # fmt: skip
    return made


def _measured(content: bytes) -> tuple[str, int | None]:
    """The form of a file and about how many lines it has. Raises TableRefused."""
    if content.startswith(archives.ZIP_SIGNATURE):
        return "xlsx", None
    text = text_of(content)
    if "\0" in text:
        raise TableRefused(reason="encoding")
    return "csv", text.count("\n") + 1


def _refuse_second(actor: Actor, digest: str) -> None:
    runs = ImportRun.objects.filter(company_id=actor.company_id)
    if runs.filter(state__in=OPEN).exists():
        raise ImportOpen()
    latest = runs.filter(state=RunState.ACTIVATED).order_by("-activated_at").first()
    if latest is not None and latest.sha256 == digest:
        raise SameFile()


def _begin(run: ImportRun) -> None:
    transaction.on_commit(lambda: tasks.go_on.delay(str(run.pk)), robust=True)
