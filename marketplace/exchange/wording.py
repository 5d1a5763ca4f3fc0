"""Why a file is refused, and why a second person is asked, in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.exchange.models import ImportRun
from reference.wording import FAULTS, REFUSED

FAILURES: dict[str, str | Promise] = {
    **REFUSED,
    "column_unknown": _("There is no column of this name; the template shows them all."),
    "column_twice": _("Two columns have the same name."),
    "no_sku": _("The first row has to name the columns; “sku” is needed."),
    "no_rows": _("The file holds no rows below its headings."),
    "interrupted": _("Reading was interrupted too often. Upload the file again."),
    "internal": _("Something went wrong on our side; nothing has changed."),
    "given_up": _("Somebody of your company gave it up; nothing has changed."),
    "moved_on": _("Offers were changed meanwhile, so the file was compared anew. Look again."),
    "touched": _("It is not taken back: these offers were changed since."),
}
ASKED: dict[str, str | Promise] = {
    "rise": _("A price rises by more than your company's limit."),
    "gone": _("More offers end than your company's limit allows."),
}


def failure(run: ImportRun) -> str:
    """Why an import was refused or compared anew; empty where nothing happened."""
    if not run.failure:
        return ""
    told = str(FAILURES.get(run.failure, FAILURES["internal"]))
    return f"{told} {run.failure_detail}".strip()


def asked(run: ImportRun) -> list[str]:
    """Why a second person has to approve."""
    return [str(ASKED[each]) for each in run.asked_for if each in ASKED]


def unreadable(code: str) -> str:
    """Why a row cannot be read."""
    return str(FAULTS.get(code, code))
