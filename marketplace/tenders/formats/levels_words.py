"""Sentences of the terms that Dutch and Japanese reverse auctions share."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from auctions.domain.terms import LotOrder, StepKind, Terms, Vat
from ui.formatting import duration, money, percent


def prices(terms: Terms) -> str:
    """In which prices the levels are."""
    vat = _("without VAT") if terms.vat is Vat.NET else _("with VAT")
    return _("Prices are unit prices in %(currency)s %(vat)s. The lowest price wins.") % {
        "currency": terms.currency,
        "vat": vat,
    }


def step_of(terms: Terms) -> str:
    """The step, where all lots have the same; else that each has its own."""
    steps = {lot.step for lot in terms.lots}
    if len(steps) != 1:
        return _("the lot's step")
    (step,) = steps
    if step.kind is StepKind.ABSOLUTE and step.absolute is not None:
        return money(step.absolute, terms.currency)
    if step.percent is None:
        return _("the lot's step")
    exponent = step.percent.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return percent(step.percent, places)


def serial(terms: Terms) -> Iterator[str]:
    """How several lots follow each other."""
    if len(terms.lots) == 1:
        return
    if terms.lot_order is LotOrder.SERIAL:
        yield _(
            "Lots run one after another; the next starts %(gap)s after the one before it has "
            "closed."
        ) % {"gap": duration(terms.lot_gap)}
    else:
        yield _("All lots run at once.")


def common() -> Iterator[str]:
    """What an acceptance is."""
    yield _("An acceptance binds at once and cannot be withdrawn; no lot is extended.")
    yield _("Neither ranks nor the acceptances of others are shown before the close.")
