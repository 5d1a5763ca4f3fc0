"""Refusals about notices and mails."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class NoticeNotFound(FairfallError):
    """The actor has no such notice."""

    code = "notifications.notice_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such notice."


class MailNotFound(FairfallError):
    """The actor's mailbox holds no such mail."""

    code = "notifications.mail_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such mail."
