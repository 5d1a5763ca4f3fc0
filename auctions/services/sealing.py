"""The keys of sealed offers, from their making to the opening.

The office's key is made here when the auction opens: the platform keeps it encrypted by the process
key, the officer may take a copy. The auditor's is made in the auditor's browser; what arrives is
the public key and the private one wrapped by a passphrase. After the deadline the auditor unlocks
it in the browser (or types the recovery sheet) and hands it over; only then are the two together.
Where there are rounds, each has a pair of its own, all made before the first offer; the deadline of
a round brings that round's two together and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from auctions.domain import commands as cmd
from auctions.domain.formats.open_closed import awaits_seeds
from auctions.domain.formats.sealed import awaits_opening, key_fits
from auctions.domain.refusals import (
    AuditorKeyMissing,
    KeyDiffers,
    RoundKeyDiffers,
    SealingKeyExists,
)
from auctions.domain.rules import packages
from auctions.domain.rules.opening_roles import keeper_of, keepers_role
from auctions.domain.state import AuctionState
from auctions.domain.terms import KeyKeeper
from auctions.domain.visibility import Role
from auctions.ledger.reserves import open_reserves
from auctions.models import SealingKey
from auctions.models.sealing import KeyHolder
from auctions.realtime.errors import NotAllowed
from auctions.selectors import load
from auctions.services.deciding import decide_now
from auctions.services.policies import Place, place_of
from auctions.services.sealing_errors import (
    NothingSealed,
    NotTheKeeper,
    SecondPersonNeeded,
    SeedMissing,
)
from auctions.services.sealing_keys import (
    check_made,
    has_offers,
    key_of,
    protected,
    read_key,
    secret_of,
)
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from infra.keys import key_ring


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the opening is, for one viewer."""

    state: AuctionState
    keeper: KeyKeeper
    has_offers: bool  # whether there are sealed offers, and so two keys
    is_keeper: bool
    is_officer: bool
    wrapped: str  # of the auditor's key (of the round); the keeper's alone
    made_at: datetime | None  # when the auditor's key was made
    offers: int | None  # None: not told yet
    handed_over_here: bool  # by this very person, who does not open as well

    @property
    def awaits(self) -> bool:
        """Whether the keys may be handed over now."""
        return self.state.phase.is_open and awaits_opening(self.state)

    @property
    def awaits_seeds(self) -> bool:
        """Whether the seeds of a random end may be opened now."""
        return self.state.phase.is_open and awaits_seeds(self.state)

    @property
    def rounds(self) -> int:
        """How many rounds there are at most; 0 in a format without."""
        own = self.state.rules.sealed_rounds
        return 0 if own is None else own.rounds

    @property
    def round(self) -> int:
        """Whose keys are in question; 0 in a format without rounds."""
        return _round(self.state)

    @property
    def between(self) -> bool:
        """Whether the next round has not started yet."""
        lots = [lot for lot in self.state.lots.values() if lot.outcome is None]
        return any(lot.rounds is not None and lot.deadline is None for lot in lots)


def progress(*, actor: Actor, auction_id: UUID) -> Progress:
    """Raises AuctionUnknown, NotAllowed (suppliers) or NothingSealed."""
    place, state = _sealed(actor, auction_id)
    return _progress(actor, place, state)


def set_auditor_key(
    *, actor: Actor, auction_id: UUID, public_key: str, wrapped: str, commitment: str = ""
) -> None:
    """Make the auditor's public key known, and where there is a random end the hash of the seed
    that follows from it. Raises NotTheKeeper, SeedMissing or the refusal of the rules."""
    state = kept_by(actor, auction_id)
    check_made(public_key, wrapped)
    with transaction.atomic():
        _, made = SealingKey.objects.get_or_create(
            auction_id=auction_id,
            holder=KeyHolder.AUDITOR,
            defaults={
                "public_key": public_key,
                "wrapped": wrapped,
                "keeper_id": actor.user_id,
            },
        )
        if not made:
            raise SealingKeyExists()
        if has_offers(state.rules):
            command = cmd.SetSealingKey(cmd.KeyHolder.AUDITOR, public_key)
            decide_now(auction_id=auction_id, command=command)
        if state.rules.open_closed is not None:
            if not commitment:
                raise SeedMissing(field="commitment")
            seed = cmd.CommitSeed(cmd.KeyHolder.AUDITOR, commitment)
            decide_now(auction_id=auction_id, command=seed)


