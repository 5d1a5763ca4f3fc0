"""What is compared: the terms as they are, and the same with another format or decrement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from auctions.domain.direction import rises_in
from auctions.domain.terms import Format, Step, StepKind, Terms
from auctions.domain.terms_check import check_terms
from auctions.rehearsal.play.bots import Prices
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.secrets import rehearsed
from kernel.decimals import to_wire


@dataclass(frozen=True, slots=True)
class Variant:
    """``format`` and ``step`` (percent) say what is other than in the terms; None: nothing."""

    terms: Terms
    format: Format
    step: Decimal | None = None
    real: bool = False  # the terms as they are

    @property
    def key(self) -> str:
        """Its name in addresses and files."""
        step = "as in the terms" if self.step is None else f"{to_wire(self.step)} %"
        return f"{self.format.value}, {step}"


def variants(
    terms: Terms, *, prices: Prices, formats: Iterable[Format], steps: Iterable[Decimal]
) -> list[Variant]:
    """The real terms first; then each other decrement, then each other format. What no auction may
    have is left out."""
    found = [Variant(terms, terms.format, real=True)]
    for step in dict.fromkeys(steps):
        lots = tuple(
            replace(lot, step=Step(kind=StepKind.PERCENT, percent=step)) for lot in terms.lots
        )
        found.append(Variant(replace(terms, lots=lots), terms.format, step=step))
    for name in dict.fromkeys(formats):
        alike = name is terms.format or rises_in(terms)  # where quantities are bid, no prices are
        other = None if alike else FORMATS[name].terms_of(terms, prices)
        if other is not None:
            found.append(Variant(other, name))
    return [replace(each, terms=rehearsed(each.terms, prices)) for each in _possible(found, prices)]


def _possible(found: Iterable[Variant], prices: Prices) -> Iterator[Variant]:
    for each in found:
        if each.real or not check_terms(rehearsed(each.terms, prices)):
            yield each
