"""Logs of people as files: CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm_core.access.models import ApiToken
from crm_core.companies.models import CompanyInvitation, PeopleEntry
from crm_core.people.models import SecurityEvent
from infra import sheets
from kernel.clock import moment_to_wire

MOST = 50_000
MEDIA_TYPES = sheets.MEDIA_TYPES


def people_log(entries: QuerySet[PeopleEntry], form: str) -> bytes:
    """The lines of a company's log of people, at most fifty thousand, oldest first, titles in the
    reader's language."""
    titles = [
        _("No."), _("When"), _("What"), _("Who"), _("Whom"), _("Role"), _("Before"), _("After"),
    ]  # fmt: skip
    rows = _people(entries.order_by("number")[:MOST])
    return sheets.written(form, titles=titles, rows=rows, sheet=_("Log"), wide=(1, 3, 4))


def security_log(events: QuerySet[SecurityEvent], form: str) -> bytes:
    """The lines of a person's security log, in the same way, latest first."""
    titles = [_("When"), _("What"), _("Detail"), _("Address"), _("Device")]
    rows = (
        [
            moment_to_wire(each.at), str(each.get_kind_display()), each.what, each.ip or "",
            each.user_agent,
        ]
        for each in events[:MOST].iterator(chunk_size=500)
    )  # fmt: skip
    return sheets.written(form, titles=titles, rows=rows, sheet=_("Log"), wide=(0, 2, 4))


def company_invitations(found: QuerySet[CompanyInvitation], form: str) -> bytes:
    """Companies invited onto the platform, in the same way, latest first."""
    titles = [
        _("Company"), _("E-mail"), _("Country"), _("State"), _("Invited by"), _("Invited"),
        _("Sent"), _("Works until"), _("Ended"), _("Came as"), _("Standing"),
    ]  # fmt: skip
    rows = (
        [
            each.name, each.email, each.country, str(each.stands.label), str(each.invited_by),
            moment_to_wire(each.created_at), moment_to_wire(each.sent_at),
            moment_to_wire(each.expires_at),
            moment_to_wire(each.ended_at) if each.ended_at else "",
            each.company.legal_name if each.company else "",
            str(each.company.get_standing_display()) if each.company else "",
        ]
        for each in found[:MOST].iterator(chunk_size=500)
    )  # fmt: skip
    return sheets.written(
        form, titles=titles, rows=rows, sheet=_("Invited companies"), wide=(0, 1, 9)
    )


def company_tokens_file(tokens: QuerySet[ApiToken], form: str) -> bytes:
    """The API tokens that act for a company, in the same way."""
    titles = [
        _("Person"), _("E-mail"), _("Name"), _("Begins with"), _("What it may do"), _("Created"),
        _("Expires"), _("Last used"), _("Address"),
    ]  # fmt: skip
    rows = (
        [
            str(each.user), each.user.email, each.name, each.prefix, ", ".join(each.scope_labels),
            moment_to_wire(each.created_at),
            moment_to_wire(each.expires_at) if each.expires_at else "",
            moment_to_wire(each.last_used_at) if each.last_used_at else "", each.last_ip or "",
        ]
        for each in tokens[:MOST].iterator(chunk_size=500)
    )  # fmt: skip
    return sheets.written(form, titles=titles, rows=rows, sheet=_("API tokens"), wide=(0, 1, 4))


def _people(entries: QuerySet[PeopleEntry]) -> Iterator[list[str | int]]:
    for entry in entries:
        yield [
            entry.number,
            moment_to_wire(entry.at),
            str(entry.get_action_display()),
            str(entry.by or ""),
            str(entry.person or (entry.invitation and entry.invitation.email) or ""),
            str(entry.get_role_display()),
            entry.before,
            entry.after,
        ]
