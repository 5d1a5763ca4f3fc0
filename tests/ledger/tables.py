"""An auction of each format played to its end by bots and written to chains, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from uuid import UUID

from auctions.domain.commands import Command
from auctions.domain.events import Event
from auctions.domain.terms import Disclosure, Format, Terms
from auctions.domain.terms_check import check_terms
from auctions.ledger.codec import Entry, payload_hash
from auctions.ledger.receipts import ACCEPTED, Receipt
from auctions.rehearsal.play import simulate
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.costs import Costs
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.secrets import rehearsed
from tests.domain.budget_room import budget_lot, budget_terms
from tests.domain.room import lot, terms
from tests.ledger.case import AUCTION, START, Table, fixed_salt, signer

PRICES = {1: Decimal(1000)}
# Few and large steps: a short ledger. The second supplier is the last to act.
HABITS = (Strategy.JUMP, Strategy.SNIPER, Strategy.JUMP)
SEED = "a table"


@dataclass(slots=True)
class Written(simulate.Played):
    """A rehearsal whose entries stand in a table's chains, with a receipt for each command."""

    table: Table | None = None
    latest: list[Entry] = field(default_factory=list)

    def add(self, events: Sequence[Event], at: datetime) -> None:
        simulate.Played.add(self, events, at)
        assert self.table is not None
        self.table.now = max(self.table.now, at + timedelta(milliseconds=3))
        self.latest = self.table.happen(events)

    def do(self, command: Command, at: datetime) -> None:
        simulate.Played.do(self, command, at)
        entries = self.latest
        seat, ref = getattr(command, "seat", None), getattr(command, "ref", "")
        if seat is not None and ref:
            assert self.table is not None
            receipt = Receipt(
                auction=str(AUCTION),
                outcome=ACCEPTED,
                id=str(UUID(bytes=fixed_salt("id", ACCEPTED, entries[0].seq)[:16])),
                leaf=entries[0].leaf,
                party=seat,
                ref=ref,
                payload=payload_hash(command),
                received_at=at,
            ).signed(self.table.key)
            self.table.receipts.setdefault(seat, []).append(receipt)


def terms_of(name: Format, disclosure: Disclosure) -> Terms:
    """The usual terms of the format, with one lot."""
    made = FORMATS[name].terms_of(terms(lots=(lot(1),)), PRICES)
    made = made or budget_terms(lots=(budget_lot(floor=Decimal(90)),))
    opens = (
        None if made.prebid_opens_at is None else START - (made.starts_at - made.prebid_opens_at)
    )
    return rehearsed(
        replace(
            made,
            starts_at=START,
            prebid_opens_at=opens,
            platform_key=signer().key_id,
            disclosure=disclosure,
        ),
        PRICES,
    )


@cache
def table_of(name: Format, disclosure: Disclosure = Disclosure.BUYER) -> Table:
    """The auction from its opening to the end; the same in every run."""
    return written(terms_of(name, disclosure))


def written(made: Terms) -> Table:
    """An auction of these terms, played by bots from its opening to the end."""
    assert not check_terms(made)
    bots = simulate.bots_for(
        made, count=len(HABITS), strategies=HABITS, costs=Costs(), prices=PRICES, seed=SEED
    )
    table = Table(signer())
    simulate.play(made, bots, Written(bots=bots, table=table))
    assert not table.state.phase.is_open
    table.check(table.now)
    return table
