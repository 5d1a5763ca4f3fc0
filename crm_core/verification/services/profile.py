"""Changing what a company declared: what was verified of it is open again, that alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies import profile
from crm_core.verification.domain import life
from crm_core.verification.domain.terms import BANK, IDENTITY
from crm_core.verification.models import EntryAction
from crm_core.verification.screening import hand_over
from crm_core.verification.services.keeping import changing

T = TypeVar("T")


def save_identity(*, actor: Actor, **fields: Any) -> None:
    """As ``companies.profile.save_identity``. Raises CaseBusy while a case is being checked."""
    _change(actor, lambda: profile.save_identity(company_id=actor.company_id, **fields))


def save_people(*, actor: Actor, people: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """As ``companies.profile.save_people``."""
    return _change(actor, lambda: profile.save_people(company_id=actor.company_id, people=people))


def save_accounts(*, actor: Actor, accounts: Sequence[Mapping[str, Any]]) -> None:
    """As ``companies.profile.save_accounts``."""
    _change(actor, lambda: profile.save_accounts(company_id=actor.company_id, accounts=accounts))


def _change(actor: Actor, save: Callable[[], T]) -> T:
    actor.require(Capability.COMPANY_MANAGE)
    with changing(actor.company_id) as change:
        life.change(change.now, facets=())  # refuses while what was declared is being checked
        before = profile.declared(actor.company_id)
        saved = save()
        after = profile.declared(actor.company_id)
        changed = [part for part in after if before[part] != after[part]]
        if {"names", "register", "people", "signatory"} & set(changed):
            hand_over(actor.company_id, before, after)
        opened = {IDENTITY} if set(changed) & set(profile.IDENTITY_PARTS) else set()
        if "accounts" in changed:
            opened.add(BANK)
        stood = change.now.facets
        change.now = life.change(change.now, facets=opened)
        reopened = sorted(key for key in opened if change.now.facets.get(key) != stood.get(key))
        if reopened:
            change.note(
                EntryAction.CHANGED, actor_id=actor.user_id,
                about={"parts": changed, "facets": reopened},
            )  # fmt: skip
    return saved