def kept_by(actor: Actor, auction_id: UUID) -> AuctionState:
    """The state of an auction whose auditor's key this person keeps. Raises NotTheKeeper."""
    place, state = _sealed(actor, auction_id)
    _must_keep(actor, place, state)
    return state


@dataclass(frozen=True, slots=True)
class MadeKey:
    """One of the auditor's keys as the browser made it: public, and private under a passphrase."""

    public_key: str
    wrapped: str


def set_round_keys(*, actor: Actor, auction_id: UUID, keys: Sequence[MadeKey]) -> None:
    """Make the auditor's public keys of every round known, in their order.

    Raises NothingSealed where there are no rounds, NotTheKeeper or the refusal of the rules.
    """
    place, state = _sealed(actor, auction_id)
    if state.rules.sealed_rounds is None:
        raise NothingSealed()
    _must_keep(actor, place, state)
    for key in keys:
        check_made(key.public_key, key.wrapped)
    with transaction.atomic():
        command = cmd.SetRoundKeys(cmd.KeyHolder.AUDITOR, tuple(key.public_key for key in keys))
        decide_now(auction_id=auction_id, command=command)
        SealingKey.objects.bulk_create(
            SealingKey(
                auction_id=auction_id,
                holder=KeyHolder.AUDITOR,
                round=number,
                public_key=key.public_key,
                wrapped=key.wrapped,
                keeper_id=actor.user_id,
            )
            for number, key in enumerate(keys, start=1)
        )


def hand_over(*, actor: Actor, auction_id: UUID, key: str, by_sheet: bool) -> None:
    """Hand over the auditor's private key, after the deadline.

    ``by_sheet``: it was typed from the recovery sheet. Raises NotTheKeeper, KeyDiffers
    (RoundKeyDiffers for the one of another round) or the refusal of the rules. What is refused
    changes nothing.
    """
    place, state = _sealed(actor, auction_id)
    _must_keep(actor, place, state)
    secret = secret_of(key, field="key")
    with transaction.atomic():
        row = key_of(auction_id, KeyHolder.AUDITOR, _round(state))
        if row is None or not key_fits(secret, row.public_key):
            raise _differs(auction_id, state, secret)
        # The rules are asked before anything is kept: before the deadline it is refused.
        means = cmd.KeyMeans.RECOVERY if by_sheet else cmd.KeyMeans.PERSON
        command = cmd.HandOverKey(means, keepers_role(state.rules))
        decide_now(auction_id=auction_id, command=command)
        row.sealed = protected(auction_id, KeyHolder.AUDITOR, row.round, secret)
        # Whoever handed the key over does not open as well.
        row.keeper_id = actor.user_id
        row.save(update_fields=["sealed", "keeper"])


def _differs(auction_id: UUID, state: AuctionState, secret: bytes) -> KeyDiffers:
    """Why a key does not fit: a sheet has a line for each round, and the wrong one is typed."""
    rows = SealingKey.objects.filter(auction_id=auction_id, holder=KeyHolder.AUDITOR)
    for row in rows.order_by("round"):
        if row.round and key_fits(secret, row.public_key):
            return RoundKeyDiffers(field="key", round=_round(state), given=row.round)
    return KeyDiffers(field="key")


def open_offers(*, actor: Actor, auction_id: UUID, office_key: str = "") -> None:
    """Open every offer. ``office_key`` is the officer's copy, where the platform's is not used.

    The officer may, and a second person of those who keep the auditor's key: never the one who
    handed it over. Raises NotAllowed, SecondPersonNeeded, AuditorKeyMissing, OwnKeyLost,
    KeyDiffers or the refusal of the rules.
    """
    place, state = _sealed(actor, auction_id)
    role = _opens_as(actor, place, state)
    if role is None:
        raise place.refusal or NotAllowed()
    with transaction.atomic():
        auditor = key_of(auction_id, KeyHolder.AUDITOR, _round(state))
        if auditor is None or auditor.sealed is None:
            raise AuditorKeyMissing()
        if auditor.keeper_id == actor.user_id:
            raise SecondPersonNeeded()
        if office_key:
            office, means = secret_of(office_key, field="office_key"), cmd.KeyMeans.FILE
        else:
            own = SealingKey.objects.get(
                auction_id=auction_id, holder=KeyHolder.OFFICE, round=_round(state)
            )
            office, means = read_key(own), cmd.KeyMeans.PLATFORM
        with connection.cursor() as cursor:
            reserves = open_reserves(cursor, key_ring(), auction_id)
        command = cmd.OpenOffers(read_key(auditor).hex(), office.hex(), means, reserves, by=role)
        decide_now(auction_id=auction_id, command=command)


