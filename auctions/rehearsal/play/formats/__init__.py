"""How bots take part in each format: one file a format. A format without one is not rehearsed."""

from __future__ import annotations

from auctions.domain.terms import Format as Name
from auctions.rehearsal.play.bots import Format
from auctions.rehearsal.play.formats.dutch import Dutch
from auctions.rehearsal.play.formats.english import English
from auctions.rehearsal.play.formats.japanese import Japanese
from auctions.rehearsal.play.formats.turns import Turns

FORMATS: dict[Name, Format] = {
    Name.ENGLISH: English(),
    Name.DUTCH: Dutch(),
    Name.JAPANESE: Japanese(),
    Name.TURNS: Turns(),
}
