"""The keys of sealed offers, from their making to the opening.

The office's key is made here when the auction opens: the platform keeps it encrypted by the process
key, the officer may take a copy. The auditor's is made in the auditor's browser; what arrives is
the public key and the private one wrapped by a passphrase. After the deadline the auditor unlocks
it in the browser (or types the recovery sheet) and hands it over; only then are the two together.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import connection, transaction

from auctions.domain import commands as cmd
from auctions.domain.events import SealingKeySet
from auctions.domain.formats import RULES
from auctions.domain.formats.sealed import awaits_opening, key_fits
from auctions.domain.refusals import (
    AuditorKeyMissing,
    KeyDiffers,
    SealingKeyExists,
    SealingKeyMalformed,
)
from auctions.domain.rules import packages
from auctions.domain.state import AuctionState
from auctions.domain.terms import KeyKeeper, Terms
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
    OwnKeyLost,
    SecondPersonNeeded,
    WrappedKeyMalformed,
)
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from infra.keys import key_ring
from kernel import sealing
from kernel.clock import utc_now

_NONCE_BYTES = 12
MOST_WRAPPED = 2000
WRAPPED_FIELDS = {"salt": 16, "nonce": 12, "text": 48}
LEAST_ROUNDS, MOST_ROUNDS = 600_000, 5_000_000
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the opening is, for one viewer."""

    state: AuctionState
    keeper: KeyKeeper
    is_keeper: bool
    is_officer: bool
    wrapped: str  # of the auditor's key; the keeper's alone
    made_at: datetime | None  # when the auditor's key was made
    offers: int | None  # None: not told yet
    handed_over_here: bool  # by this very person, who does not open as well

    @property
    def awaits(self) -> bool:
        """Whether the keys may be handed over now."""
        return self.state.phase.is_open and awaits_opening(self.state)


def first_entries(auction_id: UUID, terms: Terms) -> Iterator[SealingKeySet]:
    """Make the office's key of an auction that needs one, and the entry that names it."""
    if not RULES[terms.format].sealed:
        return
    secret = sealing.new_secret()
    public = sealing.public_key_of(secret).hex()
    SealingKey.objects.create(
        auction_id=auction_id,
        holder=KeyHolder.OFFICE,
        public_key=public,
        sealed=_protected(auction_id, KeyHolder.OFFICE, secret),
    )
    yield SealingKeySet(cmd.KeyHolder.OFFICE, public, utc_now())


def progress(*, actor: Actor, auction_id: UUID) -> Progress:
    """Raises AuctionUnknown, NotAllowed (suppliers) or NothingSealed."""
    place, state = _sealed(actor, auction_id)
    return _progress(actor, place, state)


def set_auditor_key(*, actor: Actor, auction_id: UUID, public_key: str, wrapped: str) -> None:
    """Make the auditor's public key known. Raises NotTheKeeper or the refusal of the rules."""
    place, state = _sealed(actor, auction_id)
    _must_keep(actor, place, state)
    _check_wrapped(wrapped)
    raw = bytes.fromhex(public_key) if _HEX.fullmatch(public_key) and public_key else b""
    if len(public_key) != 2 * sealing.KEY_BYTES or not sealing.is_key(raw):
        raise SealingKeyMalformed(field="public_key")
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
        command = cmd.SetSealingKey(cmd.KeyHolder.AUDITOR, public_key)
        decide_now(auction_id=auction_id, command=command)


def hand_over(*, actor: Actor, auction_id: UUID, key: str, by_sheet: bool) -> None:
    """Hand over the auditor's private key, after the deadline.

    ``by_sheet``: it was typed from the recovery sheet. Raises NotTheKeeper, KeyDiffers or the
    refusal of the rules.
    """
    place, state = _sealed(actor, auction_id)
    _must_keep(actor, place, state)
    secret = _secret_of(key, field="key")
    with transaction.atomic():
        row = SealingKey.objects.filter(auction_id=auction_id, holder=KeyHolder.AUDITOR).first()
        if row is None or not key_fits(secret, row.public_key):
            raise KeyDiffers(field="key")
        # The rules are asked before anything is kept: before the deadline it is refused.
        means = cmd.KeyMeans.RECOVERY if by_sheet else cmd.KeyMeans.PERSON
        decide_now(auction_id=auction_id, command=cmd.HandOverKey(means))
        row.sealed = _protected(auction_id, KeyHolder.AUDITOR, secret)
        # Whoever handed the key over does not open as well, unless as the officer.
        row.keeper_id = actor.user_id
        row.save(update_fields=["sealed", "keeper"])


