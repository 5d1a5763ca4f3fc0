"""What codes mean, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

Text = str | Promise

SOURCES: Mapping[str, Text] = {
    "ofac-sdn": _("OFAC, Specially Designated Nationals"),
    "uk": _("UK Sanctions List"),
    "uk-ofsi": _("UK, consolidated list of OFSI"),
    "eu": _("EU, consolidated financial sanctions list"),
    "un": _("UN Security Council, consolidated list"),
    "ftm": _("FollowTheMoney data set"),
}
FORMATS: Mapping[str, Text] = {
    "ofac_csv": _("OFAC, CSV set"),
    "ofac_xml": _("OFAC, XML"),
    "ofac_advanced": _("OFAC, advanced XML"),
    "uk_ofsi_csv": _("OFSI consolidated list, CSV"),
    "uk_csv": _("UK Sanctions List, CSV"),
    "uk_xml": _("UK Sanctions List, XML"),
    "eu_csv": _("EU list, CSV"),
    "eu_xml": _("EU list, XML"),
    "un_xml": _("UN list, XML"),
    "ftm": _("FollowTheMoney, JSON lines"),
}
REFUSALS: Mapping[str, Text] = {
    "nothing": _("no file was given."),
    "empty": _("it is empty."),
    "format_unknown": _("its format is none of those that can be read."),
    "main_file_missing": _("OFAC's sdn.csv is missing from the set."),
    "no_set": _("several files are read only as OFAC's sdn.csv, alt.csv and add.csv."),
    "document_type": _("it declares a document type, which lists do not have."),
    "xml_malformed": _("it is not well-formed XML."),
    "line_too_long": _("a line is too long."),
    "too_many_faults": _("too many of its rows cannot be read."),
    "no_entity": _("there is no entity in it."),
    "interrupted": _("reading it was interrupted several times."),
    "files_gone": _("the uploaded files are no longer there."),
    "internal": _("reading it failed; the log says more."),
}
FAULTS: Mapping[str, Text] = {
    "no_id": _("has no number of its own"),
    "no_name": _("has no name"),
    "row_malformed": _("cannot be read"),
    "row_length": _("has another number of columns"),
    "duplicate": _("comes twice; the first one counts"),
}
HELD: Mapping[str, Text] = {
    "asked": _("It was asked to wait for a person."),
    "faults": _("Some rows could not be read."),
    "shrunk": _("It holds less than half of what the active version holds."),
    "older": _("Its publisher's date is earlier than that of the active version."),
}
CAPACITIES: Mapping[str, Text] = {
    "director": _("Director"),
    "owner": _("Owner"),
    "signatory": _("Signatory"),
}


def source_name(code: str) -> str:
    """The list's name; its code where the operator chose it."""
    return str(SOURCES.get(code, code))


def refusal(code: str, detail: str = "") -> str:
    """Why a file was refused."""
    words = str(REFUSALS.get(code, code))
    return f"{words} ({detail})" if detail else words


def reason(why: Mapping[str, Any]) -> str:
    """Why somebody does not count as screened: ``{"code", "source", "days", "limit"}``."""
    match why["code"]:
        case "no_list":
            return gettext("No list is active.")
        case "list_old":
            return ngettext(
                "%(source)s is %(days)s day old; the operator allows %(limit)s.",
                "%(source)s is %(days)s days old; the operator allows %(limit)s.",
                why["days"],
            ) % {**why, "source": source_name(why["source"])}
        case "never":
            return gettext("It was not compared with the lists yet.")
        case "changed":
            return gettext("Its names or particulars have changed since.")
        case "lists_changed":
            return gettext("A list was activated since; the comparison is under way.")
    return str(why["code"])


def capacity(code: str) -> str:
    """What a person is to the company."""
    return str(CAPACITIES.get(code, code))
