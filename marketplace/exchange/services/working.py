"""What workers do with imports. Whoever is killed leaves the last committed chunk behind; the next
one begins there."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import IntegrityError
from django.db.models import Q
from django.utils import translation

from crm_core.access.actor import load_actor
from crm_core.access.capabilities import Capability
from infra.alone import alone
from kernel.clock import utc_now
from kernel.errors import FairfallError
from marketplace.exchange.domain.columns import HeadingsWrong
from marketplace.exchange.models import ImportRun, RunState
from marketplace.exchange.services import applying, staging
from reference.errors import TableRefused

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 5
_WORK = (RunState.RECEIVED, RunState.READING, RunState.ACTIVATING, RunState.ROLLING_BACK)


def waiting() -> list[UUID]:
    """Imports that a worker has to look at: those at work, and those whose moment has come."""
    due = Q(state=RunState.SCHEDULED, activate_at__lte=utc_now())
    found = ImportRun.objects.filter(Q(state__in=_WORK) | due)
    return list(found.values_list("pk", flat=True))


def go_on(run_id: UUID) -> bool:
    """Read an import, make it active or take it back, as it stands; whether there was something to
    do. Two at once do it once."""
    with alone(run_id) as mine:
        run = ImportRun.objects.filter(pk=run_id).first() if mine else None
        if run is None:
            return False
        due = run.activate_at is not None and run.activate_at <= utc_now()
        if run.state == RunState.SCHEDULED and due:
            run.state = RunState.ACTIVATING
        if run.state not in _WORK:
            return False
        run.attempts += 1
        run.save(update_fields=["state", "attempts"])
        with translation.override(run.language):
            _do(run)
    return True


def _do(run: ImportRun) -> None:
    try:
        if run.attempts > MAX_ATTEMPTS:
            _give_up(run, "interrupted")
        elif run.state == RunState.ACTIVATING:
            _may(run)
            applying.activate(run)
        elif run.state == RunState.ROLLING_BACK:
            applying.roll_back(run)
        else:
            staging.read(run)
    except applying.MovedOn:
        staging.begin_anew(run)
        staging.read(run)
    except applying.Touched as touched:
        _give_up(run, "touched", ", ".join(touched.skus))
    except TableRefused as refused:
        _give_up(run, str(refused.data.get("reason", "kind")))
    except HeadingsWrong as refused:
        _give_up(run, refused.code, refused.column)
    except FairfallError as refused:
        _give_up(run, refused.code)
    except IntegrityError:
        # Somebody described one of its products a moment ago: the next attempt finds it.
        log.warning("an import met another", run=str(run.pk))
    except Exception:
        log.exception("an import failed", run=str(run.pk))
        _give_up(run, "internal")


def _may(run: ImportRun) -> None:
    """The one who asked for it may still publish, and the company too: a moment may be long ago."""
    actor = load_actor(run.acted_by_id, run.company_id)
    actor.require(Capability.OFFER_PUBLISH)


def _give_up(run: ImportRun, code: str, detail: str = "") -> None:
    """What was active stays so."""
    back = run.state == RunState.ROLLING_BACK
    ImportRun.objects.filter(pk=run.pk).update(
        state=RunState.ACTIVATED if back else RunState.REFUSED,
        failure=code[:40],
        failure_detail=detail[:200],
    )
