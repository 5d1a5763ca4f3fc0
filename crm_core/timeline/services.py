"""Writing timelines: called by the handlers through which trade tells what happened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from crm_core.companies.models import Company
from crm_core.timeline.models import (
    Account,
    Interaction,
    InteractionParty,
    OpenedSeal,
    Perspective,
)
from crm_core.timeline.rules import EVENT_RULES, Rule
from infra.relay import Event


class OutOfOrder(Exception):
    """An event came after later ones of its series were told: its stream must be told anew."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side may know, and the seal under which it must wait."""

    facts: Mapping[str, Any]
    sealed_by: str = ""


def record(
    *,
    event: Event,
    kind: str,
    buyer: UUID,
    supplier: UUID,
    sides: Mapping[Perspective, Side],
    group: str = "",
    link: str = "",
) -> None:
    """Tell one fact between a buyer and a supplier to the accounts of both and of the operator.

    ``sides`` holds a JSON-ready mapping for each side that may know; a side for which the kind has
    no words is left out. ``group`` separates bursts (the lot). Call it with the events of a
    stream in order, inside the transaction that moves the handler's offset: then nothing is told
    twice. Raises OutOfOrder for an event that lies before what its series has told.
    """
    rule = EVENT_RULES[kind]
    told = {side: what for side, what in sides.items() if side in rule.words}
    if not told:
        return
    with transaction.atomic():
        interaction = _interaction(event, kind, rule, f"{kind}:{supplier.hex}:{group}", link)
        _tell(interaction, told, _accounts(told, buyer, supplier))


def open_seal(name: str, at: datetime) -> None:
    """Let be seen what was sealed under that name; the first opening counts."""
    OpenedSeal.objects.bulk_create([OpenedSeal(name=name, opened_at=at)], ignore_conflicts=True)


def forget(streams: Collection[str]) -> None:
    """Remove what was told of these streams, and the seals of their names."""
    Interaction.objects.filter(stream__in=streams).delete()
    OpenedSeal.objects.filter(name__in=streams).delete()


def _interaction(event: Event, kind: str, rule: Rule, series: str, link: str) -> Interaction:
    """The interaction this event belongs to: that of a burst which goes on, or a new one."""
    last = (
        Interaction.objects.select_for_update()
        .filter(stream=event.subject, series=series)
        .order_by("-last_seq")
        .first()
    )
    if last is not None and event.seq <= last.last_seq:
        raise OutOfOrder(f"{event.subject} {event.seq}")
    goes_on = (
        last is not None
        and rule.merge is not None
        and event.occurred_at - last.last_at <= rule.merge
    )
    if last is not None and goes_on:
        last.times += 1
        last.last_seq = event.seq
        last.last_at = max(last.last_at, event.occurred_at)
        last.save(update_fields=["times", "last_seq", "last_at"])
        return last
    return Interaction.objects.create(
        id=uuid5(NAMESPACE_URL, f"{event.subject}#{series}#{event.seq}"),
        kind=kind,
        stream=event.subject,
        series=series,
        first_seq=event.seq,
        last_seq=event.seq,
        began_at=event.occurred_at,
        last_at=event.occurred_at,
        link=link,
    )


def _tell(
    interaction: Interaction,
    told: Mapping[Perspective, Side],
    accounts: Mapping[Perspective, Sequence[Account]],
) -> None:
    """Write each side's facts; of a burst the latest count."""
    InteractionParty.objects.bulk_create(
        [
            InteractionParty(
                interaction=interaction,
                account=account,
                perspective=side,
                facts=dict(what.facts),
                last_at=interaction.last_at,
                sealed_by=what.sealed_by,
            )
            for side, what in told.items()
            for account in accounts[side]
        ],
        update_conflicts=True,
        unique_fields=["interaction", "account"],
        update_fields=["facts", "last_at", "sealed_by"],
    )


def _accounts(
    told: Collection[Perspective], buyer: UUID, supplier: UUID
) -> dict[Perspective, list[Account]]:
    """The accounts to be told, opened where they are the first between two companies."""
    pairs: dict[Perspective, list[tuple[UUID, UUID]]] = {}
    for side in told:
        if side == Perspective.BUYER:
            pairs[side] = [(buyer, supplier)]
        elif side == Perspective.SUPPLIER:
            pairs[side] = [(supplier, buyer)]
        else:
            operators = Company.objects.filter(operates=True).exclude(pk=supplier)
            pairs[side] = [(each, supplier) for each in operators.values_list("pk", flat=True)]
    wanted = {pair for several in pairs.values() for pair in several}
    found = _existing(wanted)
    if missing := wanted - found.keys():
        Account.objects.bulk_create(
            [Account(owner_id=owner, partner_id=partner) for owner, partner in sorted(missing)],
            ignore_conflicts=True,
        )
        found = _existing(wanted)
    return {side: [found[pair] for pair in several] for side, several in pairs.items()}


def _existing(wanted: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Account]:
    rows = Account.objects.filter(
        owner_id__in={owner for owner, _ in wanted},
        partner_id__in={partner for _, partner in wanted},
    )
    return {(row.owner_id, row.partner_id): row for row in rows}
