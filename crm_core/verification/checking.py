"""What can be checked of declared facts without asking anybody: form, and whether they agree.

A check never says that something exists or is true; people and documents do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from crm_core.companies.finding import alike
from crm_core.companies.identifiers import SCHEMES, check
from crm_core.companies.models import Company, SigningBasis
from crm_core.verification.wording import FIELDS
from infra.problems import message
from kernel.errors import FairfallError
from ui.formatting import quantity


@dataclass(frozen=True, slots=True)
class Fact:
    """Something declared beside what the check of it says; ``tone`` is ok, warn, bad or empty."""

    part: str
    label: str
    value: str
    tone: str = ""
    said: str = ""


def facts(declared: Mapping[str, Any], company: Company) -> list[Fact]:
    """Everything a company declares, each with its check."""
    return [*_names(declared, company), *_numbers(declared), *_place(declared), *_people(declared),
            *_accounts(declared)]  # fmt: skip


def _names(declared: Mapping[str, Any], company: Company) -> Iterator[Fact]:
    names = declared["names"]
    found = alike(
        legal_name=names["legal"], latin_name=names["latin"], country=declared["country"],
        number=declared["register"]["value"], but=company.pk,
    )  # fmt: skip
    others = [f"{each.company.legal_name} ({each.company.reference})" for each in found]
    yield Fact(
        "names", _("Legal name"), names["legal"], "warn" if others else "ok",
        _("Much like: %(others)s") % {"others": ", ".join(others[:3])}
        if others
        else _("No other company here has this name."),
    )  # fmt: skip
    if names["latin"] and names["latin"] != names["legal"]:
        yield Fact("names", _("Name in Latin letters"), names["latin"])
    yield _present("legal_form", _("Legal form"), declared["legal_form"])
    sides = [(_("buys"), declared["sides"]["buys"]), (_("sells"), declared["sides"]["sells"])]
    yield Fact("sides", _("Trade"), ", ".join(word for word, does in sides if does))
    activities = ", ".join(declared["activities"])
    yield _present("activities", str(FIELDS["activities"]), activities)


def _numbers(declared: Mapping[str, Any]) -> Iterator[Fact]:
    register = declared["register"]
    if not register["value"]:
        yield Fact("register", _("Number in the register"), "–", "bad", _("Missing."))
    else:
        yield _number("register", register["scheme"], register["value"])
    for part in ("numbers", "other_numbers"):
        for scheme, value in declared[part].items():
            yield _number(part, scheme, value)


def _number(part: str, scheme: str, value: str) -> Fact:
    known = SCHEMES.get(scheme)
    label = f"{known.label} ({scheme})" if known and known.country else scheme
    if known is None:
        said = _("We have no rule for this register: compare it with the extract.")
        return Fact(part, label, value, "warn", said)
    try:
        check(scheme, value)
    except FairfallError as error:
        return Fact(part, label, value, "bad", message(error))
    return Fact(part, label, value, "ok", _("The form is valid."))


def _place(declared: Mapping[str, Any]) -> Iterator[Fact]:
    address = declared["registered_address"]
    if address is None:
        yield Fact("registered_address", _("Registered address"), "–", "bad", _("Missing."))
    else:
        same = address["country"] == declared["country"]
        yield Fact(
            "registered_address", _("Registered address"), _written(address),
            "ok" if same else "warn",
            _("In the country of the company.")
            if same
            else _("In another country than the company: %(country)s")
            % {"country": declared["country"]},
        )  # fmt: skip
    if declared["actual_address"]:
        yield Fact("actual_address", _("Where the work is done"),
                   _written(declared["actual_address"]))  # fmt: skip


def _people(declared: Mapping[str, Any]) -> Iterator[Fact]:
    signs = declared["signatory"]
    named = {_plain(each["name"]) for each in declared["people"]}
    directors = {
        _plain(each["name"]) for each in declared["people"] if each["capacity"] == "director"
    }
    basis = dict(SigningBasis.choices).get(signs["basis"], "")
    words = ", ".join(str(part) for part in (signs["name"], signs["position"], basis) if part)
    if not signs["name"] or not basis:
        yield Fact("signatory", _("Who signs"), words or "–", "bad", _("Missing."))
    elif _plain(signs["name"]) in directors:
        yield Fact("signatory", _("Who signs"), words, "ok", _("One of the directors."))
    elif signs["basis"] in ("power", "resolution"):
        yield Fact("signatory", _("Who signs"), words, "warn",
                   _("No director: the power to sign must name this person."))  # fmt: skip
    else:
        yield Fact("signatory", _("Who signs"), words, "bad" if named else "warn",
                   _("No director, and signs by the articles or the register."))  # fmt: skip
    shares = [Decimal(each["share"]) for each in declared["people"] if each["share"]]
    total = sum(shares, Decimal(0))
    if declared["no_owner"]:
        fits = not shares
        yield Fact("no_owner", _("Owners"), _("Nobody owns 25 % or more"),
                   "warn" if fits else "bad",
                   _("The chart of owners must show it.") if fits
                   else _("But owners are named."))  # fmt: skip
    elif shares:
        yield Fact("people", _("Owners"), _("%(total)s in all") % {"total": quantity(total, "%")},
                   "ok" if total > 50 else "warn",
                   _("More than half is explained.") if total > 50
                   else _("Half or more is owned by people not named."))  # fmt: skip
    else:
        yield Fact("people", _("Owners"), "–", "bad", _("Missing."))


def _accounts(declared: Mapping[str, Any]) -> Iterator[Fact]:
    names = {_plain(each) for each in declared["names"].values()}
    for account in declared["accounts"]:
        words = " · ".join(
            part
            for part in (account["number"], account["bic"], account["bank_name"],
                         account["holder"], account["currency"])
            if part
        )  # fmt: skip
        if _plain(account["holder"]) not in names:
            yield Fact("accounts", _("Bank account"), words, "bad",
                       _("The holder is not the company."))  # fmt: skip
        elif account["country"] != declared["country"]:
            yield Fact("accounts", _("Bank account"), words, "warn",
                       _("The bank is in another country: %(country)s")
                       % {"country": account["country"]})  # fmt: skip
        elif account["is_iban"]:
            yield Fact("accounts", _("Bank account"), words, "ok", _("The form is valid."))
        else:
            yield Fact("accounts", _("Bank account"), words, "warn",
                       _("No IBAN: its form cannot be checked."))  # fmt: skip


def _present(part: str, label: str, value: str) -> Fact:
    return Fact(part, label, value) if value else Fact(part, label, "–", "bad", _("Missing."))


def _written(address: Mapping[str, str]) -> str:
    order = ("street", "postal_code", "city", "region", "country")
    return ", ".join(address[part] for part in order if address[part])


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
