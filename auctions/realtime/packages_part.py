"""Packages and discounts on a condition, as the protocol carries them."""

from __future__ import annotations

from auctions.domain.codec import to_body
from auctions.domain.visibility.packages import PackagesStanding
from auctions.domain.visibility.packages_in_rounds import PackageRounds
from auctions.realtime.part import Part


class OwnPackageView(Part):
    """What the viewer sealed under one number; 0 is its discount."""

    package: int
    at: str
    fingerprint: str
    rejected: str | None = None  # why it counts for nothing, after the opening


class PackagePriceView(Part):
    """The unit price of one lot within a package."""

    lot: int
    amount: str


class OpenedPackageView(Part):
    """A package once it is opened: suppliers see their own, the buyer each."""

    seat: str
    package: int
    prices: list[PackagePriceView]
    total: str
    won: bool


class OpenedDiscountView(Part):
    """A discount once it is opened: percent off all, if all of the conditions hold."""

    seat: str
    percent: str
    lots: list[int]
    count: int
    least: str
    holds: bool


class ReadPackageView(Part):
    """What one's own envelope of an ended round held; 0 is the discount."""

    round: int
    package: int
    at: str
    prices: list[PackagePriceView]  # empty: a discount, or rejected
    total: str | None
    rejected: str  # why it counts for nothing; empty: it counts


class PackageLimitView(Part):
    """The most that a package that stands may cost in all, once it is sealed again."""

    package: int
    most: str


class ChosenPackageView(Part):
    """A package of the best choice so far, or (0) a discount that would hold."""

    seat: str
    package: int


class PackageRoundsView(Part):
    """Packages in sealed rounds. Suppliers see their own alone."""

    read: list[ReadPackageView]
    most: list[PackageLimitView]
    chosen: list[ChosenPackageView] | None = None  # as the rank is told; buyer: of all
    lots: int | None = None  # buyer: how many the best choice so far serves
    total: str | None = None  # buyer: what it costs


class PackagesView(Part):
    """How this lot went; on the first lot also what is of the whole auction, told once."""

    sealed: int | None  # buyer, neutral: after the deadline, or by the terms
    own: list[OwnPackageView]
    opened: list[OpenedPackageView]
    discounts: list[OpenedDiscountView]
    by_package: bool | None = None  # whether this lot went by a package; after its close
    won_by: int | None = None  # this lot's winner has it by its package of that number
    total: str | None = None  # buyer: of all lots, as they were allocated
    single_lots: int | None = None  # buyer: how many lots offers for one lot could serve
    single_total: str | None = None
    rounds: PackageRoundsView | None = None  # where there are sealed rounds
    asked: str | None = None  # Vickrey: a unit, by this lot's winner; the lot's price is paid
    paid: str | None = None  # buyer, Vickrey: for all lots; ``total`` is what was asked


def packages_view(standing: PackagesStanding | None) -> PackagesView | None:
    """The part of a lot's view; None where the terms have no packages."""
    if standing is None:
        return None
    return PackagesView(
        sealed=standing.sealed,
        own=[OwnPackageView(**to_body(each)) for each in standing.own],
        opened=[
            OpenedPackageView(
                seat=each.seat,
                package=each.package,
                prices=[PackagePriceView(lot, to_body(amount)) for lot, amount in each.prices],
                total=to_body(each.total),
                won=each.won,
            )
            for each in standing.opened
        ],
        discounts=[OpenedDiscountView(**to_body(each)) for each in standing.discounts],
        by_package=standing.by_package,
        won_by=standing.won_by,
        total=to_body(standing.total),
        single_lots=standing.single_lots,
        single_total=to_body(standing.single_total),
        rounds=_rounds_view(standing.rounds),
        asked=to_body(standing.asked),
        paid=to_body(standing.paid),
    )


def _rounds_view(standing: PackageRounds | None) -> PackageRoundsView | None:
    if standing is None:
        return None
    chosen = standing.chosen
    return PackageRoundsView(
        read=[
            ReadPackageView(
                round=each.round,
                package=each.package,
                at=to_body(each.at),
                prices=[PackagePriceView(lot, to_body(amount)) for lot, amount in each.prices],
                total=to_body(each.total),
                rejected=each.rejected,
            )
            for each in standing.read
        ],
        most=[PackageLimitView(number, to_body(most)) for number, most in standing.most],
        chosen=None if chosen is None else [ChosenPackageView(**to_body(each)) for each in chosen],
        lots=standing.lots,
        total=to_body(standing.total),
    )
