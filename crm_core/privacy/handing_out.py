"""What is kept about a person, as an overview and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


def handed_out(user: User) -> dict[str, Any]:
    """Everything kept about a person; one query for each kind.

    ``{"format", "made_at", "kinds": [{"kind", "after_erasure", "rows": [{column: value}]}]}``;
    times in UTC. Raises SecondFactorRequired where a role of theirs asks for a factor not set up.
    """
    require_in_every_role(user)
    return {
        "format": FORMAT,
        "made_at": moment_to_wire(utc_now()),
        "kinds": [
            {
                "kind": kept.key,
                "after_erasure": kept.fate.value,
                "rows": list(kept.rows(user).values(*kept.columns)),
            }
            for kept in TABLE
        ],
    }
