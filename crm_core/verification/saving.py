"""Saving a profile while it is typed: what is sound is kept, what is not waits to be mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.companies import profile as companies
from crm_core.companies.models import AddressKind, BankAccount, Person
from crm_core.verification.services import profile
from kernel.errors import FairfallError

Refusals = dict[str, FairfallError]
Row = Mapping[str, Any]
_TRIES = 60


def save_identity(*, actor: Actor, **given: Any) -> Refusals:
    """As ``services.profile.save_identity``, but a refused field keeps what was saved before.

    The refusals by the field's name, empty when everything was saved. Raises what concerns no
    single field, such as CaseBusy.
    """
    facts = companies.declared(actor.company_id)
    kept: dict[str, Any] = {
        "legal_name": facts["names"]["legal"],
        "latin_name": facts["names"]["latin"],
        "legal_form": facts["legal_form"],
        "signatory_name": facts["signatory"]["name"],
        "signatory_position": facts["signatory"]["position"],
        "signatory_basis": facts["signatory"]["basis"],
        "activities": facts["activities"],
        **{kind: facts[f"{kind}_address"] for kind in AddressKind.values},
    }
    numbers = {**facts["numbers"], **facts["other_numbers"]}

    def mend(field: str) -> bool:
        head, _dot, tail = field.partition(".")
        if head == "numbers":
            return _replaced(given["numbers"], tail, numbers.get(tail, ""))
        if head in AddressKind.values:
            return _replaced(given["addresses"], head, kept[head])
        return head in kept and _replaced(given, head, kept[head])

    return _mending(lambda: profile.save_identity(actor=actor, **given), mend)


def save_people(*, actor: Actor, rows: Sequence[Row]) -> tuple[Refusals, list[str]]:
    """As ``services.profile.save_people``; a refused row keeps what was saved of it before, or
    waits. The refusals by ``people.<row>.<field>``, and the id of each row, empty if not kept."""
    stored = {str(each.pk): each for each in Person.objects.filter(company_id=actor.company_id)}
    kept = {
        key: {name: getattr(each, name) for name in _PERSON} | {"id": key}
        for key, each in stored.items()
    }
    before = [kept.get(str(row.get("id") or "")) for row in rows]
    table = _Table("people", rows, before)
    saved: list[UUID] = []

    def save() -> None:
        saved[:] = profile.save_people(actor=actor, people=table.sound())

    refused = _mending(save, table.mend, table.where)
    ids = iter(saved)
    return refused, [str(next(ids)) if row is not None else "" for row in table.rows]


def save_accounts(*, actor: Actor, rows: Sequence[Row]) -> Refusals:
    """As ``services.profile.save_accounts``, in the same way; a row is known by ``was``, the
    number that was saved of it before."""
    stored = {
        each.number: {name: getattr(each, name) for name in _ACCOUNT}
        for each in BankAccount.objects.filter(company_id=actor.company_id)
    }
    table = _Table("accounts", rows, [stored.get(str(row.get("was") or "")) for row in rows])
    return _mending(
        lambda: profile.save_accounts(actor=actor, accounts=table.sound()), table.mend, table.where
    )


_PERSON = ("capacity", "name", "latin_name", "country", "born_on", "share")
_ACCOUNT = ("number", "is_iban", "bic", "bank_name", "holder", "currency", "country")


class _Table:
    """Rows of which some fall back to what was saved before, or are left out."""

    def __init__(self, name: str, rows: Sequence[Row], before: Sequence[Row | None]) -> None:
        self.name, self.rows, self.before = name, list[Row | None](rows), before
        self.mended: set[int] = set()

    def sound(self) -> list[Row]:
        """What is offered now."""
        return [row for row in self.rows if row is not None]

    def _place(self, field: str) -> int | None:
        name, _dot, tail = field.partition(".")
        number, _dot, _rest = tail.partition(".")
        if name != self.name or not number.isdigit():
            return None
        kept = [at for at, row in enumerate(self.rows) if row is not None]
        return kept[int(number)] if int(number) < len(kept) else None

    def where(self, field: str) -> str:
        """The field by the row as it was given."""
        place = self._place(field)
        return field if place is None else f"{self.name}.{place}.{field.split('.', 2)[2]}"

    def mend(self, field: str) -> bool:
        """Whether the row of this field could be put back; the second time it is left out."""
        place = self._place(field)
        if place is None:
            return False
        self.rows[place] = None if place in self.mended else self.before[place]
        self.mended.add(place)
        return True


def _mending(
    save: Callable[[], None],
    mend: Callable[[str], bool],
    where: Callable[[str], str] = lambda field: field,
) -> Refusals:
    refused: Refusals = {}
    for _try in range(_TRIES):
        try:
            save()
        except FairfallError as error:
            field = where(error.field or "")
            if not error.field or not mend(error.field):
                raise
            refused.setdefault(field, error)
        else:
            return refused
    raise AssertionError("every field was put back and something is still refused")


def _replaced(given: Any, key: str, value: Any) -> bool:
    """Put a value back; whether that changed anything, so that it is worth another try."""
    if given.get(key) == value:
        return False
    given[key] = value
    return True
