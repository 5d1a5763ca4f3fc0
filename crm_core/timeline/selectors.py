"""Authorised reads of accounts and their timelines."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.finding import fits
from crm_core.timeline.errors import AccountNotFound
from crm_core.timeline.models import Account, Interaction, OpenedSeal
from crm_core.timeline.rules import EVENT_RULES


def accounts(actor: Actor, *, search: str = "") -> QuerySet[Account]:
    """The accounts of the actor's company, the latest told first, with their partners.

    ``latest_at`` is when something was last told, ``count`` how many interactions there are, as
    far as they may be seen. ``search`` takes words of the partner's name or register number.
    """
    actor.require(Capability.ACCOUNT_READ)
    told = _visible().filter(account=OuterRef("pk"))
    found = (
        Account.objects.filter(owner_id=actor.company_id)
        .select_related("partner")
        .annotate(
            latest_at=Subquery(told.order_by("-last_at").values("last_at")[:1]),
            count=Subquery(
                told.order_by().values("account").annotate(n=Count("pk")).values("n")[:1]
            ),
        )
    )
    for word in search.split():
        found = found.filter(fits(word, "partner__"))
    return found.order_by(F("latest_at").desc(nulls_last=True), "partner__latin_name", "id")


def account(actor: Actor, account_id: UUID) -> Account:
    """One account of the actor's company. Raises AccountNotFound."""
    found = accounts(actor).filter(pk=account_id).first()
    if found is None:
        raise AccountNotFound()
    return found


def timeline(kept: Account, *, kind: str = "") -> QuerySet[Interaction]:
    """What was told to this account, the newest first; ``kind`` narrows."""
    found = _visible().filter(account=kept)
    return found.filter(kind=kind) if kind in EVENT_RULES else found


def figures(kept: Account) -> Mapping[str, int]:
    """How often each kind was told to this account; kinds never told are left out."""
    rows = _visible().filter(account=kept).order_by().values("kind").annotate(n=Sum("times"))
    return {row["kind"]: row["n"] for row in rows}


def _visible() -> QuerySet[Interaction]:
    """Those whose seal, where they have one, was opened."""
    opened = OpenedSeal.objects.filter(name=OuterRef("sealed_by"))
    return Interaction.objects.filter(Q(sealed_by="") | Exists(opened))
