"""The declared facts: a page that saves itself as one types, part by part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.companies.identifiers import check
from crm_core.companies.profile import declared
from crm_core.verification import saving
from crm_core.verification.errors import CaseNotFound
from crm_core.verification.forms.profile import (
    Accounts,
    IdentityForm,
    People,
    accounts_of,
    kept_rows,
    mark_needed,
    people_of,
)
from crm_core.verification.selectors import Outlook, own_outlook
from crm_core.verification.wording import FIELDS, facet_names
from infra.problems import STATUS, message
from kernel.clock import utc_now
from kernel.errors import FairfallError


@require_safe
@as_actor(Capability.DOCUMENT_READ)
def profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything the company declares."""
    return _page(request, actor, own_outlook(actor))


@require_POST
@as_actor(Capability.DOCUMENT_READ, Capability.COMPANY_MANAGE)
def save(request: HttpRequest, actor: Actor, part: str) -> HttpResponse:
    """Save ``identity``, ``people`` or ``accounts``.

    To a script as JSON: ``{"saved", "errors": {name: text}, "notes": {name: text}, "values":
    {name: value}, "missing": [text], "general"}``.
    """
    outlook = own_outlook(actor)
    if part not in _SAVERS:
        raise CaseNotFound()
    bound, do = _SAVERS[part](request, actor, outlook)
    general, refused, values, status = "", {}, {}, 200
    if bound.is_valid():
        try:
            refused, values = do()
        except FairfallError as error:
            general, status = message(error), STATUS[error.kind]
    else:
        status = 422
        refused = _form_errors(bound)
    if refused:
        status = 422
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(
            {
                "saved": None if general else utc_now().isoformat(),
                "errors": refused,
                "general": general,
                "notes": _notes(bound, refused),
                "values": values,
                "missing": [str(FIELDS[name]) for name in sorted(own_outlook(actor).missing)],
            },
            status=200 if status in (200, 422) and not general else status,
        )
    if status == 200:
        messages.success(request, _("Saved."))
        return redirect("verification:profile")
    _show_errors(bound, refused, general)
    return _page(request, actor, own_outlook(actor), status=status, **{part: bound})


Saved = tuple[dict[str, str], dict[str, str]]
Saver = tuple[Any, Callable[[], Saved]]


def _identity(request: HttpRequest, actor: Actor, outlook: Outlook) -> Saver:
    company = outlook.company
    form = IdentityForm(request.POST, country=company.country, register=company.registry_scheme)

    def do() -> Saved:
        found = saving.save_identity(actor=actor, **form.values(declared(actor.company_id)))
        return {form.name_of(field): message(error) for field, error in found.items()}, {}

    return form, do


def _people(request: HttpRequest, actor: Actor, outlook: Outlook) -> Saver:
    formset = People(
        request.POST, prefix="people", form_kwargs={"country": outlook.company.country}
    )

    def do() -> Saved:
        kept = kept_rows(formset)
        found, ids = saving.save_people(actor=actor, rows=[form.values() for _at, form in kept])
        places = [at for at, _form in kept]
        values = {f"people-{at}-id": each for at, each in zip(places, ids, strict=True)}
        return _by_row(found, places), values

    return formset, do


def _accounts(request: HttpRequest, actor: Actor, outlook: Outlook) -> Saver:
    formset = Accounts(
        request.POST, prefix="accounts", form_kwargs={"country": outlook.company.country}
    )

    def do() -> Saved:
        kept = kept_rows(formset)
        rows = [form.values() for _at, form in kept]
        places = [at for at, _form in kept]
        errors = _by_row(saving.save_accounts(actor=actor, rows=rows), places)
        spoilt = {name.rsplit("-", 1)[0] for name in errors}
        stored = {each["number"] for each in declared(actor.company_id)["accounts"]}
        values = {
            f"accounts-{at}-was": number
            for at, row in zip(places, rows, strict=True)
            if f"accounts-{at}" not in spoilt and (number := _compact(row)) in stored
        }
        return errors, values

    return formset, do


_SAVERS: dict[str, Callable[[HttpRequest, Actor, Outlook], Saver]] = {
    "identity": _identity, "people": _people, "accounts": _accounts,
}  # fmt: skip


