"""The table: scheme → country, name, kind, checker, example.

Names are the ones people of the country use, so they are not translated. ``finds_slips`` promises
that every single changed digit is found; schemes whose check digit is folded (11 → 10 values) or
that have none do not promise it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from stdnum.exceptions import InvalidFormat

from crm_core.companies.identifiers import kazakhstan
from crm_core.companies.identifiers.eori import MEMBERS, eori

Checker = Callable[[str], str]


class IdentifierKind(StrEnum):
    """What a number is for."""

    REGISTER = "register"
    TAX = "tax"
    VAT = "vat"
    CUSTOMS = "customs"
    ENTITY = "entity"  # LEI, GLN: the same anywhere
    ACCOUNT = "account"  # IBAN
    BANK = "bank"  # BIC


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of number. ``country`` is empty where companies of any country may have one.

    ``checker`` returns the number in its compact form or raises stdnum's ValidationError.
    """

    code: str
    country: str
    kind: IdentifierKind
    label: str
    checker: Checker
    example: str
    finds_slips: bool = False


def _stdnum(module: str, prefix: str = "") -> Checker:
    """The ``validate`` of python-stdnum's module, told to keep ``prefix`` before the number."""
    validate: Checker = import_module(f"stdnum.{module}").validate

    def check(value: str) -> str:
        found = validate(value)
        return found if not prefix or found.startswith(prefix) else prefix + found

    return check


def _shaped(pattern: str, checker: Checker) -> Checker:
    """``checker`` for what has this shape: the library leaves lengths to its caller here."""
    shape = _form(pattern)
    return lambda value: checker(shape(value))


def _form(pattern: str) -> Checker:
    """Capital letters and digits of this pattern: a register without check digits."""
    whole = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        found = re.sub(r"[\s./-]", "", value).upper()
        if whole.fullmatch(found) is None:
            raise InvalidFormat()
        return found

    return check


R, T, V = IdentifierKind.REGISTER, IdentifierKind.TAX, IdentifierKind.VAT


def _row(  # noqa: PLR0917  (a row of the table)
    code: str, kind: IdentifierKind, label: str, checker: Checker, example: str, slips: bool = False
) -> Scheme:
    return Scheme(code, code[:2], kind, label, checker, example, slips)


