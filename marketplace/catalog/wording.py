"""Prices in words: for whom, from which quantity, and why one counts and another does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.catalog.domain.ordering import Unorderable
from marketplace.catalog.domain.prices import Why
from marketplace.catalog.models import Offer, Price, PriceScope
from marketplace.lists import unit_symbol
from ui.formatting import figure, quantity

NOTHING: dict[Why, Promise] = {
    Why.NO_PRICE: gettext_lazy("The supplier has set no price for you yet."),
    Why.BUYER: gettext_lazy("The supplier has set no price for you yet."),
    Why.CURRENCY: gettext_lazy("There is no price in this currency, and none is converted."),
    Why.TERRITORY: gettext_lazy("There is no price for this country."),
    Why.NOT_YET: gettext_lazy("The price does not hold yet."),
    Why.ENDED: gettext_lazy("The price has ended."),
    Why.BELOW_BAND: gettext_lazy("Prices begin at a greater quantity."),
    Why.ABOVE_BAND: gettext_lazy("There is no price for so great a quantity."),
}
"""Why there is no price, to a buyer."""

PASSED: dict[Why, Promise] = {
    Why.BUYER: gettext_lazy("It is for others."),
    Why.CURRENCY: gettext_lazy("It is in another currency, and none is converted."),
    Why.TERRITORY: gettext_lazy("It is not for this country."),
    Why.NOT_YET: gettext_lazy("It does not hold yet."),
    Why.ENDED: gettext_lazy("It has ended."),
    Why.BELOW_BAND: gettext_lazy("It begins at a greater quantity."),
    Why.ABOVE_BAND: gettext_lazy("It ends below this quantity."),
    Why.NEARER_SCOPE: gettext_lazy("The other is nearer to you."),
    Why.CLOSER_BAND: gettext_lazy("The other's band fits this quantity more closely."),
    Why.CLOSER_VALIDITY: gettext_lazy("The other began later, or ends sooner."),
    Why.CLOSER_TERRITORY: gettext_lazy("The other is for fewer countries."),
    Why.LOWER_AMOUNT: gettext_lazy("All else is equal, and the other is lower."),
    Why.SAME: gettext_lazy("The other is the same in everything."),
}
"""Why a price does not count where another does."""

WON: dict[str, Promise] = {
    PriceScope.CONTRACT: gettext_lazy("Your contract's price goes before every other."),
    PriceScope.CUSTOMER: gettext_lazy(
        "A price set for your company goes before a group's and the public one."
    ),
    PriceScope.GROUP: gettext_lazy(
        "The price of a group that your company belongs to goes before the public one."
    ),
    PriceScope.PUBLIC: gettext_lazy("It is the price for everybody: none is nearer to you."),
}
"""Why the price that counts does."""


def for_whom(price: Price, *, to_buyer: bool = False) -> str:
    """For whom a price is. A buyer is not told the name of the supplier's group."""
    if price.scope == PriceScope.CONTRACT:
        if to_buyer:
            return _("Contract %(contract)s") % {"contract": price.contract}
        return _("Contract %(contract)s, %(company)s") % {
            "contract": price.contract, "company": price.customer,
        }  # fmt: skip
    if price.scope == PriceScope.CUSTOMER:
        return _("Price for your company") if to_buyer else str(price.customer)
    if price.scope == PriceScope.GROUP:
        if to_buyer:
            return _("Price of your customer group")
        return _("Group “%(name)s”") % {"name": price.group}
    return _("Public price")


def band(price: Price, unit: str) -> str:
    """Of which quantities a price is; ``unit`` is the offer's code."""
    symbol = unit_symbol(unit)
    if price.below is None:
        if not price.least:
            return _("any quantity")
        return _("from %(least)s") % {"least": quantity(price.least, symbol)}
    below = quantity(price.below, symbol)
    if not price.least:
        return _("below %(below)s") % {"below": below}
    return _("%(least)s to below %(below)s") % {"least": figure(price.least), "below": below}


def first_day(moment: datetime | None) -> date | datetime | None:
    """A moment as people typed it: the day where it is a midnight in UTC, else the moment."""
    return moment.astimezone(UTC).date() if moment is not None and _is_midnight(moment) else moment


def last_day(moment: datetime | None) -> date | datetime | None:
    """The last day before a midnight in UTC, else the moment itself."""
    if moment is None or not _is_midnight(moment):
        return moment
    return moment.astimezone(UTC).date() - timedelta(days=1)


def fault_in_words(offer: Offer, fault: Unorderable) -> str:
    """Why a quantity cannot be ordered."""
    symbol = unit_symbol(offer.unit_id)
    if fault is Unorderable.TOO_LITTLE:
        text, value = _("The smallest order is %(quantity)s."), offer.min_order
    elif fault is Unorderable.TOO_MUCH:
        text, value = _("The largest order is %(quantity)s."), offer.max_order or offer.min_order
    else:
        text, value = _("It is ordered in multiples of %(quantity)s."), offer.increment
    return text % {"quantity": quantity(value, symbol)}


def content(offer: Offer) -> str:
    """``box = 100 pcs``, or nothing where a unit is just itself."""
    if offer.content_quantity == 1 and offer.content_unit_id == offer.unit_id:
        return ""
    return _("1 %(unit)s = %(content)s") % {
        "unit": unit_symbol(offer.unit_id),
        "content": quantity(offer.content_quantity, unit_symbol(offer.content_unit_id)),
    }


def told_others(others: Any) -> list[dict[str, Any]]:
    """Prices that did not count, each with its reason."""
    return [{"price": price, "why": PASSED[why]} for price, why in others]


def _is_midnight(moment: datetime) -> bool:
    at = moment.astimezone(UTC)
    return (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def more_than_zero() -> str:
    """What a buyer is told who asks for nothing."""
    return _("Write a number greater than zero.")