def open_offers(*, actor: Actor, auction_id: UUID, office_key: str = "") -> None:
    """Open every offer. ``office_key`` is the officer's copy, where the platform's is not used.

    The officer may, and a second person of those who keep the auditor's key: never the one who
    handed it over. Raises NotAllowed, SecondPersonNeeded, AuditorKeyMissing, OwnKeyLost,
    KeyDiffers or the refusal of the rules.
    """
    place, state = _sealed(actor, auction_id)
    if not (_is_officer(actor, place) or _keeps(actor, place, state)):
        raise place.refusal or NotAllowed()
    with transaction.atomic():
        keys = {row.holder: row for row in SealingKey.objects.filter(auction_id=auction_id)}
        auditor = keys.get(KeyHolder.AUDITOR)
        if auditor is None or auditor.sealed is None:
            raise AuditorKeyMissing()
        if auditor.keeper_id == actor.user_id:
            raise SecondPersonNeeded()
        if office_key:
            office, means = _secret_of(office_key, field="office_key"), cmd.KeyMeans.FILE
        else:
            office, means = _read(keys[KeyHolder.OFFICE]), cmd.KeyMeans.PLATFORM
        with connection.cursor() as cursor:
            reserves = open_reserves(cursor, key_ring(), auction_id)
        command = cmd.OpenOffers(_read(auditor).hex(), office.hex(), means, reserves)
        decide_now(auction_id=auction_id, command=command)


def office_key(*, actor: Actor, auction_id: UUID) -> str:
    """The officer's copy of the office's private key, in hex. Alone it opens nothing."""
    place, _ = _sealed(actor, auction_id)
    if not _is_officer(actor, place):
        raise place.refusal or NotAllowed()
    return _read(SealingKey.objects.get(auction_id=auction_id, holder=KeyHolder.OFFICE)).hex()


def _sealed(actor: Actor, auction_id: UUID) -> tuple[Place, AuctionState]:
    place = place_of(actor, auction_id)
    if place.viewer.role is Role.SUPPLIER:
        raise NotAllowed()
    state = load(auction_id)
    if state.terms is None or not RULES[state.terms.format].sealed:
        raise NothingSealed()
    return place, state


def _progress(actor: Actor, place: Place, state: AuctionState) -> Progress:
    terms = state.rules.sealed
    assert terms is not None
    is_keeper = _keeps(actor, place, state)
    row = SealingKey.objects.filter(auction=place.auction, holder=KeyHolder.AUDITOR).first()
    told = terms.show_count or awaits_opening(state) or not state.phase.is_open
    count = sum(len(lot.sealed.offers) for lot in state.lots.values() if lot.sealed is not None)
    count += packages.standing(state)
    return Progress(
        state=state,
        keeper=terms.keeper,
        is_keeper=is_keeper,
        is_officer=_is_officer(actor, place),
        wrapped=row.wrapped if row is not None and is_keeper else "",
        made_at=None if row is None else row.made_at,
        offers=count if told else None,
        handed_over_here=row is not None
        and row.sealed is not None
        and row.keeper_id == actor.user_id,
    )


def _is_officer(actor: Actor, place: Place) -> bool:
    of_buyer = place.viewer.role in (Role.BUYER, Role.BUYER_BLIND)
    return of_buyer and actor.can(Capability.AUCTION_RUN)


def _keeps(actor: Actor, place: Place, state: AuctionState) -> bool:
    """Whether the terms give the auditor's key to this person's role."""
    terms = state.rules.sealed
    if terms is not None and terms.keeper is KeyKeeper.AUDITOR:
        of_buyer = place.viewer.role in (Role.BUYER, Role.BUYER_BLIND)
        # Whoever runs the auction holds the other key.
        audits = actor.can(Capability.AUDIT_READ) and not actor.can(Capability.AUCTION_RUN)
        return of_buyer and audits
    return place.viewer.role is Role.NEUTRAL


def _must_keep(actor: Actor, place: Place, state: AuctionState) -> None:
    if not _keeps(actor, place, state):
        raise NotTheKeeper()


def _secret_of(text: str, field: str) -> bytes:
    plain = "".join(text.split()).lower()
    raw = bytes.fromhex(plain) if _HEX.fullmatch(plain) and len(plain) == 64 else b""
    if not sealing.is_secret(raw):
        raise KeyDiffers(field=field)
    return raw


def _check_wrapped(wrapped: str) -> None:
    """Its form alone: what is inside only the passphrase tells."""
    try:
        content = json.loads(wrapped) if len(wrapped) <= MOST_WRAPPED else None
    except ValueError:
        content = None
    if not isinstance(content, dict) or content.keys() != {*WRAPPED_FIELDS, "rounds"}:
        raise WrappedKeyMalformed(field="wrapped")
    rounds = content["rounds"]
    sized = all(
        isinstance(content[name], str)
        and _HEX.fullmatch(content[name])
        and len(content[name]) == 2 * size
        for name, size in WRAPPED_FIELDS.items()
    )
    if not sized or type(rounds) is not int or not LEAST_ROUNDS <= rounds <= MOST_ROUNDS:
        raise WrappedKeyMalformed(field="wrapped")


def _protected(auction_id: UUID, holder: KeyHolder, secret: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + key_ring().cipher().encrypt(nonce, secret, _bound(auction_id, holder))


def _read(row: SealingKey) -> bytes:
    content = bytes(row.sealed or b"")
    bound = _bound(row.auction_id, KeyHolder(row.holder))
    try:
        return key_ring().cipher().decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise OwnKeyLost() from error


def _bound(auction_id: UUID, holder: KeyHolder) -> bytes:
    return f"fairfall-sealing-1\n{auction_id}\n{holder.value}".encode("ascii")
