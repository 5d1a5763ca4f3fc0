"""Who is to be awarded a lot, as the terms say it: one sentence of fields that are hashed.

The rule is derived from the terms and from nothing else, so it is locked with their hash before
anybody bids. An edit may not change it; an award that departs from it needs a published reason.
"""

from __future__ import annotations

from decimal import Decimal

from auctions.domain.direction import rises_in
from auctions.domain.terms import Format, Terms, Vat
from auctions.domain.terms_scoring import ScoringMethod
from kernel.decimals import to_wire

_OWN = "pays its own price"
_LOWEST = "the lowest {figure}, of equal ones the earlier entry; " + _OWN
_RULES = {
    Format.ENGLISH: _LOWEST,
    Format.SEALED: _LOWEST,
    Format.TURNS: _LOWEST,
    Format.SEALED_ROUNDS: _LOWEST,
    Format.OPEN_CLOSED: (
        "the lowest {figure} received up to the cut-off that the two seeds fix, or made as a final"
        " offer by those whom the terms let make one, of equal ones the earlier entry; pays its own"
        " price"
    ),
    Format.VICKREY: (
        "the lowest {figure}, of equal ones the earlier entry; pays the second lowest price or"
        " the lot's limit, whichever is lower; alone it pays the limit, without one its own price"
    ),
    Format.DUTCH: "the first entry that accepts the lowest accepted level; pays that level",
    Format.JAPANESE: (
        "the only one to accept the last level, else of those who accepted the level before it"
        " the earlier entry; pays that level"
    ),
    Format.BUDGET: (
        "the highest quantity, of equal ones the earlier entry; is paid the budget of the lot,"
        " a unit at budget / quantity"
    ),
}
_TOGETHER = (
    "those offers and packages, no two for one lot, that together serve the most lots; of such"
    " choices the one that costs the least{after}; of equal ones the one with the earlier entry on"
    " lot 1, then on lot 2 and so on; each winner "
)
_PAID_TOGETHER = (
    "is paid in all what the best choice costs with the buyer in its place, less what the others'"
    " offers in the choice cost{after}; the buyer stands in with the winner's very offers and"
    " packages, each lot at its limit, and for a lot without one at the winner's own price where"
    " fewer lots were served otherwise; lots that nothing ties together are paid apart; of lots"
    " paid together each unit price is raised by the same part of the way to its limit, where one"
    " has none by the same factor up to the limits, rounded down"
)
_TOGETHER_PAYS = {Format.VICKREY: _PAID_TOGETHER}
_SCORES = {
    ScoringMethod.BONUS_MALUS: "price changed by the values of",
    ScoringMethod.WEIGHTED: "price / (1 + sum / (1 - sum of the most)) over",
    ScoringMethod.LIFE_CYCLE: "price + costs of",
    ScoringMethod.LANDED: "price + duty and charges of",
}


def award_rule(terms: Terms) -> str:
    """The rule in plain English, the same words for the same terms."""
    figure = f"{_price(terms)}{_on_one_basis(terms)}"
    if terms.scoring is not None:
        names = ", ".join(each.name for each in terms.scoring.criteria)
        figure = f"score{_on_one_basis(terms)}, being {_SCORES[terms.scoring.method]} {names}"
    rule = _RULES.get(terms.format, "whom the format {format} names").format(
        figure=figure, format=terms.format.value
    )
    if terms.packages is not None:
        after = ", after discounts" if terms.packages.discounts else ""
        paid = _TOGETHER_PAYS.get(terms.format, _OWN)
        rule = (_TOGETHER + paid).format(after=after)
    reserved = [str(lot.number) for lot in terms.lots if lot.reserve_commitment is not None]
    if reserved:
        which = "lot" if len(reserved) == 1 else "lots"
        past = "below" if rises_in(terms) else "above"
        rule += f"; {which} {', '.join(reserved)}: nobody {past} the reserve committed in the terms"
    return f"{'Lots go' if terms.packages is not None else 'Each lot goes'} to {rule}."


def _on_one_basis(terms: Terms) -> str:
    parts = []
    if terms.currencies is not None:
        rates = ", ".join(
            f"{each.units} {each.code} = {to_wire(each.rate)} {terms.currency}"
            for each in terms.currencies
        )
        parts.append(f" in {terms.currency} at the frozen rates {rates}")
    if terms.vat_rates is not None:
        net = terms.vat is Vat.NET
        parts.append(" without the VAT it carries" if net else " with the VAT added to it")
    return " and".join(parts)


def _price(terms: Terms) -> str:
    """What is compared: of a lot with positions their total."""
    totals = [str(lot.number) for lot in terms.lots if lot.lines is not None]
    if len(totals) == len(terms.lots):
        return "total of its positions"
    if totals:
        return f"unit price (lots {', '.join(totals)}: total of the positions)"
    return "unit price"


def departs(
    *, winner: str | None, price: Decimal | None, seat: str | None, amount: Decimal | None
) -> bool:
    """Whether an award to ``seat`` at ``amount`` is another than the auction's result."""
    return seat != winner or (seat is not None and amount != price)
