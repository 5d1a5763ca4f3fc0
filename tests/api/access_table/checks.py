"""What is claimed of the table, for the pages and for the API alike."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.api.access_table import asking, table
from tests.api.access_table.sweep import Sweep


def every_endpoint_has_a_row(sweep: Sweep) -> None:
    """A new endpoint, or one that is gone, changes the table; the rows as observed are shown."""
    missing = [
        table.row(key, {who: answer.status for who, answer in sweep.answers(endpoint).items()})
        for key, endpoint in sweep.endpoints.items()
        if key not in sweep.rows
    ]
    gone = [" ".join(key) for key in sweep.rows if key not in sweep.endpoints]
    assert not gone, f"rows of what is no more: {gone}"
    assert not missing, (
        "no row in tests/api/access_table/rows for these; look whether this is what should be "
        "(and give a body in bodies.py to what writes):\n" + "\n".join(missing)
    )


def row_holds(sweep: Sweep, key: tuple[str, str]) -> None:
    """Everybody gets the status of the row, and strangers learn nothing of what is there."""
    if key not in sweep.endpoints:
        return  # told by the test above
    endpoint = sweep.endpoints[key]
    answers = sweep.answers(endpoint)
    wanted = table.expected(sweep.rows[key], list(answers))
    wrong = {
        who: f"{answer.status}, the row says {wanted[who]}"
        for who, answer in answers.items()
        if answer.status != wanted[who]
    }
    seen = table.row(key, {who: answer.status for who, answer in answers.items()})
    assert not wrong, f"{wrong}\nas observed: {seen}"
    assert sweep.told_apart(endpoint, answers) == []


def nothing_of_others_through_ones_own(sweep: Sweep) -> None:
    """Where an address names an object within another, an own one does not lead to a foreign one:
    it answers as to one that never was. With both one's own it answers otherwise."""
    within = [each for each in sweep.endpoints.values() if len(each.own_places) > 1]
    assert within
    found = []
    for endpoint in within:
        own, foreign, nothing = sweep.through_ones_own(endpoint)
        if own.status in (403, 404):
            found.append(f"{endpoint.method} {endpoint.route}: {own.status} for one's own")
        if (foreign.status, asking.told(foreign)) != (nothing.status, asking.told(nothing)):
            found.append(f"{endpoint.method} {endpoint.route}: {foreign.status} for another's")
    assert found == []


def admin_site_is_closed(sweep: Sweep) -> None:
    """Each address below /admin/ sends everybody to the sign-in, or away. No role of ours opens it,
    so one person of each company is asked."""
    some = {who[0]: who for who in sweep.clients if who[1] in ("", "owner", "platform_admin")}
    for path in _admin(get_resolver(), ""):
        for who in some.values():
            answer = asking.ask(sweep.clients[who], "get", path)
            assert answer.status in (302, 403, 404), f"{who} at {path}: {answer.status}"


def _admin(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _admin(entry, route)
        elif isinstance(entry, URLPattern) and route.startswith("admin/") and "?P<" not in route:
            yield "/" + asking.PLACE.sub("1", route)
