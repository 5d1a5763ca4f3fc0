"""A made-up list for the demonstration, so that its operator has hits to decide.

Fairfall ships no list of anybody: nobody here exists, and some names are like those of the
demonstration's own companies.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import orjson

from config.demo.companies import OPERATOR
from crm_core.people.models import User
from crm_core.screening.models import ListSource
from crm_core.screening.services.imports import import_files
from kernel.clock import utc_now

CODE = "made-up-demo"
_NUMBER = 990_000

COMPANIES = (
    ("Ferum Trade LLC", "ru", ("ООО Ферум Трейд",)),
    ("Vormsi Terras Holding", "ee", ()),
    ("Anadolu Celik Denizcilik", "tr", ("Anadolu Steel Shipping",)),
    ("Nord Meridian Testing Company", "cy", ("NMTC",)),
    ("Zarechny Sample Works JSC", "ru", ("АО Заречный Образец",)),
    ("Kestrel Example Shipping FZE", "ae", ()),
)
PEOPLE = (
    ("Ivan Sergeyevich Probov", "ru", "1968-12-10", ("Иван Сергеевич Пробов",)),
    ("Giulia Ferro", "it", "1971", ()),
    ("Samuel Example Okoro", "ng", "1980-02-01", ()),
)


def load(say: Callable[[str], None]) -> None:
    """Import the list, once."""
    if ListSource.objects.filter(code=CODE).exists():
        return
    seen = f"{utc_now().date()}T06:00:00"
    rows = [
        _row(number, "Company", name, seen, {"jurisdiction": [country], "alias": list(aliases)})
        for number, (name, country, aliases) in enumerate(COMPANIES, _NUMBER)
    ] + [
        _row(number, "Person", name, seen,
             {"nationality": [country], "birthDate": [born], "alias": list(aliases)})
        for number, (name, country, born, aliases) in enumerate(PEOPLE, _NUMBER + 500)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made-up-demo.ftm.json"
        file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
        operator = User.objects.get(email=OPERATOR.people[0].email)
        import_files(paths=[file], source=CODE, user_id=operator.pk)
    say("Screening: a made-up list is active; some companies have names like those on it.")


def _row(
    number: int, schema: str, name: str, seen: str, properties: dict[str, list[str]]
) -> dict[str, object]:
    note = "Made up for the demonstration: nobody of this name is listed anywhere."
    return {
        "id": f"demo-{number}", "caption": name, "schema": schema, "target": True,
        "last_seen": seen, "datasets": [CODE],
        "properties": {"name": [name], "notes": [note], **properties},
    }  # fmt: skip
