"""What an offer costs a buyer: the resolver's answer, with the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kernel.decimals import line_total
from marketplace.catalog.domain.ordering import Unorderable
from marketplace.catalog.domain.prices import Buyer, Found, NotFound, Why
from marketplace.catalog.domain.resolver import resolve, steps
from marketplace.catalog.models import Offer, Price


@dataclass(frozen=True, slots=True)
class Priced:
    """The price of an offer at a quantity; ``price`` is the row that won, None where none did.

    ``others`` are the rows that did not count with the reasons, ``ladder`` the prices by quantity:
    from which quantity, and the row that counts there or None. ``fault`` says why the quantity
    cannot be ordered, and ``nearest`` which can.
    """

    quantity: Decimal
    currency: str
    currencies: tuple[str, ...]
    territory: str
    at: datetime
    price: Price | None
    why: Why | None
    others: tuple[tuple[Price, Why], ...]
    ladder: tuple[tuple[Decimal, Price | None], ...]
    fault: Unorderable | None
    nearest: Decimal

    @property
    def total(self) -> Decimal | None:
        """Quantity x unit price, half-even at the currency's places; None without a price."""
        if self.price is None:
            return None
        return line_total(self.quantity, self.price.amount, self.price.currency.digits)


def priced(
    offer: Offer,
    prices: Sequence[Price],
    buyer: Buyer,
    *,
    quantity: Decimal | None = None,
    currency: str = "",
    territory: str,
    at: datetime,
) -> Priced:
    """Ask the resolver. Without a currency, in the first by code in which there is a price."""
    rows = {str(each.pk): each for each in prices}
    rules = [each.rule for each in prices]
    quantity = offer.min_order if quantity is None else quantity
    known = tuple(sorted({each.currency for each in rules}))
    answers: dict[str, Found | NotFound] = {
        each: resolve(
            rules, buyer, quantity=quantity, currency=each, territory=territory, at=at
        )
        for each in ([currency] if currency else known)
    }  # fmt: skip
    chosen = next(
        (each for each, answer in answers.items() if isinstance(answer, Found)),
        next(iter(answers), currency),
    )
    answer = answers.get(chosen, NotFound(Why.NO_PRICE, ()))
    ladder = steps(rules, buyer, currency=chosen, territory=territory, at=at)
    return Priced(
        quantity=quantity,
        currency=chosen,
        currencies=known,
        territory=territory,
        at=at,
        price=rows[answer.rule.key] if isinstance(answer, Found) else None,
        why=answer.why if isinstance(answer, NotFound) else None,
        others=tuple((rows[each.rule.key], each.why) for each in answer.others),
        ladder=tuple(
            (
                each.least,
                rows[each.answer.rule.key] if isinstance(each.answer, Found) else None,
            )
            for each in ladder
        ),
        fault=offer.order_rule.fault(quantity),
        nearest=offer.order_rule.nearest(quantity),
    )
