"""Limits for automatic bids: committed in the ledger, encrypted there, opened when the lot closes.

Who reads the database, the log or an export of an auction that ended early learns that there was a
limit, not which. Whoever reads a running process's memory, or the process key with either of them,
could: the documentation says so (docs/auctions/proxy.md).
"""

from __future__ import annotations

import hmac
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from auctions.domain.commands import OpenedLimit, SetBidLimit
from auctions.domain.draft import Limits
from auctions.domain.state import BidLimit
from auctions.domain.terms import limit_commitment
from auctions.ledger import chain
from infra.keys import KeyRing
from kernel.decimals import to_wire

_AMOUNT_BYTES = 32  # padded: every amount encrypts to the same length
_PURPOSE = b"fairfall-limit-1"
KEPT = 20_000


def limit_command(
    keys: KeyRing,
    *,
    auction_id: UUID,
    seat: str,
    lot: int,
    amount: Decimal,
    ref: str,
    retyped: Decimal | None,
) -> SetBidLimit:
    """The command that commits to ``amount``.

    The salt follows from the ref, the amount and the process key, so that the same request sent
    again is the same command, and nobody without the key can try amounts.
    """
    text = to_wire(amount)
    asked = "\n".join((str(auction_id), seat, str(lot), ref, text))
    salt = hmac.digest(keys.derived(_PURPOSE), asked.encode(), "sha256")
    content = salt + text.encode("ascii").ljust(_AMOUNT_BYTES)
    return SetBidLimit(
        seat=seat,
        lot=lot,
        commitment=limit_commitment(salt, text),
        ref=ref,
        retyped=None if retyped is None else retyped == amount,
        sealed=keys.encrypted(content, _bound(auction_id, lot, seat)).hex(),
        opened=OpenedLimit(salt.hex(), amount),
    )


def limits_of(keys: KeyRing, auction_id: UUID) -> Limits:
    """What the rules ask the limits of one auction with.

    Raises Undecryptable for another auction, seat, lot, key or content.
    """

    def opened(lot: int, seat: str, limit: BidLimit) -> OpenedLimit:
        return _open(keys.folder, auction_id, lot, seat, limit.sealed)

    return opened


@lru_cache(KEPT)
def _open(folder: Path, auction_id: UUID, lot: int, seat: str, sealed: str) -> OpenedLimit:
    bound = _bound(auction_id, lot, seat)
    content = KeyRing(folder).decrypted(bytes.fromhex(sealed), bound)
    salt, text = content[: chain.SALT_BYTES], content[chain.SALT_BYTES :].decode("ascii").strip()
    return OpenedLimit(salt.hex(), Decimal(text))


def _bound(auction_id: UUID, lot: int, seat: str) -> bytes:
    return _PURPOSE + f"\n{auction_id}\n{lot}\n{seat}".encode()
