"""Prices of an offer: what each says, for whom, and within which bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Scope(StrEnum):
    """For whom a price is, the nearest first: the order in which prices are tried."""

    CONTRACT = "contract"
    CUSTOMER = "customer"
    GROUP = "group"
    PUBLIC = "public"


class Why(StrEnum):
    """Why a price did not count. First what keeps it from being applied, in the order of the tests;
    then what another applicable price had over it, in the order of precedence."""

    NO_PRICE = "no_price"  # only of an offer: it has none at all
    BUYER = "buyer"
    CURRENCY = "currency"
    TERRITORY = "territory"
    NOT_YET = "not_yet"
    ENDED = "ended"
    BELOW_BAND = "below_band"
    ABOVE_BAND = "above_band"

    NEARER_SCOPE = "nearer_scope"
    CLOSER_BAND = "closer_band"
    CLOSER_VALIDITY = "closer_validity"
    CLOSER_TERRITORY = "closer_territory"
    LOWER_AMOUNT = "lower_amount"
    SAME = "same"  # in everything; the smaller key counts


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule:
    """A price for one orderable unit, and when it applies.

    ``least`` is the first quantity of its band and ``below`` the first above it; ``begins`` the
    first moment at which it holds and ``ends`` the first at which it holds no more, both aware. No
    ``territory`` means every country. ``party`` is the company of a contract's or a customer's
    price, the group of a group's, and empty for a public one. ``key`` tells rules apart.
    """

    key: str
    scope: Scope
    amount: Decimal
    currency: str
    begins: datetime
    ends: datetime | None = None
    least: Decimal = Decimal(0)
    below: Decimal | None = None
    territory: frozenset[str] = frozenset()
    party: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who asks: a company and the supplier's groups that it belongs to."""

    company: str
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Passed:
    """A price that did not count, and why."""

    rule: PriceRule
    why: Why


@dataclass(frozen=True, slots=True)
class Found:
    """The price that counts, and every other one with the reason why it does not."""

    rule: PriceRule
    others: tuple[Passed, ...]

    @property
    def amount(self) -> Decimal:
        """The price of one orderable unit, in the currency that was asked for."""
        return self.rule.amount


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no price. ``why`` is the last obstacle: that of the price which came furthest."""

    why: Why
    others: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From this quantity on ``answer`` holds, up to the next step."""

    least: Decimal
    answer: Found | NotFound
