"""How bots take part in each format: one file a format."""

from __future__ import annotations

from auctions.domain.terms import Format as Name
from auctions.rehearsal.play.bots import Format
from auctions.rehearsal.play.formats.budget import Budget
from auctions.rehearsal.play.formats.dutch import Dutch
from auctions.rehearsal.play.formats.english import English
from auctions.rehearsal.play.formats.japanese import Japanese
from auctions.rehearsal.play.formats.open_closed import OpenClosed
from auctions.rehearsal.play.formats.sealed import Sealed
from auctions.rehearsal.play.formats.sealed_rounds import SealedRounds
from auctions.rehearsal.play.formats.sealing import first_price, true_cost
from auctions.rehearsal.play.formats.turns import Turns

FORMATS: dict[Name, Format] = {
    Name.ENGLISH: English(),
    Name.DUTCH: Dutch(),
    Name.JAPANESE: Japanese(),
    Name.TURNS: Turns(),
    Name.SEALED: Sealed(Name.SEALED, first_price),
    Name.VICKREY: Sealed(Name.VICKREY, true_cost),
    Name.SEALED_ROUNDS: SealedRounds(),
    Name.OPEN_CLOSED: OpenClosed(),
    Name.BUDGET: Budget(),
}
