"""Hidden reserves: committed in the terms, encrypted at rest, opened when their lot closes.

The database alone does not tell a reserve. Whoever reads a running process's memory, or both the
database and the process key, could: the documentation says so (docs/ledger.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from auctions.domain.commands import OpenedReserve
from auctions.domain.terms import reserve_commitment
from auctions.ledger import chain
from auctions.ledger.store import Cursor
from infra.keys import KeyRing
from kernel.decimals import to_wire

_AMOUNT_BYTES = 32  # padded: every amount encrypts to the same length


@dataclass(frozen=True, slots=True)
class SealedReserve:
    """One lot's reserve. ``commitment`` goes into the lot's terms before the auction opens."""

    lot: int
    commitment: str
    sealed: bytes  # nonce, then the encrypted salt and amount


def seal_reserve(keys: KeyRing, *, auction_id: UUID, lot: int, amount: Decimal) -> SealedReserve:
    """Encrypt ``amount``, bound to its auction and lot, and commit to it.

    The salt is encrypted too: whoever had it could try amounts until one fits the commitment.
    """
    salt = chain.new_salt()
    text = to_wire(amount)
    content = salt + text.encode("ascii").ljust(_AMOUNT_BYTES)
    return SealedReserve(
        lot=lot,
        commitment=reserve_commitment(salt, text),
        sealed=keys.encrypted(content, _bound(auction_id, lot)),
    )


def open_reserve(keys: KeyRing, *, auction_id: UUID, lot: int, sealed: bytes) -> OpenedReserve:
    """The inverse; raises Undecryptable for another auction, lot, key or content."""
    content = keys.decrypted(sealed, _bound(auction_id, lot))
    salt, text = content[: chain.SALT_BYTES], content[chain.SALT_BYTES :].decode("ascii").strip()
    return OpenedReserve(lot=lot, salt=salt.hex(), amount=Decimal(text))


def save_reserves(cursor: Cursor, auction_id: UUID, reserves: Sequence[SealedReserve]) -> None:
    """Keep them until their lots close."""
    for reserve in reserves:
        cursor.execute(
            "INSERT INTO auctions_lotreserve (auction_id, lot, commitment, sealed)"
            " VALUES (%s, %s, %s, %s)",
            (auction_id, reserve.lot, reserve.commitment, reserve.sealed),
        )


def open_reserves(cursor: Cursor, keys: KeyRing, auction_id: UUID) -> tuple[OpenedReserve, ...]:
    """What a Tick hands over: the reserve of every lot that has one."""
    cursor.execute(
        "SELECT lot, sealed FROM auctions_lotreserve WHERE auction_id = %s ORDER BY lot",
        (auction_id,),
    )
    return tuple(
        open_reserve(keys, auction_id=auction_id, lot=row[0], sealed=bytes(row[1]))
        for row in cursor.fetchall()
    )


def _bound(auction_id: UUID, lot: int) -> bytes:
    return f"fairfall-reserve-1\n{auction_id}\n{lot}".encode("ascii")
