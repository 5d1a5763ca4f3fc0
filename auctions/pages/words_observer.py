"""The words of the observer's live page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from auctions.pages.words import Words
from auctions.pages.words_console import feed


def observer() -> Words:
    """What only the observer's page says; nobody is named there."""
    return {
        **feed(),
        "feed_lot_closed_won": _("Lot closed with a result"),
        "feed_award_recorded": _("Award recorded"),
        "said_won_by": _("The lot closed with a result. {amount}"),
        "conn_offline": _("Offline"),
        "close_4410": _("This link does not work any more: it was revoked or has expired."),
        "close_4430": _("Too many people watch at the moment."),
        "observed_best": _("Best bid"),
        "observed_final": _("Closing price"),
        "observed_hidden": _("no bids yet, or not shown now"),
        "observed_never": _("the terms do not show it"),
        "observed_total": _("Lot total {amount} {currency}"),
        "observed_ends": _("Latest possible end"),
    }
