"""The table of what the platform keeps about a person.

Each room's part is a row, filled in by ``config.personal_data``. What is shown, what is handed out
and what an erasure does are all read from these rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm_core.people.models import User


class Fate(models.TextChoices):
    """What an erasure does to rows of a kind."""

    DELETED = "deleted", _("deleted")
    NAMELESS = "nameless", _("kept without your name")
    NAMED = "named", _("kept with your name: the record of a tender must say who decided")


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one model about a person: those whose ``people`` fields refer to the person, and
    those whose ``addresses`` fields hold the person's e-mail address.

    ``columns`` is what the person is handed out. Of what they did for a company that is when and
    what, not the content: that belongs to the company, which they may have left.
    """

    key: str
    label: str | Promise
    model: type[models.Model]
    fate: Fate
    columns: tuple[str, ...]
    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def rows(self, user: User) -> QuerySet[Any]:
        """The person's rows, the oldest first."""
        wanted = Q(pk=None)
        for name in self.people:
            wanted |= Q(**{name: user.pk})
        for name in self.addresses:
            wanted |= Q(**{name: user.email})
        return self.model._default_manager.filter(wanted).order_by("pk")


TABLE: list[Kept] = []
SCRUBS: list[Callable[[User, str], None]] = []
"""What else an erasure changes: called with the person, still named, and the address that takes
the place of theirs."""


def keep(*rows: Kept, scrub: tuple[Callable[[User, str], None], ...]) -> None:
    """Fill the table; called once at start."""
    TABLE[:], SCRUBS[:] = rows, scrub
