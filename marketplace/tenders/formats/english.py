"""English reverse, as an officer chooses it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import Format
from marketplace.tenders.formats.base import FormatChoice

CHOICE = FormatChoice(
    format=Format.ENGLISH,
    title=_("English reverse"),
    gist=_("Suppliers undercut each other in the open until nobody goes lower."),
    when=_(
        "The usual choice: comparable goods or services and three or more suppliers who compete "
        "on price."
    ),
    icon="trending-down",
)