_ROWS = (
    _row("AT-UID", V, "UID-Nummer", _stdnum("at.uid", "AT"), "ATU13585627", True),
    _row("AT-FN", R, "Firmenbuchnummer", _form(r"(FN)?\d{1,6}[A-Z]"), "122119M"),
    _row("AZ-VOEN", T, "VÖEN", _stdnum("az.voen"), "1401555071"),
    _row("BE-BCE", R, "KBO/BCE", _stdnum("be.vat"), "0428759497", True),
    _row("BE-VAT", V, "BTW/TVA", _stdnum("be.vat", "BE"), "BE0428759497", True),
    _row("BG-EIK", R, "ЕИК", _stdnum("bg.vat"), "175074752"),
    _row("BG-VAT", V, "ДДС", _stdnum("bg.vat", "BG"), "BG175074752"),
    _row("BY-UNP", T, "УНП", _stdnum("by.unp"), "200988541", True),
    _row("CH-UID", R, "UID", _stdnum("ch.uid"), "CHE100155212", True),
    _row("CH-VAT", V, "MWST/TVA/IVA", _stdnum("ch.vat"), "CHE107787577IVA", True),
    _row("CN-USCC", R, "统一社会信用代码", _stdnum("cn.uscc"), "91110000600037341L", True),
    _row("CY-VAT", V, "ΦΠΑ", _stdnum("cy.vat", "CY"), "CY10259033P", True),
    _row("CZ-ICO", R, "IČO", _stdnum("cz.dic"), "25123891"),
    _row("CZ-DIC", V, "DIČ", _stdnum("cz.dic", "CZ"), "CZ25123891"),
    _row("DE-CR", R, "Handelsregister", _form(r"[\wÄÖÜ]*HR[AB]\d{1,6}[A-Z]{0,2}"), "HRB990003"),
    _row("DE-VAT", V, "USt-IdNr.", _stdnum("de.vat", "DE"), "DE136695976", True),
    _row("DE-STNR", T, "Steuernummer", _stdnum("de.stnr"), "18181508155"),
    _row("DK-CVR", R, "CVR", _stdnum("dk.cvr"), "13585628", True),
    _row("DK-VAT", V, "Moms", _stdnum("dk.cvr", "DK"), "DK13585628", True),
    _row("EE-RIK", R, "Registrikood", _stdnum("ee.registrikood"), "12345678"),
    _row("EE-VAT", V, "KMKR", _stdnum("ee.kmkr", "EE"), "EE100594102", True),
    _row("ES-NIF", T, "NIF", _stdnum("es.nif"), "B64717838", True),
    _row("ES-RMC", R, "CIF", _stdnum("es.cif"), "J99216582", True),
    _row("ES-VAT", V, "NIF-IVA", _stdnum("es.nif", "ES"), "ESB64717838", True),
    _row("FI-YTJ", R, "Y-tunnus", _stdnum("fi.ytunnus"), "20774740", True),
    _row("FI-VAT", V, "ALV", _stdnum("fi.alv", "FI"), "FI20774740", True),
    _row("FR-SIREN", R, "SIREN", _stdnum("fr.siren"), "404833048", True),
    _row("FR-SIRET", R, "SIRET", _stdnum("fr.siret"), "73282932000074", True),
    _row("FR-VAT", V, "TVA", _stdnum("fr.tva", "FR"), "FR23334175221", True),
    _row("GB-COH", R, "Company number", _form(r"(\d{8}|[A-Z]{2}\d{6}|[A-Z]\d{7})"), "00445790"),
    _row("GB-VAT", V, "VAT", _stdnum("gb.vat", "GB"), "GB980780684"),
    _row("GB-UTR", T, "UTR", _stdnum("gb.utr"), "1955839661"),
    _row("GE-ID", R, "საიდენტიფიკაციო კოდი", _form(r"\d{9}"), "204854595"),
    _row("GR-AFM", V, "ΑΦΜ", _stdnum("gr.vat", "EL"), "EL094259216"),
    _row("HR-OIB", T, "OIB", _stdnum("hr.oib"), "33392005961", True),
    _row("HR-VAT", V, "PDV", _stdnum("hr.oib", "HR"), "HR33392005961", True),
    _row("HU-VAT", V, "ANUM", _stdnum("hu.anum", "HU"), "HU12892312", True),
    _row("IE-VAT", V, "VAT", _stdnum("ie.vat", "IE"), "IE6433435F", True),
    _row("IN-GSTIN", V, "GSTIN", _stdnum("in_.gstin"), "27AAPFU0939F1ZV", True),
    _row("IT-REA", R, "REA", _form(r"[A-Z]{2}\d{5,7}"), "GE990008"),
    _row("IT-VAT", V, "Partita IVA", _stdnum("it.iva", "IT"), "IT00743110157", True),
    _row("KZ-BIN", R, "БИН", kazakhstan.bin_, "180740012340"),
    _row("KZ-IIN", T, "ИИН", kazakhstan.iin, "061211600012"),
    _row("LT-PVM", V, "PVM", _stdnum("lt.pvm", "LT"), "LT119511515"),
    _row("LT-RC", R, "Įmonės kodas", _form(r"\d{9}"), "305123456"),
    _row("LU-VAT", V, "TVA", _stdnum("lu.tva", "LU"), "LU15027442", True),
    _row("LV-RE", R, "Reģistrācijas numurs", _form(r"\d{11}"), "40003521600"),
    _row("LV-PVN", V, "PVN", _stdnum("lv.pvn", "LV"), "LV40003521600"),
    _row("MD-IDNO", R, "IDNO", _stdnum("md.idno"), "1008600038413", True),
    _row("MT-VAT", V, "VAT", _stdnum("mt.vat", "MT"), "MT11679112", True),
    _row("NL-KVK", R, "KVK", _form(r"\d{8}"), "27312152"),
    _row("NL-VAT", V, "BTW", _stdnum("nl.btw", "NL"), "NL004495445B01"),
    _row("NO-BRC", R, "Org.nr.", _stdnum("no.orgnr"), "988077917", True),
    _row("NO-VAT", V, "MVA", _stdnum("no.mva"), "995525828MVA", True),
    _row("PL-KRS", R, "KRS", _form(r"\d{10}"), "0000990007"),
    _row("PL-NIP", T, "NIP", _stdnum("pl.nip"), "8567346215", True),
    _row("PL-REGON", R, "REGON", _stdnum("pl.regon"), "192598184"),
    _row("PL-VAT", V, "NIP VAT UE", _stdnum("pl.nip", "PL"), "PL8567346215", True),
    _row("PT-NIF", T, "NIPC", _stdnum("pt.nif"), "501964843"),
    _row("PT-VAT", V, "IVA", _stdnum("pt.nif", "PT"), "PT501964843"),
    _row("RO-CUI", T, "CUI", _stdnum("ro.cui"), "18547290"),
    _row("RS-PIB", T, "ПИБ", _stdnum("rs.pib"), "101134702", True),
    _row("RU-INN", T, "ИНН", _stdnum("ru.inn"), "7707083893"),
    _row("RU-OGRN", R, "ОГРН", _stdnum("ru.ogrn"), "1022200525819"),
    _row("SE-BLV", R, "Orgnr", _stdnum("se.orgnr"), "1234567897", True),
    _row("SE-VAT", V, "Momsnr", _stdnum("se.vat", "SE"), "SE123456789701", True),
    _row("SI-MS", R, "Matična številka", _stdnum("si.maticna"), "9331310", True),
    _row("SI-VAT", V, "DDV", _stdnum("si.ddv", "SI"), "SI50223054", True),
    _row("SK-VAT", V, "IČ DPH", _stdnum("sk.dph", "SK"), "SK2022749619"),
    _row("TR-MERSIS", R, "MERSİS", _form(r"\d{16}"), "0990000060000015"),
    _row("TR-VKN", T, "VKN", _stdnum("tr.vkn"), "4540536920", True),
    _row("UA-EDR", R, "ЄДРПОУ", _stdnum("ua.edrpou"), "32855961"),
    _row("UA-RNTRC", T, "РНОКПП", _stdnum("ua.rntrc"), "1759013776"),
    _row("UA-IPN", V, "ІПН платника ПДВ", _form(r"\d{12}"), "328559626656"),
    _row("US-EIN", T, "EIN", _stdnum("us.ein"), "911144442"),
    Scheme("EORI", "", IdentifierKind.CUSTOMS, "EORI", eori, "PL567346215200000"),
    Scheme("LEI", "", IdentifierKind.ENTITY, "LEI",
           _shaped(r"[A-Z0-9]{18}\d{2}", _stdnum("lei")), "213800KUD8LAJWSQ9D15", True),
    Scheme("GLN", "", IdentifierKind.ENTITY, "GLN",
           _shaped(r"\d{13}", _stdnum("ean")), "9501101020016", True),
    Scheme("IBAN", "", IdentifierKind.ACCOUNT, "IBAN", _stdnum("iban"),
           "GR1601101050000010547023795", True),
    Scheme("BIC", "", IdentifierKind.BANK, "BIC", _stdnum("bic"), "AGRIFRPP882"),
)  # fmt: skip

SCHEMES: dict[str, Scheme] = {row.code: row for row in _ROWS}
HAS_EORI = MEMBERS | {"GB"}
