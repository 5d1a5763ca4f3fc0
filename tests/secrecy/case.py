"""One tender under way at made-up moments, and what in it nobody may read yet."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.formats import sealed
from auctions.domain.formats.open_closed import awaits_seeds
from auctions.domain.rules import packages
from auctions.domain.rules.sealed_lines import text_bytes
from auctions.domain.state import AuctionState, LotPhase
from auctions.ledger.reserves import open_reserves
from auctions.models import PlatformSeed
from auctions.rehearsal import services as rehearsals
from auctions.selectors import load
from auctions.services import sealing as keys
from auctions.services import seeds
from auctions.services.observers import create_link
from crm_core.access.actor import Actor
from infra.keys import key_ring
from kernel import random_end, sealing
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender
from marketplace.tenders.services import lines, lots, publishing, rehearsing
from marketplace.tenders.services.lines import LineInput
from tests import tender_house as house
from tests.made_up_time import decided_at
from tests.secrecy.spelled import Secret, numbers, of_bytes
from tests.services.test_sealed_offers import WRAPPED

CEILING = "950000"
PRICES = {f"price_{number}": CEILING for number in (1, 2)}  # of a rehearsal
LOT = {"quantity": "1", "scale": 6, "ceiling": CEILING}


@dataclass(frozen=True, slots=True)
class Parties:
    """Who takes part: the ``owner`` of what is hidden, its ``rival``, the ``keeper`` of the
    auditor's key."""

    officer: Actor
    owner: Actor
    rival: Actor
    keeper: Actor


