"""Keeping what a company declares: checked in form, compared with what was declared before.

Who may change it, and what a change does to verification, is decided above
(``crm_core.verification.services.profile``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from crm_core.companies.errors import CompanyInvalid, CompanyTaken, NameNotLatin
from crm_core.companies.finding import remember
from crm_core.companies.identifiers import IdentifierKind, check, scheme_of
from crm_core.companies.models import (
    Activity,
    Address,
    AddressKind,
    BankAccount,
    Capacity,
    Company,
    Identifier,
    Person,
    Profile,
)
from crm_core.companies.names import is_latin
from infra.outbox import emit
from kernel.clock import utc_now
from kernel.errors import FairfallError

MOST_PEOPLE = 40
MOST_ACCOUNTS = 10
MOST_ACTIVITIES = 20
_NACE = re.compile(r"\d{2}(\.\d{1,2})?(\.\d{1,2})?", re.ASCII)
_ON_IDENTITY = {IdentifierKind.REGISTER, IdentifierKind.TAX, IdentifierKind.VAT}

IDENTITY_PARTS = ("names", "legal_form", "register", "numbers", "registered_address", "people",
                  "signatory", "no_owner")  # fmt: skip
"""Parts of :func:`declared` on which the facet ``identity`` stands; ``accounts`` is ``bank``'s."""


def declared(company_id: UUID) -> dict[str, Any]:
    """Everything the company says of itself, as JSON, in a fixed order. At most seven queries."""
    company = Company.objects.get(pk=company_id)
    profile = Profile.objects.filter(company=company).first() or Profile(company=company)
    addresses = {each.kind: _json(each, _ADDRESS) for each in company.addresses.all()}
    numbers = {each.scheme: each.value for each in company.identifiers.all()}
    kinds = {code: scheme_of(code).kind for code in numbers}
    return {
        "names": {"legal": company.legal_name, "latin": company.latin_name},
        "country": company.country,
        "sides": {"buys": company.buys, "sells": company.sells},
        "register": {"scheme": company.registry_scheme, "value": company.registry_value},
        "legal_form": profile.legal_form,
        "numbers": {code: numbers[code] for code in numbers if kinds[code] in _ON_IDENTITY},
        "other_numbers": {
            code: numbers[code] for code in numbers if kinds[code] not in _ON_IDENTITY
        },
        "registered_address": addresses.get(AddressKind.REGISTERED),
        "actual_address": addresses.get(AddressKind.ACTUAL),
        "activities": [each.code for each in company.activities.all()],
        "people": [_json(each, _PERSON) for each in company.people.all()],
        "no_owner": profile.no_owner,
        "signatory": _json(profile, _SIGNATORY),
        "accounts": [_json(each, _ACCOUNT) for each in company.bank_accounts.all()],
    }


def missing(facts: Mapping[str, Any], *, bank: bool) -> frozenset[str]:
    """What a complete profile still lacks, by the names of :func:`declared`."""
    lacking = {
        "legal_form": not facts["legal_form"],
        "register": not facts["register"]["value"],
        "registered_address": facts["registered_address"] is None,
        "activities": not facts["activities"],
        "directors": not _of(facts, Capacity.DIRECTOR),
        "owners": not (_of(facts, Capacity.OWNER) or facts["no_owner"]),
        "signatory": not (facts["signatory"]["name"] and facts["signatory"]["basis"]),
        "accounts": bank and not facts["accounts"],
    }
    return frozenset(name for name, absent in lacking.items() if absent)


