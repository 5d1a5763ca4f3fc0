"""Reading and writing the rows of the table.

A row is a line of ``rows/*.txt``::

    GET tenders:edit | 302 | 403 | 403 officer=200 | 403 bidder=404 | 403 officer=404 | 403

method and name of the pattern, then what is answered to: a guest, somebody without a company, and
the people of the buyer, of the invited supplier, of a company that has nothing to do with it, and
of the operator: the status for everybody there, then the roles that get another one. For a socket
that is 101 where it opens, else the code it is closed with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.api.access_table.house import COMPANIES, GUEST, OUTSIDER, House

ROWS = Path(__file__).parent / "rows"
Who = tuple[str, str]
Key = tuple[str, str]


def everybody(house: House) -> list[Who]:
    """All who ask."""
    return [(GUEST, ""), (OUTSIDER, ""), *house.people]


def rows(side: str) -> dict[Key, list[str]]:
    """The written rows of the pages or of the API: the columns by method and name."""
    found: dict[Key, list[str]] = {}
    for line in (ROWS / f"{side}.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            head, *columns = [part.strip() for part in line.split("|")]
            method, name = head.split()
            assert (name, method.lower()) not in found, f"two rows: {head}"
            assert len(columns) == 2 + len(COMPANIES), line
            found[name, method.lower()] = columns
    return found


def expected(columns: list[str], people: Iterator[Who] | list[Who]) -> dict[Who, int]:
    """The status that each person gets by the row."""
    by_group = dict(zip((GUEST, OUTSIDER, *COMPANIES), columns, strict=True))
    found: dict[Who, int] = {}
    for group, role in people:
        usual, *others = by_group[group].split()
        exceptions = dict(each.split("=") for each in others)
        found[group, role] = int(exceptions.get(role, usual))
    return found


def row(key: Key, statuses: Mapping[Who, int]) -> str:
    """The row that says this."""
    name, method = key
    columns = []
    for group in (GUEST, OUTSIDER, *COMPANIES):
        here = {role: status for (where, role), status in statuses.items() if where == group}
        usual = Counter(here.values()).most_common(1)[0][0]
        others = [f"{role}={status}" for role, status in here.items() if status != usual]
        columns.append(" ".join([str(usual), *others]))
    return " | ".join([f"{method.upper()} {name}", *columns])
