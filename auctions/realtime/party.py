"""On whose behalf a command comes, and the refs by which the party knows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from auctions.domain.commands import Officer
from auctions.realtime.errors import RefMalformed

_REF = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_OFFICER = "officer:"


@dataclass(frozen=True, slots=True)
class Party:
    """A seat or an officer, and the person acting for it.

    ``key`` is a seat id or ``officer:buyer``: refs are unique per key and auction. ``user_id`` and
    ``company_id`` are checked anew inside the transaction that decides; both are None only for the
    platform itself (clock, services that have checked before).
    """

    key: str
    user_id: UUID | None = None
    company_id: UUID | None = None
    session: str | None = None  # the browser session, which must still be open
    token_id: UUID | None = None  # or the API token, which must still work

    @property
    def officer(self) -> Officer | None:
        """Whose officer this is; None for a seat."""
        if not self.key.startswith(_OFFICER):
            return None
        return Officer(self.key.removeprefix(_OFFICER))

    @property
    def seat(self) -> str | None:
        """The seat id; None for an officer."""
        return None if self.key.startswith(_OFFICER) else self.key


def officer_key(officer: Officer) -> str:
    """The key of an officer's refs."""
    return f"{_OFFICER}{officer.value}"


def seat_party(
    seat: str, *, user_id: UUID, company_id: UUID, token_id: UUID | None = None
) -> Party:
    """A supplier's person at its seat."""
    return Party(key=seat, user_id=user_id, company_id=company_id, token_id=token_id)


def officer_party(
    officer: Officer, *, user_id: UUID, company_id: UUID, token_id: UUID | None = None
) -> Party:
    """An officer of the buyer, or the operator's neutral person."""
    key = officer_key(officer)
    return Party(key=key, user_id=user_id, company_id=company_id, token_id=token_id)


PLATFORM = Party(key=officer_key(Officer.PLATFORM))


def check_ref(ref: str) -> str:
    """``ref`` itself; raises RefMalformed."""
    if _REF.fullmatch(ref) is None:
        raise RefMalformed(field="ref")
    return ref
