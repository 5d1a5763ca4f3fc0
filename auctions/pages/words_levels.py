"""The words of auctions whose prices move by levels: Dutch and Japanese."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural


def shown() -> Words:
    """What every page says of a level."""
    return {
        "format_dutch": _("Dutch reverse"),
        "format_japanese": _("Japanese reverse"),
        "level_missed": _("level {number} was not accepted within its time"),
        "level_accepted_now": _("In: level accepted"),
        "level_taken": _("You accepted"),
        "level_free": _("Open to the first"),
        "level_asked": _("In: accept to stay"),
        "lot_over": _("Lot closed"),
        "level_other_first": _("Another supplier accepted first."),
        "level_other_won": _("Another supplier won."),
        "awarded": _("awarded to you"),
        "award_follows": _("the award follows"),
        "level_word": _("Price"),
        "level_number": _("Level {number}"),
        "level_clock": _("Price now, level {number}"),
        "level_closing": _("Closing price"),
        "level_start": _("Start price"),
        "level_total": _("{amount} {currency} for the lot"),
        "level_rises": _("Rises to"),
        "level_falls": _("Next level"),
        "level_last": _("no further level"),
        "level_in": _("in {time}, at {at}"),
        "level_held": _("{time} left when paused"),
        "level_turning": _("The server is turning to the next level."),
        "level_active": plural(lambda n: ngettext("{n} supplier is in", "{n} suppliers are in", n)),
        "level_accepted_count": plural(
            lambda n: ngettext("{n} has accepted this level", "{n} have accepted this level", n)
        ),
        "level_out": _("Out"),
        "level_mark": _("accepted level {number}"),
        "ranked_by_level": _("by the latest level accepted"),
        "clock_level": _("left of level {number}"),
        "clock_rises": _("until the price rises"),
        "clock_falls": _("to accept level {number}"),
        "kpi_saving_now": _("Saving at the price now"),
        "said_level": _("Level {number}: {amount}."),
        "feed_level_opened": _("Level {level}: {amount}"),
        "feed_level_accepted": _("{name} accepted level {level} at {amount}"),
        "feed_dropped_out": _("{name} did not accept level {level} and is out"),
        "rule_start": _("Start price"),
        "rule_rise": _("Price rises by"),
        "rule_fall": _("Price falls by"),
        "rule_tick": _("Each"),
        "rule_level": _("Time of a level"),
        "rule_wins": _("Who wins"),
        "rule_end": _("End"),
        "rule_out": _("Out of the lot"),
        "percent_of_level": _("{percent} of the level before"),
        "wins_dutch": _("the first to accept"),
        "wins_japanese": _(
            "the only one to accept a level; if none does, the first at the level before"
        ),
        "end_dutch": _("without a result past the hidden reserve"),
        "out_japanese": _("who has not accepted a level when its time is over"),
        "sees_level": _("the price and their own part"),
        "sees_active": _("the price, their own part, how many are in"),
    }


def accepting() -> Words:
    """What the supplier's page says beside."""
    return {
        "level_latest": _("latest accepted: level {number}"),
        "accept": _("Accept"),
        "accept_price": _("Accept {amount} {unit}"),
        "accept_done": _("Accepted: {amount} {unit}"),
        "accept_hint_dutch": _("The first supplier to accept wins the lot at the price shown."),
        "accept_hint_japanese": _(
            "Accept before the time of the level is over, or you are out of this lot. Losing the "
            "connection alone does not drop you out."
        ),
        "accept_moved": _(
            "The price is {now} meanwhile. What you confirm here binds you at {amount}."
        ),
        "confirm_accept": _("Confirm {amount} {unit}"),
        "confirm_accept_dutch": _("Confirm: you take the lot at this price"),
        "confirm_accept_japanese": _("Confirm: this price binds you"),
        "no_accept_yet": _("Nothing accepted yet"),
        "no_accept_open": _("An earlier acceptance has no definite answer yet."),
        "no_accept_paused": _("The price stands still while the lot is paused."),
        "no_accept_waiting": _("The first level opens at {time}."),
        "no_accept_out": _("You are out of this lot: level {number} was not accepted in its time."),
        "no_accept_taken": _("You accepted. The server closes the lot."),
        "no_accept_twice": _("You are in. The next level follows when this one's time is over."),
        "accept_sending": _("Sending your acceptance of level {number}, {amount} {unit}…"),
        "accept_accepted": _("Accepted: level {number}, {amount} {unit}"),
        "accept_last_accepted": _("Last accepted: level {number}, {amount} {unit}"),
        "accept_refused": _("Refused: level {number}, {amount} {unit}."),
        "accept_retry": _("Not decided: level {number}, {amount} {unit}."),
        "accept_unknown": _("Unknown: level {number}, {amount} {unit}."),
        "accept_not_received": _("Not received: level {number}, {amount} {unit}."),
        "accept_dropped": _("Dropped: level {number} will not be accepted."),
        "said_out": _("You are out: level {number} was not accepted within its time."),
        "chart_levels": _("Price by time"),
    }
