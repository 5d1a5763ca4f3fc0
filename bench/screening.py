"""Screening a company against long lists: its names, three directors and three owners.

Half of the companies name somebody listed, with two letters swapped. The floor is what it takes
without any index: each of the names compared with every listed one by rapidfuzz, in memory.
"""

from __future__ import annotations

import json
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.house import House
from bench.names import Made, Names
from bench.percentiles import percentile
from bench.sizes import Sizes

SEED = 20261122
PEOPLE = 6
KEYS = (
    *("screening_names", "screening_import_s", "screening_import_mb"),
    *("screening_company_p50_ms", "screening_company_p99_ms", "screening_found"),
    "floor_scan_ms",
)
"""What every run gives."""


@dataclass(frozen=True, slots=True)
class _Case:
    company: str
    latin: str
    people: tuple[str, ...]
    listed: str  # the publisher's number of whom it names, or nothing


def measure(house: House, sizes: Sizes, say: Callable[[str], None]) -> dict[str, float]:
    """The figures of one run. Needs Django set up."""
    from crm_core.screening.services.imports import import_files

    source = Names(SEED)
    made = list(source.entities(sizes.listed_names))
    file = _written(house.var_dir / "made.ftm.json", made)
    say(f"Importing {sizes.listed_names} names")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    version = import_files(paths=[file], source="made-up")
    figures = {
        "screening_names": float(version.names),
        "screening_import_s": time.monotonic() - began,
        # The peak of the process, above what it had before.
        "screening_import_mb": max(
            1.0, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        ),
    }
    file.unlink()
    say(f"Screening {sizes.screened_companies} companies")
    cases = _cases(source, made, sizes.screened_companies)
    seconds, found = zip(*(_screened(case) for case in cases), strict=True)
    hidden = [each for each in found if each is not None]
    figures |= {
        "screening_company_p50_ms": percentile(seconds, 0.5) * 1000,
        "screening_company_p99_ms": percentile(seconds, 0.99) * 1000,
        "screening_found": sum(hidden) / len(hidden),
        "floor_scan_ms": _floor(made, cases) * 1000,
    }
    return figures


def _written(file: Path, made: list[Made]) -> Path:
    with file.open("w") as out:
        for each in made:
            properties = {
                "name": [each.names[0]], "alias": list(each.names[1:]),
                "country": [each.country.lower()],
                **({"birthDate": [each.birth]} if each.person else {}),
            }  # fmt: skip
            schema = "Person" if each.person else "Company"
            entity = {"id": f"m-{each.number}", "schema": schema, "properties": properties,
                      "target": True}  # fmt: skip
            out.write(json.dumps(entity) + "\n")
    return file


def _cases(source: Names, made: list[Made], many: int) -> list[_Case]:
    chosen = random.Random(SEED)
    cases = []
    for number in range(many):
        company, people = source.company(), [source.person() for _ in range(PEOPLE)]
        listed = ""
        if number % 2:
            target = chosen.choice(made)
            name = source.typo(chosen.choice(target.names))
            listed = f"m-{target.number}"
            if target.person:
                people[chosen.randrange(PEOPLE)] = name
            else:
                company = name
        cases.append(_Case(company, source.company(), tuple(people), listed))
    return cases


def _screened(case: _Case) -> tuple[float, bool | None]:
    """Seconds for the whole company, and whether whom it names was found."""
    from crm_core.companies.services import create_company
    from crm_core.screening.models import Hit, ScreeningRun, Subject
    from crm_core.screening.services import running, subjects

    company = create_company(
        legal_name=case.company, latin_name=case.latin, country="AE", sells=True
    )
    subjects.company_changed(company.pk)
    for number, name in enumerate(case.people):
        subjects.watch_person(
            urn=f"{company.urn}:person:{number}", company_id=company.pk, names=[name],
            capacity="director" if number % 2 else "owner",
        )  # fmt: skip
    ScreeningRun.objects.all().update(state=ScreeningRun.State.SUPERSEDED)
    ids = list(Subject.objects.filter(company=company).values_list("pk", flat=True))
    began = time.monotonic()
    for subject_id in ids:
        running.screen(subject_id, cause="asked")
    seconds = time.monotonic() - began
    if not case.listed:
        return seconds, None
    hits = Hit.objects.filter(subject__company=company, uid=case.listed)
    return seconds, hits.exists()


def _floor(made: list[Made], cases: list[_Case]) -> float:
    from rapidfuzz import fuzz, process

    listed = [name for each in made for name in each.names]
    times = []
    for case in cases[:3]:
        began = time.monotonic()
        for name in (case.company, case.latin, *case.people):
            process.extract(name, listed, scorer=fuzz.token_sort_ratio, limit=10)
        times.append(time.monotonic() - began)
    return min(times)