def _page(
    request: HttpRequest, actor: Actor, outlook: Outlook, *, status: int = 200, **bound: Any
) -> HttpResponse:
    company, facts = outlook.company, declared(actor.company_id)
    locked = outlook.is_busy or not actor.can(Capability.COMPANY_MANAGE)
    about = {"country": company.country, "locked": locked}
    identity = bound.get("identity") or IdentityForm(
        initial=IdentityForm.initial_of(facts, company.country), register=company.registry_scheme,
        **about,
    )  # fmt: skip
    people = bound.get("people") or People(
        initial=people_of(facts), prefix="people", form_kwargs=about
    )
    accounts = bound.get("accounts") or Accounts(
        initial=accounts_of(facts), prefix="accounts", form_kwargs=about
    )
    if locked:
        people.extra = accounts.extra = 0
    for each in (identity, *people.forms, *accounts.forms):
        each.errors  # noqa: B018 - judged before it says what it needs
        mark_needed(each)
    context = {
        "company": company,
        "outlook": outlook,
        "identity": identity,
        "numbers": [identity[f"number_{each.code}"] for each in identity.schemes],
        "people": people,
        "accounts": accounts,
        "locked": locked,
        "saves_itself": not locked and not outlook.stands,
        "stands": facet_names(outlook.stands),
        "missing": [FIELDS[name] for name in sorted(outlook.missing)],
        "saved_at": getattr(getattr(company, "profile", None), "saved_at", None),
        "notes": _notes(identity, {}) if identity.is_bound else _initial_notes(facts),
    }
    return render(request, "verification/profile.html", context, status=status)


def _form_errors(bound: Any) -> dict[str, str]:
    """What Django itself refuses, such as a text that is too long, by the inputs' names."""
    found = getattr(bound, "forms", [bound])
    return {
        form.add_prefix(name): " ".join(str(each) for each in errors)
        for form in found
        for name, errors in form.errors.items()
    }


def _show_errors(bound: Any, refused: dict[str, str], general: str) -> None:
    for form in getattr(bound, "forms", [bound]):
        for name in form.fields:
            if (text := refused.get(form.add_prefix(name))) and name not in form.errors:
                form.add_error(name, text)
    if general:
        first = getattr(bound, "forms", [bound])[0]
        first.add_error(None, general)


def _by_row(found: saving.Refusals, places: list[int]) -> dict[str, str]:
    """``people.1.share`` of the rows that were kept as the input's name."""
    errors = {}
    for field, error in found.items():
        name, row, rest = field.split(".", 2)
        errors[f"{name}-{places[int(row)]}-{rest}"] = message(error)
    return errors


def _notes(bound: Any, refused: dict[str, str]) -> dict[str, str]:
    """That the form of a number is valid, beside each number of which it is."""
    notes = {}
    for form in getattr(bound, "forms", [bound]):
        given = getattr(form, "cleaned_data", {})
        for name, scheme in _schemes(form, given):
            at = form.add_prefix(name)
            if given.get(name) and at not in refused:
                notes[at] = _note(scheme, given[name])
    return {at: text for at, text in notes.items() if text}


def _schemes(form: Any, given: dict[str, Any]) -> list[tuple[str, str]]:
    if isinstance(form, IdentityForm):
        return [(f"number_{each.code}", each.code) for each in form.schemes]
    found = [("bic", "BIC")] if "bic" in form.fields else []
    return [*found, ("number", "IBAN")] if given.get("is_iban") is True else found


def _initial_notes(facts: dict[str, Any]) -> dict[str, str]:
    numbers = {**facts["numbers"], **facts["other_numbers"]}
    return {f"number_{code}": _note(code, value) for code, value in numbers.items()}


def _note(scheme: str, value: str) -> str:
    try:
        found = check(scheme, value)
    except FairfallError:
        return ""
    return _("The form of this %(label)s is valid: %(value)s") % {
        "label": found.scheme.label, "value": found.value,
    }  # fmt: skip


def _compact(row: dict[str, Any]) -> str:
    try:
        return check("IBAN", row["number"]).value if row["is_iban"] else row["number"].strip()
    except FairfallError:
        return ""
