"""The demonstration's bidders: programs of the suppliers, each with a stated strategy.

They are ``examples/bidder.py`` with strategies of their own, on the same socket as everybody, and
know nothing that their supplier would not see.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from crm_core.access.actor import Actor, load_actor
from crm_core.access.tickets import issue_ticket
from examples.bidder import Bidder, Strategy
from ui.slots import Text

log = logging.getLogger(__name__)
Message = dict[str, Any]


@dataclass
class Habit(Strategy):
    """A strategy in shares of each lot's ceiling; ``patience`` is the pause before a bid."""

    words: Text = ""  # the strategy, as the home page states it
    opens_at: Decimal = Decimal(1)  # the first price
    lowest: Decimal = Decimal(1)  # never below
    under_lead: Decimal = Decimal(0)  # how far below the lead; 0: bids once and stays
    last_seconds: int | None = None  # bids only when so little time is left

    def next_bid(self, lot: Message, info: Message) -> Decimal | None:
        """What this habit bids now; None while it leads, waits, or has had enough."""
        own = lot.get("own")
        if own is None or lot["phase"] != "running" or own["leading"] or own["withdrawal_pending"]:
            return None
        if self.last_seconds is not None and _left(lot) > self.last_seconds:
            return None
        ceiling, floor = Decimal(info["ceiling"]), Decimal(info["ceiling"]) * self.lowest
        lead = None if lot["lead"] is None else Decimal(lot["lead"])
        if own["best"] is None:
            price = ceiling * self.opens_at
            if lead is not None:
                price = max(floor, min(price, lead * (1 - self.under_lead)))
        elif lead is None or not self.under_lead:
            return None
        else:
            price = lead * (1 - self.under_lead)
        if own["most"] is not None:
            price = min(price, Decimal(own["most"]))
        price = price.quantize(Decimal(1).scaleb(-info["scale"]), ROUND_DOWN)
        return price if price >= floor else None


def _left(lot: Message) -> float:
    if lot["deadline"] is None:
        return float("inf")
    return (datetime.fromisoformat(lot["deadline"]) - datetime.now(UTC)).total_seconds()


def _habit(words: Text, opens: str, lowest: str, under: str, **more: Any) -> Habit:
    return Habit(
        floor=Decimal(0), words=words, opens_at=Decimal(opens), lowest=Decimal(lowest),
        under_lead=Decimal(under), **more,
    )  # fmt: skip


HABITS: dict[str, Habit] = {
    "nordwerk-stahl": _habit(
        _("steady: answers soon, by a little, for long"), "0.985", "0.905", "0.0015",
        patience=(8, 22),
    ),
    "aceros-iberica": _habit(
        _("bold: few and large steps"), "0.97", "0.91", "0.006", patience=(25, 50)
    ),
    "anadolu-celik": _habit(
        _("late: waits for the last minute"), "0.96", "0.90", "0.002",
        patience=(4, 12), last_seconds=75,
    ),
    "ferrum-trade": _habit(
        _("patient: follows slowly and leaves early"), "0.98", "0.92", "0.0015", patience=(12, 32)
    ),
    "liguria-metalli": _habit(
        _("one price: bids once and stays there"), "0.955", "0.955", "0", patience=(20, 50)
    ),
}  # fmt: skip
"""By the supplier's reference. Baltmet is left to whoever tries the demonstration."""


class Bots(threading.Thread):
    """The bidders of one auction; the thread ends with the auction or when told to stop."""

    def __init__(
        self, *, url: str, auction_id: str, sellers: dict[str, Actor], stop: threading.Event
    ) -> None:
        super().__init__(name=f"bots of {auction_id}", daemon=True)
        self._url = url
        self._auction_id = auction_id
        self._sellers = sellers
        self._stopped = stop

    def run(self) -> None:
        asyncio.run(self._bid())

    async def _bid(self) -> None:
        bidding = asyncio.gather(
            *(self._one(reference, habit) for reference, habit in HABITS.items()),
            return_exceptions=True,
        )
        while not bidding.done() and not self._stopped.is_set():
            await asyncio.sleep(0.5)
        bidding.cancel()
        for ended in await asyncio.gather(bidding, return_exceptions=True):
            if isinstance(ended, Exception):
                log.error("a bot failed", exc_info=ended)

    async def _one(self, reference: str, habit: Habit) -> None:
        actor = self._sellers[reference]

        async def get_ticket() -> str:
            return await asyncio.to_thread(_ticket, actor)

        bidder = Bidder(
            url=self._url, auction=self._auction_id, strategy=habit, get_ticket=get_ticket,
            say=lambda line: log.debug("%s: %s", reference, line),
        )  # fmt: skip
        await bidder.run()


def _ticket(actor: Actor) -> str:
    try:
        return issue_ticket(actor=load_actor(actor.user_id, actor.company_id))[0]
    finally:
        connection.close()
