"""Writing timelines: called by the handlers through which trade tells what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact between a buyer and a supplier, for the accounts of both and of the operator.

    ``sides`` holds a JSON-ready mapping for each side that may know; a side for which the kind has
    no words is left out. ``group`` separates bursts (the lot).
    """

    kind: str
    buyer: UUID
    supplier: UUID
    sides: Mapping[Perspective, Side]
    group: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """A fact as one side is told it. A series is one side's alone: how often, how late and in how
    many bursts something is told must not depend on what only another side was told."""

    fact: Fact
    side: Perspective
    what: Side

    @property
    def rule(self) -> Rule:
        return EVENT_RULES[self.fact.kind]

    @property
    def series(self) -> str:
        fact = self.fact
        return f"{fact.kind}:{fact.supplier.hex}:{fact.group}:{self.side.value}"


def record(event: Event, facts: Iterable[Fact]) -> None:
    """Tell what came of one event, in as many queries for a hundred facts as for one.

    Call it with the events of a stream in order, inside the transaction that moves the handler's
    offset: then nothing is told twice. No two facts may be of one kind, supplier and group. Raises
    OutOfOrder for an event that lies before what one of its series has told.
    """
    told = [
        _Told(fact, side, what)
        for fact in facts
        for side, what in fact.sides.items()
        if side in EVENT_RULES[fact.kind].words
    ]
    if not told:
        return
    with transaction.atomic():
        interactions = _interactions(event, told)
        accounts = _accounts(told)
        InteractionParty.objects.bulk_create(
            [
                InteractionParty(
                    interaction=interactions[each.series],
                    account=account,
                    perspective=each.side,
                    facts=dict(each.what.facts),
                    last_at=interactions[each.series].last_at,
                    sealed_by=each.what.sealed_by,
                )
                for each in told
                for account in accounts[each.series]
            ],
            update_conflicts=True,
            unique_fields=["interaction", "account"],
            update_fields=["facts", "last_at", "sealed_by"],
        )


def open_seal(name: str, at: datetime) -> None:
    """Let be seen what was sealed under that name; the first opening counts."""
    OpenedSeal.objects.bulk_create([OpenedSeal(name=name, opened_at=at)], ignore_conflicts=True)


def forget(streams: Collection[str]) -> None:
    """Remove what was told of these streams, and the seals of their names."""
    Interaction.objects.filter(stream__in=streams).delete()
    OpenedSeal.objects.filter(name__in=streams).delete()


def _interactions(event: Event, told: Sequence[_Told]) -> dict[str, Interaction]:
    """By series, the interaction this event belongs to: a burst that goes on, or a new one."""
    series = [each.series for each in told]
    last = {
        each.series: each
        for each in Interaction.objects.filter(stream=event.subject, series__in=series)
        .order_by("series", "-last_seq")
        .distinct("series")
    }
    found: dict[str, Interaction] = {}
    gone_on, begun = [], []
    for each in told:
        kept = last.get(each.series)
        if kept is not None and event.seq <= kept.last_seq:
            raise OutOfOrder(f"{event.subject} {event.seq}")
        merge = each.rule.merge
        if kept is not None and merge is not None and event.occurred_at - kept.last_at <= merge:
            kept.times += 1
            kept.last_seq = event.seq
            kept.last_at = max(kept.last_at, event.occurred_at)
            gone_on.append(kept)
        else:
            kept = _begun(event, each)
            begun.append(kept)
        found[each.series] = kept
    Interaction.objects.bulk_update(gone_on, ["times", "last_seq", "last_at"])
    Interaction.objects.bulk_create(begun)
    return found


def _begun(event: Event, told: _Told) -> Interaction:
    return Interaction(
        id=_id_of(event, told.series),
        kind=told.fact.kind,
        stream=event.subject,
        series=told.series,
        first_seq=event.seq,
        last_seq=event.seq,
        began_at=event.occurred_at,
        last_at=event.occurred_at,
        # What both sides may open is not for the operator.
        link="" if told.side == Perspective.OPERATOR else told.fact.link,
    )


def _id_of(event: Event, series: str) -> UUID:
    """The same for the same event, and telling nothing of its number, which while an auction runs
    would tell how much others do."""
    name = f"{event.subject}#{series}#{event.seq}"
    digest = salted_hmac("timeline.interaction", name, algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)


def _accounts(told: Sequence[_Told]) -> dict[str, list[Account]]:
    """By series, the accounts to be told, opened where they are the first between two companies."""
    operators: list[UUID] = []
    if any(each.side == Perspective.OPERATOR for each in told):
        operators = list(Company.objects.filter(operates=True).values_list("pk", flat=True))
    pairs: dict[str, list[tuple[UUID, UUID]]] = {}
    for each in told:
        buyer, supplier = each.fact.buyer, each.fact.supplier
        if each.side == Perspective.BUYER:
            pairs[each.series] = [(buyer, supplier)]
        elif each.side == Perspective.SUPPLIER:
            pairs[each.series] = [(supplier, buyer)]
        else:
            pairs[each.series] = [
                (operator, supplier) for operator in operators if operator not in (buyer, supplier)
            ]
    wanted = {pair for several in pairs.values() for pair in several}
    found = _existing(wanted)
    if missing := wanted - found.keys():
        Account.objects.bulk_create(
            [Account(owner_id=owner, partner_id=partner) for owner, partner in sorted(missing)],
            ignore_conflicts=True,
        )
        found = _existing(wanted)
    return {series: [found[pair] for pair in several] for series, several in pairs.items()}


def _existing(wanted: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Account]:
    rows = Account.objects.filter(
        owner_id__in={owner for owner, _ in wanted},
        partner_id__in={partner for _, partner in wanted},
    )
    return {(row.owner_id, row.partner_id): row for row in rows}
