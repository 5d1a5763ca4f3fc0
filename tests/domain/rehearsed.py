"""Terms as a rehearsal plays them, of lots that have a price each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from auctions.domain.terms import Format, PackageTerms, Terms
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.secrets import rehearsed
from tests.domain.room import lot, terms

SEALED = (Format.SEALED, Format.VICKREY, Format.SEALED_ROUNDS)


def of_format(name: Format, prices: Mapping[int, Decimal], rule: PackageTerms | None) -> Terms:
    """Ten units of each lot, with that rule for packages and discounts."""
    of = terms(lots=tuple(lot(number, quantity=Decimal(10)) for number in prices))
    made = FORMATS[name].terms_of(of, prices)
    assert made is not None
    return rehearsed(replace(made, packages=rule), prices)
