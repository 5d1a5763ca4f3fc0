"""The certificate as a PDF in the reader's language, with the signed JSON attached.

What is printed is read from the signed JSON, so it says no more; what proves it is the attachment.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from babel.dates import format_date, format_datetime
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm_core.badges import certificate as form
from crm_core.badges.facts import Facts, Side
from crm_core.badges.models import Certificate
from crm_core.badges.wording import by_whom, country_name, facts_from, lines, scheme_name
from crm_core.verification.wording import facet_name
from ui import formatting
from ui.pdf import GREY, Sheet


def certificate_pdf(certificate: Certificate) -> bytes:
    """The file; the same certificate gives the same bytes in one language."""
    return _Writer(form.read(bytes(certificate.content))).written()


class _Writer(Sheet):
    """Writes one certificate."""

    def __init__(self, certificate: form.Certificate) -> None:
        self._certificate, self._document = certificate, certificate.document
        self._facts: Facts = facts_from(certificate.document, certificate.issued_at)
        super().__init__(f"{_('Certificate')} {certificate.document['number']}")

    def written(self) -> bytes:
        """The whole file."""
        pdf, document, facts = self._pdf, self._document, self._facts
        pdf.set_title(f"{_('Certificate')} {document['number']}")
        pdf.set_author(document["issuer"]["name"])
        pdf.set_creator("Fairfall")
        pdf.set_lang(get_language() or "en")
        pdf.set_creation_date(self._certificate.issued_at)
        pdf.embed_file(
            bytes=self._certificate.content, basename=f"{document['number']}.json",
            desc="Signed certificate", mime_type="application/json",
            creation_date=self._certificate.issued_at,
            modification_date=self._certificate.issued_at,
        )  # fmt: skip
        pdf.add_page()
        self._text(_("Certificate of verification"), size=17, bold=True)
        self._text(facts.legal_name, size=11, colour=GREY)
        self._about()
        for side in facts.sides:
            self._side(side)
        self._proof()
        return bytes(pdf.output())

    def _about(self) -> None:
        facts, document = self._facts, self._document
        self._heading(_("Whom it is about"))
        pairs = [(_("Name"), facts.legal_name)]
        if facts.latin_name and facts.latin_name != facts.legal_name:
            pairs.append((_("In Latin letters"), facts.latin_name))
        pairs.append((_("Country"), country_name(facts.country)))
        if facts.number:
            pairs.append((scheme_name(facts.scheme), facts.number))
        sides = [_("Buys")] if facts.buys else []
        sides += [_("Sells")] if facts.sells else []
        pairs += [
            (_("Side"), ", ".join(sides)),
            (_("Certificate"), document["number"]),
            (_("Issued"), f"{self._moment(self._certificate.issued_at)} UTC"),
            (_("Issued by"), f"{document['issuer']['name']}, {document['issuer']['site']}"),
            (_("Valid until"), self._day(self._certificate.valid_until)),
        ]
        self._pairs(*pairs)

    def _side(self, side: Side) -> None:
        self._heading(facet_name(side.key))
        for line in lines(side.checked, by=side.by):
            self._text(f"• {line}")
        self._pdf.ln(1.5)
        pairs = [(_("By whom"), by_whom(side.by))]
        if side.verified_at:
            pairs.append((_("When"), self._day(side.verified_at.astimezone(UTC).date())))
        if side.valid_until:
            pairs.append((_("Valid until"), self._day(side.valid_until)))
        self._pairs(*pairs)

    def _proof(self) -> None:
        document = self._document
        self._heading(_("How to check it"))
        self._text(
            _(
                "The signed certificate is attached to this file. What is printed here anybody "
                "could print: check the file, and compare. A later suspension shows only on the "
                "site."
            )
        )
        self._pdf.ln(1.5)
        site = settings.PUBLIC_URL.rstrip("/")
        self._pairs(
            (_("On the site"), site + reverse("badges:check")),
            (_("Without the site"), "python3 fairfall-verify.pyz FILE.pdf --key platform.pem"),
            (_("Public page"), document["page"]),
            (_("Platform key"), document["key_id"]),
            (_("Signature"), f"{document['signature'][:64]} {document['signature'][64:]}"),
        )

    def _day(self, day: date) -> str:
        return str(format_date(day, format="medium", locale=formatting.locale()))

    def _moment(self, at: datetime) -> str:
        text = format_datetime(at.astimezone(UTC), "d MMM y, HH:mm", locale=formatting.locale())
        return str(text)
