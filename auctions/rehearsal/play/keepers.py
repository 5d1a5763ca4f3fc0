"""Those who keep keys and seeds: in a rehearsal they are there at once, whenever they are needed.

What they keep follows from the rehearsal's seed, so that the ledger comes out the same again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from auctions.domain.commands import (
    Command,
    CommitSeed,
    HandOverKey,
    KeyHolder,
    KeyMeans,
    OpenedReserve,
    OpenOffers,
    RevealSeeds,
    SetRoundKeys,
    SetSealingKey,
)
from auctions.domain.formats import RULES, open_closed, sealed
from auctions.domain.state import AuctionState, LotPhase
from auctions.domain.terms import Terms
from kernel import random_end, sealing

PROMPT = timedelta(seconds=1)  # after what calls them


def keepers_needed(terms: Terms) -> bool:
    """Whether these terms have keys or seeds at all."""
    return RULES[terms.format].sealed or terms.open_closed is not None


@dataclass(frozen=True, slots=True)
class Keepers:
    """The auditor, the officer and the platform of one rehearsal."""

    seed: str

    def before(self, state: AuctionState) -> Iterator[Command]:
        """What must be fixed before the start."""
        own = state.rules.sealed_rounds
        if own is not None:
            for holder in KeyHolder:
                keys = tuple(self._public(holder, number) for number in range(1, own.rounds + 1))
                yield SetRoundKeys(holder, keys)
        elif RULES[state.rules.format].sealed or open_closed.has_final_stage(state.rules):
            for holder in KeyHolder:
                yield SetSealingKey(holder, self._public(holder, 0))
        if state.rules.open_closed is not None:
            for holder in KeyHolder:
                yield CommitSeed(holder, random_end.commitment(self._seed_of(holder)))

    def called_for(
        self, state: AuctionState, reserves: tuple[OpenedReserve, ...]
    ) -> Command | None:
        """What waits for one of them; None: nothing."""
        if not keepers_needed(state.rules):
            return None
        if state.rules.open_closed is not None and open_closed.awaits_seeds(state):
            return RevealSeeds(
                platform_seed=self._seed_of(KeyHolder.OFFICE).hex(),
                auditor_seed=self._seed_of(KeyHolder.AUDITOR).hex(),
                reserves=reserves,
            )
        if not sealed.awaits_opening(state):
            return None
        if state.sealing is None or state.sealing.handed_over is None:
            return HandOverKey(KeyMeans.PERSON)
        number = max(
            0 if lot.rounds is None else lot.rounds.round
            for lot in state.lots.values()
            if lot.phase is LotPhase.SEALED
        )
        return OpenOffers(
            auditor_key=self._secret(KeyHolder.AUDITOR, number).hex(),
            office_key=self._secret(KeyHolder.OFFICE, number).hex(),
            means=KeyMeans.PLATFORM,
            reserves=reserves,
        )

    def _secret(self, holder: KeyHolder, number: int) -> bytes:
        return sealing.secret_from(f"{self.seed}|{holder.value}|{number}")

    def _public(self, holder: KeyHolder, number: int) -> str:
        return sealing.public_key_of(self._secret(holder, number)).hex()

    def _seed_of(self, holder: KeyHolder) -> bytes:
        return hashlib.sha256(f"{self.seed}|{holder.value}|end".encode()).digest()
