"""The seeds of a random end.

The platform's is made when the auction opens and kept encrypted by the process key. The auditor's
follows one way from the auditor's key (docs/auctions/open_closed.md), so that one passphrase and
one sheet serve for both, and the opened seed tells nothing of the key; its hash comes with the
public key (services.sealing), itself only when every window is over.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from auctions.domain import commands as cmd
from auctions.domain.events import SeedCommitted
from auctions.domain.terms import Terms
from auctions.ledger.reserves import open_reserves
from auctions.models import PlatformSeed
from auctions.services.deciding import decide_now
from auctions.services.sealing import kept_by
from auctions.services.sealing_errors import NothingSealed, OwnSeedLost
from crm_core.access.actor import Actor
from infra.keys import Undecryptable, key_ring
from kernel import random_end


def first_entries(auction_id: UUID, terms: Terms, at: datetime) -> Iterator[SeedCommitted]:
    """Make the platform's seed of an auction that needs one, and the entry that binds it."""
    if terms.open_closed is None:
        return
    seed = secrets.token_bytes(random_end.SEED_BYTES)
    kept = key_ring().encrypted(seed, _bound(auction_id))
    PlatformSeed.objects.create(auction_id=auction_id, sealed=kept)
    yield SeedCommitted(cmd.KeyHolder.OFFICE, random_end.commitment(seed), at)


def open_seeds(*, actor: Actor, auction_id: UUID, seed: str) -> None:
    """Open both seeds, the auditor's as handed in (hex).

    Raises NotTheKeeper, OwnSeedLost or the refusal of the rules.
    """
    kept_by(actor, auction_id)
    with transaction.atomic():
        row = PlatformSeed.objects.filter(auction_id=auction_id).first()
        if row is None:
            raise NothingSealed()
        own = read_seed(row)
        with connection.cursor() as cursor:
            reserves = open_reserves(cursor, key_ring(), auction_id)
        command = cmd.RevealSeeds(own.hex(), "".join(seed.split()).lower(), reserves)
        decide_now(auction_id=auction_id, command=command)


def read_seed(row: PlatformSeed) -> bytes:
    """The platform's seed. Trusted code only. Raises OwnSeedLost."""
    try:
        return key_ring().decrypted(bytes(row.sealed), _bound(row.pk))
    except Undecryptable as error:
        raise OwnSeedLost() from error


def _bound(auction_id: UUID) -> bytes:
    return f"fairfall-random-end-1\n{auction_id}".encode("ascii")
