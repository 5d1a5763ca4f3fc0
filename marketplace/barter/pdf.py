"""The protocol of an agreed proposal as a PDF, in the active language.

The same proposal gives the same bytes, whenever and wherever it is written.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.people.zones import zone_of_id
from marketplace.barter import selectors
from marketplace.barter.errors import ProtocolNotReady
from marketplace.barter.models import BarterProposal, BarterProposalState
from marketplace.barter.selectors import Seen
from marketplace.lists import unit_symbol
from ui import formatting
from ui.pdf import GREY, PdfFile, Sheet


def protocol_file(actor: Actor, proposal: BarterProposal) -> PdfFile:
    """The protocol, with times in the actor's own zone. ``proposal`` must have been fetched for
    this actor by ``policies``. Raises ProtocolNotReady unless it is agreed."""
    if proposal.state != BarterProposalState.AGREED:
        raise ProtocolNotReady()
    seen = selectors.seen(actor, selectors.with_parties(proposal))
    return PdfFile(f"{proposal.number}.pdf", _Writer(seen, zone_of_id(actor.user_id)).written())


class _Writer(Sheet):
    """Writes one protocol."""

    def __init__(self, seen: Seen, zone: ZoneInfo) -> None:
        self._seen, self._zone = seen, zone
        self._title = f"{_('Protocol of a barter')} {seen.proposal.number}"
        super().__init__(self._title)

    def written(self) -> bytes:
        """The whole file."""
        pdf, proposal = self._pdf, self._seen.proposal
        agreed = proposal.ended_at or proposal.created_at
        pdf.set_title(self._title)
        pdf.set_creator("Fairfall")
        pdf.set_lang(get_language() or "en")
        # Its own date, not today's: what is written twice must be equal.
        pdf.set_creation_date(agreed)
        pdf.add_page()
        self._text(self._title, size=17, bold=True)
        self._text(_("Values are in one currency; nothing was converted."), colour=GREY)
        self._heading(_("Agreement"))
        self._pairs(
            (_("Agreed"), self._moment(agreed)),
            (_("Value of all goods"), self._money(self._seen.value)),
            (_("Time zone"), self._zone.key),
        )
        self._legs()
        self._balances()
        self._cash()
        return bytes(pdf.output())

    def _legs(self) -> None:
        self._heading(_("Goods"))
        rows = []
        for each in self._seen.parties:
            party = each.party
            symbol = unit_symbol(party.unit_id)
            rows.append((
                party.company.legal_name, each.to.company.legal_name, party.title,
                formatting.quantity(party.quantity, symbol), self._money(party.gives),
            ))  # fmt: skip
        titles = (_("From"), _("To"), _("Goods"), _("Quantity"), _("Value"))
        self._table(titles, rows, (40, 40, 44, 24, 30), "LLLRR")

    def _balances(self) -> None:
        self._heading(_("Balance"))
        rows = []
        for each in self._seen.parties:
            party = each.party
            accepted = self._moment(party.answered_at) if party.answered_at else ""
            rows.append((
                party.company.legal_name, self._money(party.gives), self._money(party.gets),
                self._money(party.cash), formatting.percent(party.imbalance), accepted,
            ))  # fmt: skip
        titles = (_("Company"), _("Gives"), _("Gets"), _("Cash to get"), _("Imbalance"),
                  _("Accepted"))  # fmt: skip
        self._table(titles, rows, (42, 28, 28, 26, 20, 34), "LRRRRL")

    def _cash(self) -> None:
        self._heading(_("Residual cash"))
        if not self._seen.cash:
            self._text(_("The values are equal: nobody pays anything."))
        rows = [
            (each.payer.name, each.receiver.name, self._money(each.amount))
            for each in self._seen.cash
        ]
        self._table((_("Pays"), _("Receives"), _("Amount")), rows, (70, 70, 38), "LLR")

    def _money(self, amount: object) -> str:
        return formatting.money(str(amount), self._seen.proposal.currency_id)

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return format_datetime(local, format="d MMM y, HH:mm:ss", locale=formatting.locale())