def office_keys(*, actor: Actor, auction_id: UUID) -> list[str]:
    """The officer's copy of the office's private keys, in hex: one, or one for each round.

    Alone they open nothing. Raises NotAllowed, or NothingSealed where there is a random end alone,
    whose seeds need no such key.
    """
    place, state = _sealed(actor, auction_id)
    if not _is_officer(actor, place):
        raise place.refusal or NotAllowed()
    if not has_offers(state.rules):
        raise NothingSealed()
    rows = SealingKey.objects.filter(auction_id=auction_id, holder=KeyHolder.OFFICE)
    return [read_key(row).hex() for row in rows.order_by("round")]


def office_key(*, actor: Actor, auction_id: UUID) -> str:
    """As :func:`office_keys`: the one in question now."""
    keys = office_keys(actor=actor, auction_id=auction_id)
    return keys[max(0, _round(load(auction_id)) - 1)]


def _round(state: AuctionState) -> int:
    if state.rules.sealed_rounds is None:
        return 0
    return 1 if state.sealing is None else state.sealing.round


def _sealed(actor: Actor, auction_id: UUID) -> tuple[Place, AuctionState]:
    place = place_of(actor, auction_id)
    if place.viewer.role is Role.SUPPLIER:
        raise NotAllowed()
    state = load(auction_id)
    if state.terms is None or keeper_of(state.terms) is None:
        raise NothingSealed()
    return place, state


def _progress(actor: Actor, place: Place, state: AuctionState) -> Progress:
    keeper, terms = keeper_of(state.rules), state.rules.sealing
    assert keeper is not None
    is_keeper = _keeps(actor, place, state)
    row = key_of(place.auction.pk, KeyHolder.AUDITOR, _round(state))
    shown = terms is not None and terms.show_count
    told = shown or awaits_opening(state) or not state.phase.is_open
    count = sum(len(lot.sealed.offers) for lot in state.lots.values() if lot.sealed is not None)
    if state.rules.sealed_rounds is not None and (keys := state.sealing) and keys.auditor_secret:
        told, count = True, _opened(state)
    count += packages.sealed_count(state)
    return Progress(
        state=state,
        keeper=keeper,
        has_offers=has_offers(state.rules),
        is_keeper=is_keeper,
        is_officer=_is_officer(actor, place),
        wrapped=row.wrapped if row is not None and is_keeper else "",
        made_at=None if row is None else row.made_at,
        offers=count if told else None,
        handed_over_here=row is not None
        and row.sealed is not None
        and row.keeper_id == actor.user_id,
    )


def _opened(state: AuctionState) -> int:
    """How many offers the round that was just opened had."""
    number = _round(state)
    single = sum(
        len(lot.rounds.ended[number - 1])
        for lot in state.lots.values()
        if lot.rounds is not None and len(lot.rounds.ended) >= number
    )
    seats = {} if state.packages is None else state.packages.seats
    return single + sum(each.round == number for mine in seats.values() for each in mine.read)


def _is_officer(actor: Actor, place: Place) -> bool:
    of_buyer = place.viewer.role in (Role.BUYER, Role.BUYER_BLIND)
    return of_buyer and actor.can(Capability.AUCTION_RUN)


def _keeps(actor: Actor, place: Place, state: AuctionState) -> bool:
    """Whether the terms give the auditor's key to this person's role."""
    if keeper_of(state.rules) is KeyKeeper.AUDITOR:
        of_buyer = place.viewer.role in (Role.BUYER, Role.BUYER_BLIND)
        # Whoever runs the auction holds the other key.
        audits = actor.can(Capability.AUDIT_READ) and not actor.can(Capability.AUCTION_RUN)
        return of_buyer and audits
    return place.viewer.role is Role.NEUTRAL


def _opens_as(actor: Actor, place: Place, state: AuctionState) -> cmd.OpeningRole | None:
    """In which role this person may open, as the ledger will say; None: it may not."""
    if _is_officer(actor, place):
        return cmd.OpeningRole.OFFICER
    return keepers_role(state.rules) if _keeps(actor, place, state) else None


def _must_keep(actor: Actor, place: Place, state: AuctionState) -> None:
    if not _keeps(actor, place, state):
        raise NotTheKeeper()
