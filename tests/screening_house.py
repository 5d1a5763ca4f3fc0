"""Lists, operators and companies for tests of screening."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.companies.models import Company, Role
from crm_core.screening.models import Hit, ListVersion, ScreeningRun, Subject
from crm_core.screening.services import running
from crm_core.screening.services.imports import import_files
from crm_core.screening.services.subjects import company_changed, watch_person
from kernel.clock import utc_now
from tests.people import make_actor, make_company

DATA = Path(__file__).parent / "data" / "screening"
VOSTOK = "Vostok Testing Trading Company Limited"


def verifier() -> Actor:
    """A verifier of the operator's company."""
    return make_actor(Role.VERIFIER)


def administrator() -> Actor:
    """A platform administrator."""
    return make_actor(Role.PLATFORM_ADMIN)


def entity(uid: str, *names: str, schema: str = "Company", **properties: Any) -> dict[str, Any]:
    """A FollowTheMoney entity; further properties are texts or lists of texts."""
    kept = {key: [each] if isinstance(each, str) else each for key, each in properties.items()}
    return {
        "id": uid, "schema": schema, "target": True, "caption": names[0] if names else "",
        "properties": {"name": list(names), **kept},
    }  # fmt: skip


LISTED = entity("1", VOSTOK, weakAlias="VTT", jurisdiction="ru", innCode="7799000111")
PERSON = entity("3", "Ivan Probov", schema="Person", birthDate="1968-12-10", nationality="ru")
IN_FULL = entity("3", "Ivan Sergeyevich Probov", schema="Person", birthDate="1968-12-10",
                 nationality="ru", alias=["Иван Пробов"])  # fmt: skip
OTHER = entity("2", "Meadow Dairy Cooperative", jurisdiction="dk")


def write(
    folder: Path, *entities: dict[str, Any], day: date | None = None, name: str = "list.json"
) -> Path:
    """A file of these entities, exported today unless told otherwise."""
    seen = f"{day or utc_now().date()}T06:20:02"
    file = folder / name
    file.write_text("".join(json.dumps({**each, "last_seen": seen}) + "\n" for each in entities))
    return file


def listed(
    folder: Path, *entities: dict[str, Any], source: str = "made", **options: Any
) -> ListVersion:
    """An imported version of these entities."""
    days = options.pop("days_old", 0)
    file = write(folder, *entities, day=utc_now().date() - timedelta(days=days))
    version = import_files(paths=[file], source=source, **options)
    settle()
    return version


def settle() -> None:
    """Do the screenings that wait, as a worker would after the commit."""
    for run_id in ScreeningRun.objects.filter(state="queued").values_list("pk", flat=True):
        while running.go_on(run_id):
            pass


def company(**fields: Any) -> tuple[Company, Subject]:
    """A company, screened at once."""
    made = make_company(**fields)
    subject = company_changed(made.pk)
    settle()
    subject.refresh_from_db()
    return made, subject


def person(company_id: UUID, *names: str, **options: Any) -> Subject:
    """A director, screened at once."""
    known = {"urn": "urn:test:person:1", "capacity": "director", **options}
    subject = watch_person(company_id=company_id, names=names, **known)
    settle()
    subject.refresh_from_db()
    return subject


def only_hit(subject: Subject) -> Hit:
    """The one hit of a subject."""
    return subject.hits.get()


def text(answer: Any) -> str:
    """A page as it is read."""
    return str(answer.content.decode().replace("\u00a0", " "))