def save_identity(
    *,
    company_id: UUID,
    legal_name: str,
    latin_name: str = "",
    legal_form: str = "",
    signatory_name: str = "",
    signatory_position: str = "",
    signatory_basis: str = "",
    no_owner: bool = False,
    addresses: Mapping[str, Mapping[str, str] | None],
    numbers: Mapping[str, str],
    activities: Sequence[str] = (),
) -> None:
    """Replace names, form, signatory, addresses, numbers and activities.

    ``addresses`` by AddressKind, None for none; ``numbers`` by scheme, empty for none. Raises
    CompanyInvalid and the refusals of ``identifiers`` with the field they belong to
    (``numbers.LEI``, ``registered.city``), CompanyTaken where a number is another company's.
    """
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=company_id)
        company.legal_name = " ".join(legal_name.split())
        company.latin_name = _latin(latin_name, company.latin_name, "latin_name")
        _clean(company, {"legal_name", "latin_name"})
        company.latin_name = company.latin_name or company.legal_name
        company.save(update_fields=["legal_name", "latin_name"])
        remember(company)
        profile = Profile(
            company=company, legal_form=legal_form.strip(),
            signatory_name=signatory_name.strip(), signatory_position=signatory_position.strip(),
            signatory_basis=signatory_basis, no_owner=no_owner, saved_at=utc_now(),
        )  # fmt: skip
        _clean(profile, {"legal_form", "signatory_name", "signatory_position", "signatory_basis"})
        Profile.objects.filter(company=company).delete()
        profile.save(force_insert=True)
        _save_addresses(company, addresses)
        _save_numbers(company, numbers)
        _save_activities(company, activities)
        _changed(company)


