"""The words of rounds in turns, for every live page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural


def turns() -> Words:
    """What the card of the rounds says, and the box of a participant."""
    return {
        "rule_rounds": _("Rounds"),
        "rounds_of_turns": plural(
            lambda n: ngettext(
                "{n}, in it one turn of {time} each", "{n}, in each one turn of {time}", n
            )
        ),
        "beat_turn": _("your offer as the turn began"),
        "sees_turns": _("every offer at the end of each turn, not whose it is"),
        "withdrawal_turn": _("taken back within the turn, without approval"),
        "turns_round": _("Round {round} of {rounds}"),
        "turns_pause": _("Pause before the round"),
        "turns_announcement": _("Before the announcement"),
        "turns_plan_turn": _("Round {round}, turn {turn}"),
        "turns_over": _("The rounds are over"),
        "turns_yours": _("It is your turn"),
        "turns_of": _("On turn: {name}"),
        "turns_note_yours": _("Place a lower offer, or let the old one stand."),
        "turns_note_changed": _("Your offer of this turn is placed. You may still change it."),
        "turns_note_announcement": _("No more offers; the result is announced as it ends."),
        "turns_note_next_round": _("You have had your turn; the next round gives you another."),
        "turns_note_done": _("You have had your last turn."),
        "turns_note_place": _("Your turn is number {place} of {all} in this round."),
        "turns_participant": _("Participant {number}"),
        "turns_participant_you": _("Participant {number} (you)"),
        "turns_mark_on": _("on turn"),
        "turns_mark_had": _("has had it"),
        "turns_mark_to_come": _("to come"),
        "turns_no_part": _("Only those with an offer before the start take part in the rounds."),
        "turns_not_yours": _("Wait for your turn to place an offer."),
        "turns_back": _(
            "You have placed an offer in this turn."
            " You may change it, or return to the one you had."
        ),
        "turns_back_initial": _("Until the start you may change your offer or take it back."),
        "turns_place_shown": _("as last shown: place {rank} of {of}"),
        "said_your_turn": _("It is your turn."),
        "said_turn_ends": _("Your turn has ended."),
        "feed_stage_pause": _("Round {round}: the order is fixed"),
        "feed_stage_turn": _("Round {round}, turn {turn} began"),
        "feed_stage_announcement": _("All turns are over; the result follows"),
        "feed_stage_started": _("A stage began"),
        "feed_turn_ended": _("Turn {turn} of round {round} ended at {amount}"),
        "feed_offer_taken_back": _("{name} returned to the offer before"),
    }
