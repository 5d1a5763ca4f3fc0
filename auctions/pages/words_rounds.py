"""The words of sealed rounds, for every live page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural


def rounds() -> Words:
    """What the card of the rounds says, the rules, and the supplier's box."""
    return {
        "format_sealed_rounds": _("Multi-round sealed"),
        "phase_between": _("Between rounds"),
        "wins_sealed_rounds": _("the lowest after the last round, at its own price"),
        "wins_sealed_rounds_score": _("the lowest score after the last round, at its own price"),
        "rule_stops": _("Ends before"),
        "rounds_of_sealed": plural(
            lambda n: ngettext(
                "{n} at most, of {time}; {pause} after its opening",
                "{n} at most, of {time} each; the next {pause} after an opening",
                n,
            )
        ),
        "stops_unimproved": _("when a round does not lower the lowest offer"),
        "stops_unimproved_score": _("when a round does not lower the lowest score"),
        "stops_active": plural(
            lambda n: ngettext(
                "when fewer than {n} supplier makes a valid offer",
                "when fewer than {n} suppliers make a valid offer",
                n,
            )
        ),
        "stops_reserve": _("when the hidden reserve is met"),
        "stops_unimproved_together": _(
            "when after a round no better choice over all lots is there"
        ),
        "stops_reserve_together": _("when the hidden reserves of all lots are met together"),
        "stops_never": _("never: all rounds are held"),
        "beat_round": _("your own best of the earlier rounds"),
        "withdrawal_round": _("until the round's deadline, unread"),
        "rounds_count": _("Round {round} of {rounds}"),
        "rounds_open": _("Round {round} takes sealed offers until {time}"),
        "rounds_paused": _("Round {round} stands still"),
        "rounds_between": _("Round {round} is opened; round {next} starts {time}"),
        "rounds_between_paused": _("Round {next} waits for the end of the pause"),
        "rounds_before": _("Round 1 starts {time}"),
        "rounds_waits": _("Round {round} is over; its offers wait for the opening"),
        "rounds_over": _("The rounds ended after round {round}"),
        "rounds_off": _("The rounds were called off"),
        "rounds_stop_last_round": _("It was the last one."),
        "rounds_stop_unimproved": _("The lowest offer did not get lower in it."),
        "rounds_stop_unimproved_score": _("The lowest score did not get lower in it."),
        "rounds_stop_too_few": _("Too few suppliers made a valid offer in it."),
        "rounds_stop_reserve_met": _("The hidden reserve is met."),
        "rounds_stop_last_round_together": _("It was the last one."),
        "rounds_stop_unimproved_together": _("No better choice over all lots came of it."),
        "rounds_stop_too_few_together": _("Too few suppliers made a valid offer in it."),
        "rounds_stop_reserve_met_together": _("The hidden reserves of all lots are met."),
        "rounds_plan_past": _("Round {round}: opened"),
        "rounds_plan_now": _("Round {round}: under way"),
        "rounds_plan_next": _("Round {round}: to come, unless the rounds end before"),
        "rounds_plan_never": _("Round {round}: not held"),
        "rounds_valid": _("valid"),
        "rounds_rejected": _("rejected"),
        "rounds_improved": _("lower than before"),
        "rounds_unimproved": _("no lower"),
        "rounds_keep": _("Without an offer in this round your best of the earlier ones stands."),
        "rounds_no_offer_now": _("This round is over; its offers wait for the opening."),
        "said_round_started": _("Round {round} takes offers."),
        "said_round_ended": _("Round {round} is opened."),
        "feed_round_keys_set": _("Keys for every round were set"),
        "feed_sealed_round_started": _("Round {round} began"),
        "feed_sealed_round_ended": _("Round {round} ended; its offers stand"),
        "feed_sealed_round_scheduled": _("Round {round} starts at {time}"),
        "feed_rounds_stopped": _("No further round after round {round}"),
        "feed_rounds_stopped_last_round": _("Round {round} was the last one"),
        "feed_rounds_stopped_unimproved": _(
            "No further round: round {round} brought nothing better"
        ),
        "feed_rounds_stopped_too_few": _("No further round: too few offered in round {round}"),
        "feed_rounds_stopped_reserve_met": _("No further round: the hidden reserve is met"),
    }
