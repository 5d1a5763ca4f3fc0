"""The highest total a person may bind the company to: read, compared, told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from crm_core.companies.errors import LimitExceeded, LimitInvalid, LimitOtherCurrency
from kernel.decimals import parse_amount, to_wire
from kernel.errors import FairfallError

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount with its currency."""

    amount: Decimal
    currency: str


class Limited(Protocol):
    """What carries a limit: a membership or an invitation."""

    limit_amount: Decimal | None
    limit_currency: str


def parse_limit(amount: str, currency: str) -> Limit | None:
    """The limit as typed; None where no amount is. Raises LimitInvalid with its field."""
    if not amount.strip():
        return None
    try:
        value = parse_amount(amount.strip().replace(",", "."), 2)
    except FairfallError as error:
        raise LimitInvalid(field="limit_amount") from error
    if value <= 0:
        raise LimitInvalid(field="limit_amount")
    if _CURRENCY.fullmatch(currency.strip()) is None:
        raise LimitInvalid(field="limit_currency")
    return Limit(value, currency.strip())


def limit_fields(limit: Limit | None) -> dict[str, Any]:
    """A limit as the columns of what carries it."""
    if limit is None:
        return {"limit_amount": None, "limit_currency": ""}
    return {"limit_amount": limit.amount, "limit_currency": limit.currency}


def limit_of(carrier: Limited) -> Limit | None:
    """The limit of a membership or an invitation."""
    if carrier.limit_amount is None:
        return None
    return Limit(carrier.limit_amount, carrier.limit_currency)


def limit_text(carrier: Limited) -> str:
    """``100000.00 EUR``; empty where there is none."""
    found = limit_of(carrier)
    return f"{to_wire(found.amount)} {found.currency}" if found else ""


def check_limit(limit: Limit | None, total: Decimal, currency: str) -> None:
    """Raise LimitExceeded or LimitOtherCurrency where ``total`` is more than the limit allows."""
    if limit is None:
        return
    if limit.currency != currency:
        raise LimitOtherCurrency(limit_currency=limit.currency, currency=currency)
    if total > limit.amount:
        raise LimitExceeded(limit=to_wire(limit.amount), total=to_wire(total), currency=currency)
