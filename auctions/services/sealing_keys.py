"""The keys of sealed offers at rest: made, checked by their form, encrypted by the process key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from auctions.domain import commands as cmd
from auctions.domain.events import RoundKeysSet, SealingKeySet
from auctions.domain.formats import RULES
from auctions.domain.formats.open_closed import has_final_stage
from auctions.domain.refusals import KeyDiffers, SealingKeyMalformed
from auctions.domain.terms import Terms
from auctions.models import SealingKey
from auctions.models.sealing import KeyHolder
from auctions.services.sealing_errors import OwnKeyLost, WrappedKeyMalformed
from infra.keys import Undecryptable, key_ring
from kernel import sealing

MOST_WRAPPED = 2000
WRAPPED_FIELDS = {"salt": 16, "nonce": 12, "text": 48}
LEAST_ROUNDS, MOST_ROUNDS = 600_000, 5_000_000
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)


def has_offers(terms: Terms) -> bool:
    """Whether sealed offers are made under these terms, at whatever stage."""
    return RULES[terms.format].sealed or has_final_stage(terms)


def first_entries(
    auction_id: UUID, terms: Terms, at: datetime
) -> Iterator[SealingKeySet | RoundKeysSet]:
    """Make the office's keys of an auction that needs them, and the entry that names them."""
    if not has_offers(terms):
        return
    own = terms.sealed_rounds
    keys = []
    for number in [0] if own is None else range(1, own.rounds + 1):
        secret = sealing.new_secret()
        keys.append(sealing.public_key_of(secret).hex())
        SealingKey.objects.create(
            auction_id=auction_id,
            holder=KeyHolder.OFFICE,
            round=number,
            public_key=keys[-1],
            sealed=protected(auction_id, KeyHolder.OFFICE, number, secret),
        )
    if own is None:
        yield SealingKeySet(cmd.KeyHolder.OFFICE, keys[0], at)
    else:
        yield RoundKeysSet(cmd.KeyHolder.OFFICE, tuple(keys), at)


def key_of(auction_id: UUID, holder: KeyHolder, number: int) -> SealingKey | None:
    """What is kept of one holder's key; of a round, or 0 where there are none."""
    return SealingKey.objects.filter(auction_id=auction_id, holder=holder, round=number).first()


def secret_of(text: str, field: str) -> bytes:
    """A private key as it is typed, in hex, spaced or not. Raises KeyDiffers."""
    plain = "".join(text.split()).lower()
    raw = bytes.fromhex(plain) if _HEX.fullmatch(plain) and len(plain) == 64 else b""
    if not sealing.is_secret(raw):
        raise KeyDiffers(field=field)
    return raw


def check_made(public_key: str, wrapped: str) -> None:
    """The form of a key made in a browser. Raises SealingKeyMalformed, WrappedKeyMalformed."""
    check_wrapped(wrapped)
    raw = bytes.fromhex(public_key) if _HEX.fullmatch(public_key) and public_key else b""
    if len(public_key) != 2 * sealing.KEY_BYTES or not sealing.is_key(raw):
        raise SealingKeyMalformed(field="public_key")


def check_wrapped(wrapped: str) -> None:
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


def protected(auction_id: UUID, holder: KeyHolder, number: int, secret: bytes) -> bytes:
    """A private key as it is kept: encrypted, bound to its auction, holder and round."""
    return key_ring().encrypted(secret, _bound(auction_id, holder, number))


def read_key(row: SealingKey) -> bytes:
    """The private key again. Raises OwnKeyLost."""
    bound = _bound(row.auction_id, KeyHolder(row.holder), row.round)
    try:
        return key_ring().decrypted(bytes(row.sealed or b""), bound)
    except Undecryptable as error:
        raise OwnKeyLost() from error


def _bound(auction_id: UUID, holder: KeyHolder, number: int) -> bytes:
    of_round = f"\n{number}" if number else ""
    return f"fairfall-sealing-1\n{auction_id}\n{holder.value}{of_round}".encode("ascii")
