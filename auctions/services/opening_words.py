"""Who took which part in an opening, in words, for pages and files."""

from __future__ import annotations

from django.utils.translation import gettext as _

from auctions.domain.commands import KeyMeans, OpeningRole
from auctions.domain.state_opening import Opening


def handed_by() -> dict[OpeningRole, str]:
    """Who handed the auditor's key over, by role."""
    return {
        OpeningRole.NEUTRAL: _("by a neutral person of the platform"),
        OpeningRole.AUDITOR: _("by an auditor of the buyer's company"),
    }


def opened_by() -> dict[OpeningRole, str]:
    """Who opened, by role: never the person that handed the auditor's key over."""
    return {
        OpeningRole.OFFICER: _("by the buyer's officer"),
        OpeningRole.NEUTRAL: _("by a second neutral person of the platform"),
        OpeningRole.AUDITOR: _("by a second auditor of the buyer's company"),
    }


def key_means() -> dict[KeyMeans, str]:
    """From where a key came."""
    return {
        KeyMeans.PERSON: _("unlocked by its keeper"),
        KeyMeans.RECOVERY: _("from the recovery sheet"),
        KeyMeans.FILE: _("with the key from the officer's file"),
        KeyMeans.PLATFORM: _("with the key from the platform's copy"),
    }


def handed_over(by: OpeningRole | None, means: KeyMeans) -> str:
    """Who handed the auditor's key over and from where it came; from where alone in a ledger that
    is older than the roles in it."""
    return _part(None if by is None else handed_by()[by], means)


def auditors_part(opening: Opening) -> str:
    """The auditor's part of an opening that was."""
    return handed_over(opening.auditor_by, opening.auditor_means)


def offices_part(opening: Opening) -> str:
    """The other part: who opened, and with whose copy of the office's key."""
    return _part(None if opening.office_by is None else opened_by()[opening.office_by],
                 opening.office_means)  # fmt: skip


def _part(who: str | None, means: KeyMeans) -> str:
    how = key_means()[means]
    return how if who is None else f"{who}, {how}"
