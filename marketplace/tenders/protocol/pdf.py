"""The protocol as a PDF: the same document as the page and the JSON, in the active language.

The same document gives the same bytes, whenever and wherever it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.people.zones import zone_of_id
from kernel.clock import moment_from_wire
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from ui import formatting
from ui.pdf import GREY, PdfFile, Sheet


def protocol_file(actor: Actor, tender: Tender) -> PdfFile:
    """The protocol as the actor's company may see it, with times in the actor's own zone.

    ``tender`` must have been fetched for this actor by ``policies``. Raises ProtocolNotReady
    before the end.
    """
    document = protocol_for(actor, tender)
    content = _Writer(document, str(tender.get_vat_display()), zone_of_id(actor.user_id)).written()
    return PdfFile(f"{tender.reference}.pdf", content)


class _Writer(Sheet):
    """Writes one document."""

    def __init__(self, document: dict[str, Any], vat: str, zone: ZoneInfo) -> None:
        self._document, self._vat, self._zone = document, vat, zone
        super().__init__(f"{_('Protocol')} {document['tender']['reference']}")
        self._currency = document["tender"]["currency"]

    def written(self) -> bytes:
        """The whole file."""
        pdf, tender = self._pdf, self._document["tender"]
        title = f"{_('Protocol')} {tender['reference']}"
        pdf.set_title(title)
        pdf.set_author(self._document["buyer"]["name"])
        pdf.set_creator("Fairfall")
        pdf.set_lang(get_language() or "en")
        # Its own date, not today's: what is written twice must be equal.
        pdf.set_creation_date(moment_from_wire(tender["ended_at"]))
        pdf.add_page()
        self._text(title, size=17, bold=True)
        self._text(tender["title"], size=11, colour=GREY)
        self._about()
        self._participants()
        if self._document["allocation"]:
            self._allocation(self._document["allocation"])
        for lot in self._document["lots"]:
            self._lot(lot)
        self._record()
        return bytes(pdf.output())

    # Sections -----------------------------------------------------------------------------

    def _about(self) -> None:
        tender, buyer = self._document["tender"], self._document["buyer"]
        self._heading(_("Tender"))
        self._pairs(
            (_("Buyer"), f"{buyer['name']} ({buyer['country']})"),
            (_("State"), _joined(tender["state_text"], tender["reason"])),
            (_("Outcome"), self._document["outcome"]),
            (_("Prices"), f"{tender['currency']}, {self._vat}"),
            *self._rates(),
            (_("Published"), self._moment(tender["published_at"])),
            (_("Start"), self._moment(tender["starts_at"])),
            (_("Ended"), self._moment(tender["ended_at"])),
            (_("Time zone"), self._zone.key),
        )

    def _rates(self) -> list[tuple[str, str]]:
        """The frozen rates and the VAT rates of the terms, where they have any."""
        terms, found = self._document["terms"], []
        for each in terms.get("currencies") or ():
            rate = f"{each['units']} {each['code']} = {formatting.figure(each['rate'])}"
            text = f"{rate} {self._currency} ({each['source']}, {each['date']})"
            found.append((_("Frozen rate"), text))
        if terms.get("vat_rates"):
            text = "; ".join(f"{formatting.figure(each)} %" for each in terms["vat_rates"])
            found.append((_("VAT rates compared"), text))
        return found

    def _participants(self) -> None:
        document = self._document
        self._heading(_("Participants"))
        if document["written_for"] == "supplier" and document["terms"]["disclosure"] == "buyer":
            note = _("your own company; the terms disclose the others to the buyer")
            self._text(note, colour=GREY)
        rows = []
        for each in document["participants"]:
            late = f" ({_('late')})" if each["late"] else ""
            answer = _joined(each["state_text"] + late, each.get("reason", ""))
            rows.append((each["name"], each["country"], answer, _count(each["bids"])))
        self._table(
            (_("Name"), _("Country"), _("Answer"), _("Bids")), rows, (70, 22, 62, 24), "LLLR"
        )

    def _lot(self, lot: dict[str, Any]) -> None:
        number = _("Lot %(number)s") % {"number": lot["number"]}
        self._heading(f"{number}: {lot['title']}")
        quantity = formatting.quantity(lot["quantity"], lot["unit_symbol"])
        pairs = [
            (_("Quantity"), quantity),
            (_("Outcome"), lot["outcome_text"]),
            (_("Closed"), self._moment(lot["closed_at"])),
            (_("Extensions"), str(lot["extensions"])),
        ]
        if lot.get("winner_row"):
            pairs.append((_("Winner"), self._winner(lot)))
        if lot.get("asked"):
            pairs.append((_("Asked and paid a unit"), self._asked_and_paid(lot)))
        if lot.get("rounds_text"):
            pairs.append((_("Sealed rounds"), lot["rounds_text"]))
        if "budget" in lot:
            budget = formatting.money(lot["budget"], self._currency)
            pairs[0:1] = [(_("Budget"), budget), (_("Expected"), quantity)]
        if lot.get("bids") is not None:
            pairs.append((_("Bids"), str(lot["bids"])))
        if ends := lot["random_end"]:
            after = _("%(time)s after the window began") % {"time": ends["cut_off"]}
            pairs.append((_("Cut-off of the random end"), after))
            pairs.append((_("Void bids"), str(ends["void_bids"])))
            if ends["final_offers"] is not None:
                pairs.append((_("Final sealed offers"), str(ends["final_offers"])))
        if lot.get("reserve"):
            pairs.append((_("Reserve, opened"), self._bid(lot["reserve"], lot)))
        if lot["award"]:
            pairs.append((_("Decision"), self._decision(lot)))
        self._pairs(*pairs)
        rows = [
            (
                str(row["rank"]),
                _named(row),
                *self._prices(row, lot),
                str(row["bids"]),
                self._moment(row["at"]),
            )
            for row in lot["standing"]
        ]
        in_money = any("value" in row for row in lot["standing"])
        compared = _("Compared, %(currency)s") % {"currency": self._currency}
        figures = (_("Unit price"), compared if in_money else _("Total"))
        if "budget" in lot:
            figures = (f"{_('Quantity')}, {lot['unit_symbol']}", _("Unit price"))
        titles = (_("Rank"), _("Supplier"), *figures, _("Bids"), _("Received"))
        self._table(titles, rows, (15, 54, 27, 33, 14, 35), "RLRRRL")
        self._scores(lot)
        for row in lot["standing"]:
            if row.get("lines"):
                self._lines(row, lot)

    def _scores(self, lot: dict[str, Any]) -> None:
        """What ranked, and the values of the criteria behind it, where offers were scored."""
        rows = [
            (
                str(row["rank"]),
                row["name"],
                formatting.figure(row["score"], least=2),
                "; ".join(
                    f"{each['criterion']}: {formatting.figure(each['value'])}"
                    for each in row["values"]
                )
                or formatting.NOTHING,
            )
            for row in lot["standing"]
            if "score" in row
        ]
        if rows:
            titles = (_("Rank"), _("Supplier"), _("Score"), _("Values for the score"))
            self._table(titles, rows, (15, 54, 33, 76), "RLRL")

    def _lines(self, offer: dict[str, Any], lot: dict[str, Any]) -> None:
        """The unit prices behind one offer."""
        self._text(_("Unit prices of %(name)s") % {"name": offer["name"]}, bold=True)
        rows = [
            (
                str(line["number"]),
                line["title"],
                formatting.quantity(line["quantity"], line["unit_symbol"]),
                formatting.figure(line["price"], least=line["scale"]),
                formatting.figure(line["total"], least=lot["scale"]),
            )
            for line in offer["lines"]
        ]
        titles = (_("No."), _("Title"), _("Quantity"), _("Unit price"), _("Total"))
        self._table(titles, rows, (12, 74, 30, 29, 33), "RLRRR")

    def _allocation(self, found: dict[str, Any]) -> None:
        self._heading(_("Packages"))
        if found.get("total"):
            lots = ngettext("%(n)s lot", "%(n)s lots", found["single_lots"])
            single = formatting.money(found["single_total"], self._currency)
            total = formatting.money(found["total"], self._currency)
            if "paid" in found:
                paid = formatting.money(found["paid"], self._currency)
                total = _("asked %(asked)s, paid %(paid)s") % {"asked": total, "paid": paid}
            self._pairs(
                (_("All lots"), total),
                (
                    _("Lowest offers for single lots"),
                    f"{single} ({lots % {'n': found['single_lots']}})",
                ),
                *self._payments(found.get("payments", ())),
            )
        rows = [
            (
                f"{each['name']} · {each['package']}",
                "; ".join(
                    f"{lot['lot']}: {formatting.figure(lot['price'])}" for lot in each["lots"]
                ),
                formatting.figure(each["total"]),
                _("chosen") if each["won"] else _("not chosen"),
            )
            for each in found["packages"]
        ]
        titles = (_("Supplier, package"), _("Lot: unit price"), _("Total"), _("Result"))
        self._table(titles, rows, (62, 56, 30, 30), "LLRL")

    def _payments(self, payments: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        """What each winner is paid in all, before unit prices are rounded down."""
        for each in payments:
            lots = ", ".join(map(str, each["lots"]))
            yield (
                ngettext("%(name)s, lot %(lots)s", "%(name)s, lots %(lots)s", len(each["lots"]))
                % {"name": each["name"], "lots": lots},
                _("asked %(asked)s, paid %(paid)s")
                % {
                    "asked": formatting.money(each["asked"], self._currency),
                    "paid": formatting.money(each["paid"], self._currency),
                },
            )

    def _asked_and_paid(self, lot: dict[str, Any]) -> str:
        return _("asked %(asked)s, paid %(paid)s") % {
            "asked": self._money(lot["asked"], lot, lot.get("price_currency")),
            "paid": self._money(lot["price"], lot, lot.get("price_currency")),
        }

    def _winner(self, lot: dict[str, Any]) -> str:
        row = lot["winner_row"]
        by = _("with its discount")
        if row["package"]:
            by = _("by package %(number)s") % {"number": row["package"]}
        return f"{row['name']} · {self._money(row['price'], lot)} · {by}"

    def _decision(self, lot: dict[str, Any]) -> str:
        award = lot["award"]
        if award.get("name") and "budget" in lot:
            text = _("awarded to %(name)s: %(quantity)s for %(budget)s, a unit at %(exact)s") % {
                "name": award["name"],
                "quantity": self._bid(award["quantity_offered"], lot),
                "budget": formatting.money(lot["budget"], self._currency),
                "exact": award["unit_price_exact"],
            }
        elif award.get("name"):
            text = _("awarded to %(name)s at %(price)s") % {
                "name": award["name"],
                "price": self._money(award["price"], lot, award.get("currency")),
            }
        elif award["awarded"]:
            text = _("awarded to another supplier")
        else:
            text = _("not awarded")
        if award["departs"]:
            text = f"{text}, {_('otherwise than the auction ended')}"
        return f"{_joined(text, award.get('reason', ''))}, {self._moment(award['decided_at'])}"

    def _record(self) -> None:
        ledger, terms = self._document["ledger"], self._document["terms"]
        self._heading(_("Record"))
        version = _("version %(version)s") % {"version": terms["version"]}
        pairs = [
            (_("Entries"), str(ledger["entries"])),
            (_("Head of the chain"), ledger["head"]),
            (_("Terms"), f"{version} · {terms['sha256']}"),
            (_("Rule for the award"), terms["award_rule"]),
            (_("Platform key"), ledger["key_id"]),
        ]
        closing = ledger["closing"]
        if closing:
            pairs.append((_("Closing checkpoint"), f"{closing['checkpoint']} · {closing['head']}"))
            if closing["stamped_at"]:
                when = f"{self._moment(closing['stamped_at'])} · {closing['authority']}"
                pairs.append((_("Time stamp"), when))
        if seeds := ledger["seeds"]:
            pairs.append((_("The platform's secret, opened"), seeds["platform_seed"] or "–"))
            pairs.append((_("The auditor's secret, opened"), seeds["auditor_seed"] or "–"))
        pairs += self._openings()
        self._pairs(*pairs)
        self._text(
            _(
                "Whoever has the export of this auction can check it with the verifier: it "
                "rebuilds the chain, the signatures and the winner, and must arrive at this head."
            ),
            colour=GREY,
        )

    def _openings(self) -> Iterator[tuple[str, str]]:
        """Who took which part in each opening of sealed offers."""
        for each in self._document["ledger"]["openings"]:
            handed_over, opened = _("Auditor's key handed over"), _("Offers opened")
            if each["round"]:
                of_round = {"round": each["round"]}
                handed_over = _("Round %(round)s: auditor's key handed over") % of_round
                opened = _("Round %(round)s: offers opened") % of_round
            yield handed_over, each["auditor_text"]
            yield opened, f"{each['office_text']}, {self._moment(each['at'])}"

    # Values -------------------------------------------------------------------------------

    def _prices(self, row: dict[str, Any], lot: dict[str, Any]) -> tuple[str, str]:
        """Unit price and total; in several currencies the price in its own, and its value; with a
        budget the quantity, and what a unit costs."""
        if "budget" in lot:
            quantity = formatting.figure(row["quantity_offered"], least=lot["scale"])
            return quantity, formatting.figure(row["unit_price"], least=2)
        if "value" not in row:
            total = formatting.figure(row["total"], least=lot["scale"])
            return formatting.figure(row["price"], least=lot["scale"]), total
        own = formatting.figure(row["price"], least=row["scale"])
        vat = "" if row["vat_rate"] is None else f" ({formatting.percent(row['vat_rate'], 0)})"
        value = formatting.figure(row["value"], least=lot["scale"])
        return f"{own}{formatting.NBSP}{row['currency']}{vat}", value

    def _bid(self, amount: str, lot: dict[str, Any]) -> str:
        """An amount that could be bid: a price, or with a budget a quantity."""
        if "budget" in lot:
            return formatting.quantity(amount, lot["unit_symbol"])
        return self._money(amount, lot)

    def _money(self, amount: str, lot: dict[str, Any], currency: str | None = None) -> str:
        least = 0 if currency else lot["scale"]
        figure = formatting.figure(amount, least=least)
        return f"{figure}{formatting.NBSP}{currency or self._currency}"

    def _moment(self, wire: str | None) -> str:
        if wire is None:
            return formatting.NOTHING
        at: datetime = moment_from_wire(wire).astimezone(self._zone)
        return format_datetime(at, format="d MMM y, HH:mm:ss", locale=formatting.locale())


def _count(bids: int | None) -> str:
    return "–" if bids is None else str(bids)


def _joined(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text


def _named(row: dict[str, Any]) -> str:
    """Whose offer it is, and whether a neutral person placed it."""
    return f"{row['name']} ({_('surrogate bid')})" if row["surrogate"] else str(row["name"])