@dataclass
class Case:
    """A tender; ``secrets`` are hidden, ``own`` says by name who is told of one nevertheless."""

    name: str
    parties: Parties
    secrets: list[Secret] = field(default_factory=list)
    own: dict[str, set[Actor]] = field(default_factory=dict)
    offices: list[str] = field(default_factory=list)  # the platform's private keys, hex
    tender: Tender = field(init=False)
    rehearsal: UUID | None = None
    link: str = ""  # an observer's
    clock: datetime = field(init=False)
    refs: int = 0

    def __post_init__(self) -> None:
        self._numbers = numbers(self.name)
        self.private = [
            hashlib.sha256(f"{self.name} {number}".encode()).digest() for number in range(3)
        ]
        self.seed = random_end.auditor_seed(self.private[0])

    @property
    def auction_id(self) -> UUID | None:
        """None of a draft."""
        found: UUID | None = self.tender.auction_id
        return found

    @property
    def state(self) -> AuctionState:
        return load(self.tender.auction_id)

    def secret(self, what: str, *known_to: Actor, below: str = CEILING) -> str:
        """A new one, as typed. ``known_to``: whom the site tells it."""
        most = Decimal(below) * Decimal("0.99")  # more than a step lower
        amount = next(each for each in self._numbers if each < most)
        made = Secret(f"{self.name}: {what}", amount)
        self.secrets.append(made)
        self.own[made.name] = set(known_to)
        return str(made)

    # The tender --------------------------------------------------------------------------------

    def draft(self, *lots_typed: dict[str, Any], **rules: Any) -> None:
        """A draft with these lots, both suppliers chosen."""
        officer = self.parties.officer
        self.tender = house.draft(officer, [self.parties.owner, self.parties.rival], **rules)
        given = {"actor": officer, "tender_id": self.tender.pk}
        found = self.tender.lots.get()
        first, *others = lots_typed or ({},)
        lots.update_lot(**given, lot_id=found.pk, lot=house.lot(**{**LOT, **first}))
        for each in others:
            lots.add_lot(**given, lot=house.lot(**{**LOT, **each}))

    def positions(self, *titles: str) -> None:
        """The first lot has these, one piece each."""
        typed = [LineInput(title=each, quantity="1", scale=6) for each in titles]
        lines.set_lines(
            actor=self.parties.officer, tender_id=self.tender.pk,
            lot_id=self.tender.lots.get(number=1).pk, lines=typed,
        )  # fmt: skip

    def rehearse(self) -> None:
        """Its terms are played once."""
        given = {"actor": self.parties.officer, "tender_id": self.tender.pk}
        self.rehearsal = rehearsing.rehearse(**given, typed={"bots": "2", "runs": "1", **PRICES}).pk
        while rehearsals.go_on(self.rehearsal):
            continue

    def publish(self) -> None:
        """Published, and accepted by both."""
        given = {"actor": self.parties.officer, "tender_id": self.tender.pk}
        self.tender = publishing.publish(**given)
        for each in (self.parties.owner, self.parties.rival):
            house.accept(each, self.tender)
        _, self.link = create_link(
            actor=self.parties.officer, auction_id=self.tender.auction_id, label="Ministry"
        )

    # The auction -------------------------------------------------------------------------------

    def begin(self) -> None:
        """The keys are made, and the start has come."""
        rules = self.state.rules
        given = {"actor": self.parties.keeper, "auction_id": self.auction_id}
        public = [sealing.public_key_of(each).hex() for each in self.private]
        if rules.sealed_rounds is not None:
            made = [keys.MadeKey(each, WRAPPED) for each in public[: rules.sealed_rounds.rounds]]
            keys.set_round_keys(**given, keys=made)
        elif rules.sealed is not None or rules.open_closed is not None:
            bound = random_end.commitment(self.seed) if rules.open_closed is not None else ""
            keys.set_auditor_key(**given, public_key=public[0], wrapped=WRAPPED, commitment=bound)
        if self.state.sealing is not None:
            officer = {"actor": self.parties.officer, "auction_id": self.auction_id}
            self.offices = keys.office_keys(**officer)
        self.due()

    def due(self) -> None:
        """What is due next is decided, at its moment."""
        due = machine.due(self.state)
        assert due is not None, self.name
        with connection.cursor() as cursor:
            reserves = open_reserves(cursor, key_ring(), self.tender.auction_id)
        decided_at(self.tender.auction_id, cmd.Tick(due, reserves), due)
        self.clock = due

    def seat(self, of: Actor) -> str:
        """The supplier's."""
        return auctioning.seats(self.tender)[of.company_id]

    def ref(self) -> str:
        """A new one."""
        self.refs += 1
        return f"r{self.refs}"

    def place(self, command: cmd.Command) -> None:
        """Decide a command a second after what was decided before."""
        self.clock += timedelta(seconds=1)
        decided_at(self.tender.auction_id, command, self.clock)

    def bid(self, by: Actor, amount: str) -> None:
        """In the open, on the first lot."""
        bid = Decimal(amount)
        self.place(cmd.PlaceBid(self.seat(by), 1, bid, self.ref(), retyped=bid))

    def _sealed(self, purpose: bytes, content: dict[str, Any], size: int) -> tuple[str, int | None]:
        public = self.state.sealing
        assert public is not None
        both = bytes.fromhex(public.auditor), bytes.fromhex(public.office)
        made = sealing.seal(*both, purpose, json.dumps(content).encode(), size)
        return made.hex(), public.round or None

    def offer(self, by: Actor, lot: int = 1, **content: Any) -> None:
        """Seal an ``amount``, or unit prices as ``lines``."""
        seat = self.seat(by)
        size = sealing.TEXT_BYTES
        if "lines" in content:
            size = text_bytes(self.state.rules.lots[lot - 1])
        envelope, of = self._sealed(sealed.purpose(seat, lot), content, size)
        self.place(cmd.PlaceSealedOffer(seat, lot, envelope, self.ref(), of))

    def package(self, by: Actor, number: int, **content: Any) -> None:
        """Seal a package with ``prices`` by lot, or number 0: a discount."""
        seat = self.seat(by)
        purpose = packages.purpose(seat, number)
        envelope, of = self._sealed(purpose, content, sealing.LONG_TEXT_BYTES)
        self.place(cmd.PlaceSealedPackage(seat, number, envelope, self.ref(), of))

    # Its opening -------------------------------------------------------------------------------

    def hand_over(self) -> None:
        """The deadline has passed, and the auditor's key is there."""
        while not self._waits:
            self.due()
        keys.hand_over(
            actor=self.parties.keeper, auction_id=self.tender.auction_id,
            key=self.private[self._round].hex(), by_sheet=False,
        )  # fmt: skip

    def open(self) -> None:
        """The officer opens what waits for it."""
        keys.open_offers(actor=self.parties.officer, auction_id=self.tender.auction_id)

    def hand_in_seed(self) -> None:
        """The auditor's; the platform's is opened with it. Raises the refusal of the rules."""
        seeds.open_seeds(
            actor=self.parties.keeper, auction_id=self.tender.auction_id, seed=self.seed.hex()
        )

    def open_seeds(self) -> None:
        """The window is over, and its end is drawn."""
        while not awaits_seeds(self.state):
            self.due()
        self.hand_in_seed()
        lot = self.state.lots[1]
        if lot.phase is LotPhase.RUNNING:  # the final stage
            assert lot.deadline is not None
            self.clock = lot.deadline - timedelta(minutes=4)  # seeds were opened at the real time

    def end(self) -> None:
        """Whatever is left to decide or to open."""
        while self.state.phase.is_open:
            if self._waits:
                public = self.state.sealing
                if public is None or public.handed_over is None:
                    self.hand_over()
                self.open()
            elif awaits_seeds(self.state):
                self.open_seeds()
            else:
                self.due()
        house.follow(self.tender)

    @property
    def _waits(self) -> bool:
        return any(lot.phase is LotPhase.SEALED for lot in self.state.lots.values())

    @property
    def _round(self) -> int:
        """The number of the keys in question now, from 0."""
        public = self.state.sealing
        return 0 if public is None else max(0, public.round - 1)

    def keys(self) -> dict[str, str]:
        """The private keys that are not published yet, in hex; both of each are needed."""
        if self.auction_id is None or self.state.sealing is None:
            return {}
        both = (("auditor", [each.hex() for each in self.private]), ("office", self.offices))
        return {
            f"{self.name}: key of the {whose}, {number}": key
            for whose, all_of_them in both
            for number, key in enumerate(all_of_them)
            if number >= self._round
        }

    def seeds(self) -> dict[str, str]:
        """The seeds of a random end that are not opened yet, each as it may be spelled."""
        if self.auction_id is None or self.state.seeds is None or self.state.seeds.office_seed:
            return {}
        own = seeds.read_seed(PlatformSeed.objects.get(auction=self.auction_id))
        assert random_end.commitment(own) == self.state.seeds.office
        return {
            f"{self.name}: seed of the {whose}, {how}": text
            for whose, seed in (("platform", own), ("auditor", self.seed))
            for how, text in of_bytes(seed).items()
        }

    def envelopes(self) -> dict[str, tuple[str, str]]:
        """What was sealed and waits, as the ledger keeps it, and the fingerprint of that: by words
        that begin with the supplier's seat. Of another's nobody is told even that there is one."""
        if self.auction_id is None or self.state.sealing is None:
            return {}
        found: dict[str, str] = {}
        for lot in self.state.lots.values():
            for seat, offer in ({} if lot.sealed is None else lot.sealed.offers).items():
                found[f"{seat} {self.name}: lot {lot.number}"] = offer.envelope
        tied = self.state.packages
        for seat, mine in ({} if tied is None else tied.seats).items():
            for number, package in mine.offers.items():
                found[f"{seat} {self.name}: package {number}"] = package.envelope
        return {
            name: (envelope, sealing.fingerprint(bytes.fromhex(envelope)))
            for name, envelope in found.items()
            if envelope
        }