def save_people(*, company_id: UUID, people: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Replace directors and owners; whoever keeps the same ``id`` stays the same person. The ids.

    Keys: ``id`` (optional), capacity, name, latin_name, country, born_on, share. Raises
    CompanyInvalid with ``field`` such as ``people.0.share``.
    """
    if len(people) > MOST_PEOPLE:
        raise CompanyInvalid(field="people")
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=company_id)
        known = {str(each.pk): each for each in company.people.all()}
        kept: list[Person] = []
        for at, given in enumerate(people):
            person = known.get(str(given.get("id") or ""), Person(company=company))
            person.capacity = str(given.get("capacity", ""))
            person.name = str(given.get("name", "")).strip()
            latin = str(given.get("latin_name", ""))
            person.latin_name = _latin(latin, person.latin_name, f"people.{at}.latin_name")
            person.country = str(given.get("country", ""))
            person.born_on = _day(given.get("born_on"), f"people.{at}.born_on")
            person.share = _share(person.capacity, given.get("share"), f"people.{at}.share")
            _clean(person, {"capacity", "name", "latin_name", "country"}, f"people.{at}.")
            kept.append(person)
        owned = sum((each.share or Decimal(0) for each in kept), Decimal(0))
        if owned > 100:
            raise CompanyInvalid(field="people")
        company.people.exclude(pk__in=[each.pk for each in kept]).delete()
        for each in kept:
            each.save()
        _changed(company)
    return [each.pk for each in kept]


def save_accounts(*, company_id: UUID, accounts: Sequence[Mapping[str, Any]]) -> None:
    """Replace the bank accounts. Keys: number, is_iban, bic, bank_name, holder, currency, country.

    Raises CompanyInvalid and refusals of form with ``field`` such as ``accounts.0.number``.
    """
    if len(accounts) > MOST_ACCOUNTS:
        raise CompanyInvalid(field="accounts")
    with transaction.atomic():
        company = Company.objects.select_for_update(no_key=True).get(pk=company_id)
        made: list[BankAccount] = []
        for at, given in enumerate(accounts):
            account = BankAccount(
                company=company,
                number=str(given.get("number", "")).strip(),
                is_iban=bool(given.get("is_iban", True)),
                bic=str(given.get("bic", "")).strip(),
                bank_name=str(given.get("bank_name", "")).strip(),
                holder=str(given.get("holder", "")).strip() or company.legal_name,
                currency=str(given.get("currency", "")).strip().upper(),
                country=str(given.get("country", "")),
            )
            where = f"accounts.{at}."
            if account.is_iban:
                account.number = _checked("IBAN", account.number, f"{where}number")
                account.country = account.number[:2]
            if account.bic:
                account.bic = _checked("BIC", account.bic, f"{where}bic")
            if not re.fullmatch(r"[A-Z]{3}", account.currency):
                raise CompanyInvalid(field=f"{where}currency")
            _clean(account, {"number", "bank_name", "holder", "country"}, where)
            if any(each.number == account.number for each in made):
                raise CompanyInvalid(field=f"{where}number")
            made.append(account)
        company.bank_accounts.all().delete()
        BankAccount.objects.bulk_create(made)
        _changed(company)


_ADDRESS = {"street": "street", "city": "city", "region": "region", "postal_code": "postal_code",
            "country": "country"}  # fmt: skip
_PERSON = {"id": "pk", "capacity": "capacity", "name": "name", "latin_name": "latin_name",
           "country": "country", "born_on": "born_on", "share": "share"}  # fmt: skip
_SIGNATORY = {"name": "signatory_name", "position": "signatory_position",
              "basis": "signatory_basis"}  # fmt: skip
_ACCOUNT = {"number": "number", "is_iban": "is_iban", "bic": "bic", "bank_name": "bank_name",
            "holder": "holder", "currency": "currency", "country": "country"}  # fmt: skip


def _json(row: Model, fields: Mapping[str, str]) -> dict[str, Any]:
    found = {name: getattr(row, field) for name, field in fields.items()}
    return {
        name: value if value is None or isinstance(value, bool | str) else str(value)
        for name, value in found.items()
    }


def _of(facts: Mapping[str, Any], capacity: str) -> list[Any]:
    return [each for each in facts["people"] if each["capacity"] == capacity]


def _changed(company: Company) -> None:
    emit(
        type="company.changed",
        subject=company.urn,
        parties=[company.urn],
        payload={"company_id": company.pk},
    )


def _latin(given: str, before: str, field: str) -> str:
    """A name in Latin letters. What stood there before stays: where none was given the company's
    legal name stands for it."""
    name = " ".join(given.split())
    if name != before and not is_latin(name):
        raise NameNotLatin(field=field)
    return name


def _clean(row: Model, fields: set[str], where: str = "") -> None:
    """Check these fields by the model's own rules. Raises CompanyInvalid with the first fault."""
    others = [field.name for field in row._meta.fields if field.name not in fields]
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        raise CompanyInvalid(field=where + next(iter(error.message_dict))) from error


def _checked(scheme: str, value: str, field: str, country: str = "") -> str:
    try:
        return check(scheme, value, country=country).value
    except FairfallError as error:
        error.field = field
        raise


def _save_addresses(company: Company, addresses: Mapping[str, Mapping[str, str] | None]) -> None:
    made = []
    for kind in AddressKind.values:
        given = addresses.get(kind)
        if not given or not any(given.get(name) for name in ("street", "city", "postal_code")):
            continue
        address = Address(
            company=company, kind=kind, **{name: given.get(name, "").strip() for name in _ADDRESS}
        )
        _clean(address, set(_ADDRESS), f"{kind}.")
        made.append(address)
    company.addresses.all().delete()
    Address.objects.bulk_create(made)


def _save_numbers(company: Company, numbers: Mapping[str, str]) -> None:
    made = [
        Identifier(
            company=company, scheme=scheme,
            value=_checked(scheme, value, f"numbers.{scheme}", company.country),
        )
        for scheme, value in numbers.items()
        if value.strip()
    ]  # fmt: skip
    company.identifiers.all().delete()
    for each in made:
        try:
            with transaction.atomic():
                each.save(force_insert=True)
        except IntegrityError as error:
            raise CompanyTaken(field=f"numbers.{each.scheme}") from error


def _save_activities(company: Company, activities: Sequence[str]) -> None:
    codes = list(dict.fromkeys(code.strip() for code in activities if code.strip()))
    if len(codes) > MOST_ACTIVITIES or not all(_NACE.fullmatch(code) for code in codes):
        raise CompanyInvalid(field="activities")
    company.activities.all().delete()
    Activity.objects.bulk_create([Activity(company=company, code=code) for code in codes])


def _day(given: Any, field: str) -> date | None:
    if not given or isinstance(given, date):
        return given or None
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise CompanyInvalid(field=field) from error


def _share(capacity: str, given: Any, field: str) -> Decimal | None:
    if capacity != Capacity.OWNER:
        return None
    try:
        share = Decimal(str(given))
    except InvalidOperation as error:
        raise CompanyInvalid(field=field) from error
    if not share.is_finite() or not 25 <= share <= 100 or share != share.quantize(Decimal("0.01")):
        raise CompanyInvalid(field=field)
    return share
