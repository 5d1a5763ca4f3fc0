"""What an auction is about: a frozen copy handed over at the opening by whoever opens it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from auctions.domain.codec import from_body, later, to_body


@dataclass(frozen=True, slots=True)
class SubjectLot:
    """What is told of a lot beside its terms. Baseline and target are the buyer's own figures."""

    number: int
    unit_label: str = ""
    baseline: Decimal | None = None  # unit price paid so far
    target: Decimal | None = None  # unit price hoped for
    line_labels: tuple[str, ...] | None = later()  # how the units of its positions are called

    def label_of(self, line: int) -> str:
        """How the unit of a position is called; empty where nothing is told."""
        labels = self.line_labels or ()
        return labels[line - 1] if 0 < line <= len(labels) else ""


@dataclass(frozen=True, slots=True)
class AuctionSubject:
    """``urn`` names the origin (``urn:fairfall:tender:...``), ``link`` its page."""

    urn: str
    reference: str
    title: str
    link: str = ""
    lots: tuple[SubjectLot, ...] = ()

    def lot(self, number: int) -> SubjectLot:
        """What is told of that lot; an empty entry where nothing is."""
        return next((lot for lot in self.lots if lot.number == number), SubjectLot(number))

    def document(self) -> dict[str, Any]:
        """The form in which an auction's row keeps it."""
        body: dict[str, Any] = to_body(self)
        return body


def subject_from(document: Any) -> AuctionSubject:
    """The inverse of :meth:`AuctionSubject.document`; raises BodyMalformed."""
    return from_body(AuctionSubject, document)
