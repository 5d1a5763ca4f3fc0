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
from crm_core.timeline.models import Account, Interaction, OpenedSeal, Perspective
from crm_core.timeline.rules import EVENT_RULES
from infra.relay import Event

Pair = tuple[UUID, UUID]  # of companies: whose account, of which partner


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

    def told(self, operators: Sequence[UUID]) -> Iterable[tuple[Perspective, Pair]]:
        """The sides that are told, and whose account of whom each is."""
        owners = {
            Perspective.BUYER: [(self.buyer, self.supplier)],
            Perspective.SUPPLIER: [(self.supplier, self.buyer)],
            Perspective.OPERATOR: [
                (each, self.supplier)
                for each in operators
                if each not in (self.buyer, self.supplier)
            ],
        }
        for side in self.sides:
            if side in EVENT_RULES[self.kind].words:
                yield from ((side, pair) for pair in owners[side])


def record(event: Event, facts: Sequence[Fact]) -> None:
    """Tell what came of one event, in as many queries for a hundred facts as for one.

    Call it with the events of a stream in order, inside the transaction that moves the handler's
    offset: then nothing is told twice. No two facts may be of one kind, supplier and group. Raises
    OutOfOrder for an event that lies before what one of its series has told.
    """
    if not facts:
        return
    operators = list(Company.objects.filter(operates=True).values_list("pk", flat=True))
    told = [(fact, side, pair) for fact in facts for side, pair in fact.told(operators)]
    with transaction.atomic():
        accounts = _accounts({pair for _, _, pair in told})
        _write(event, [(fact, side, accounts[pair]) for fact, side, pair in told])


def open_seal(name: str, at: datetime) -> None:
    """Let be seen what was sealed under that name; the first opening counts."""
    OpenedSeal.objects.bulk_create([OpenedSeal(name=name, opened_at=at)], ignore_conflicts=True)


def forget(streams: Collection[str]) -> None:
    """Remove what was told of these streams, and the seals of their names."""
    Interaction.objects.filter(stream__in=streams).delete()
    OpenedSeal.objects.filter(name__in=streams).delete()


def _write(event: Event, told: Sequence[tuple[Fact, Perspective, UUID]]) -> None:
    """Let bursts go on, of which the latest facts count, and begin what is new."""
    last = {
        (each.account_id, each.series): each
        for each in Interaction.objects.filter(
            stream=event.subject, account__in={account for _, _, account in told}
        )
        .order_by("account_id", "series", "-last_seq")
        .distinct("account_id", "series")
    }
    gone_on, begun = [], []
    for fact, side, account in told:
        series = f"{fact.kind}:{fact.group}"
        kept = last.get((account, series))
        if kept is not None and event.seq <= kept.last_seq:
            raise OutOfOrder(f"{event.subject} {event.seq}")
        merge = EVENT_RULES[fact.kind].merge
        if kept is not None and merge is not None and event.occurred_at - kept.last_at <= merge:
            kept.times += 1
            gone_on.append(kept)
        else:
            kept = Interaction(
                id=_id_of(event, account, series),
                account_id=account,
                perspective=side,
                kind=fact.kind,
                began_at=event.occurred_at,
                last_at=event.occurred_at,
                # What both sides may open is not for the operator.
                link="" if side == Perspective.OPERATOR else fact.link,
                stream=event.subject,
                series=series,
                first_seq=event.seq,
            )
            begun.append(kept)
        kept.facts = dict(fact.sides[side].facts)
        kept.sealed_by = fact.sides[side].sealed_by
        kept.last_at = max(kept.last_at, event.occurred_at)
        kept.last_seq = event.seq
    Interaction.objects.bulk_update(gone_on, ["times", "facts", "sealed_by", "last_at", "last_seq"])
    Interaction.objects.bulk_create(begun)


def _id_of(event: Event, account: UUID, series: str) -> UUID:
    """The same for the same event, and telling nothing of its number, which while an auction runs
    would tell how much others do."""
    name = f"{event.subject}#{account}#{series}#{event.seq}"
    digest = salted_hmac("timeline.interaction", name, algorithm="sha256").digest()
    return UUID(bytes=digest[:16], version=4)


def _accounts(wanted: set[Pair]) -> dict[Pair, UUID]:
    """The accounts to be told, opened where they are the first between two companies."""
    found = _existing(wanted)
    if missing := wanted - found.keys():
        Account.objects.bulk_create(
            [Account(owner_id=owner, partner_id=partner) for owner, partner in sorted(missing)],
            ignore_conflicts=True,
        )
        found = _existing(wanted)
    return found


def _existing(wanted: Collection[Pair]) -> dict[Pair, UUID]:
    rows = Account.objects.filter(
        owner_id__in={owner for owner, _ in wanted},
        partner_id__in={partner for _, partner in wanted},
    )
    return {(row.owner_id, row.partner_id): row.pk for row in rows}
