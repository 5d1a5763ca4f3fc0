"""What is kept about a person, as an overview and as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder

from crm_core.access.factor import require_in_every_role
from crm_core.people.models import User
from crm_core.privacy.table import TABLE, Kept
from kernel.clock import moment_to_wire, utc_now

FORMAT = "fairfall/personal-data/1"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows of a kind there are."""

    kept: Kept
    number: int


def overview(user: User) -> list[Counted]:
    """What there is about a person, kind by kind, without what there is not."""
    counted = [Counted(each, each.rows(user).count()) for each in TABLE]
    return [each for each in counted if each.number]


def handed_out(user: User) -> bytes:
    """Everything kept about a person, as JSON; one query for each kind.

    ``{"format", "made_at", "kinds": [{"kind", "after_erasure", "rows": [{column: value}]}]}``;
    times in UTC. Raises SecondFactorRequired where a role of theirs asks for a factor not set up.
    """
    require_in_every_role(user)
    return "".join(_pieces(user)).encode()


def _pieces(user: User) -> Iterator[str]:
    made_at = moment_to_wire(utc_now())
    yield f'{{"format": "{FORMAT}", "made_at": "{made_at}", "kinds": ['
    for place, kept in enumerate(TABLE):
        yield ",\n" if place else "\n"
        yield f'{{"kind": "{kept.key}", "after_erasure": "{kept.fate.value}", "rows": ['
        rows = kept.rows(user).values(*kept.columns).iterator(chunk_size=2000)
        for number, row in enumerate(rows):
            yield ",\n  " if number else "\n  "
            yield json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        yield "]}"
    yield "\n]}\n"
