"""The words of sealed offers on the live pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from auctions.services import opening_words
from auctions.services.rejections import rejections

Words = dict[str, str]


def states() -> Words:
    """What every live page says of lots that wait for their opening."""
    return {
        "phase_sealed": _("Awaiting opening"),
        "clock_sealed": _("offers closed {time}"),
        "said_sealed": _("The deadline has passed. The offers wait for their opening."),
        "said_sealed_office": _(
            "The auditor's key is here. The offers wait for the buyer to open them."
        ),
        "rule_wins": _("Who wins"),
        "wins_sealed": _("the lowest, at its own price"),
        "wins_sealed_score": _("the lowest score, at its own price"),
        "wins_vickrey": _("the lowest, at the second lowest price"),
        "sealed_unread": _("sealed until the opening"),
        "kpi_sealed": _("Sealed offers"),
        "kpi_bids": _("Bids"),
        "sealed_untold": _("not told before the deadline"),
        "rule_offer": _("Offer"),
        "rule_opening": _("Opened by"),
        "opening_neutral": _("a neutral person of the platform, with the buyer"),
        "opening_auditor": _("an auditor of the buyer, with the buyer or the platform"),
        "ties_sealed": _("the one sealed first ranks better"),
        "withdrawal_sealed": _("until the deadline"),
    }


def feed() -> Words:
    """Lines of the console's activity."""
    return {
        "feed_sealing_key_set": _("A key for sealed offers was set"),
        "feed_lot_sealed": _("The deadline passed; offers wait for their opening"),
        "feed_key_handed_over": _("The auditor's key was handed over {part}"),
        "feed_offers_opened": _("The offers were opened {part}"),
        **{f"handed_by_{role}": word for role, word in opening_words.handed_by().items()},
        **{f"opened_by_{role}": word for role, word in opening_words.opened_by().items()},
        **{f"key_means_{means}": word for means, word in opening_words.key_means().items()},
        "feed_offer_opened": _("{name} offered {amount}"),
        "feed_offer_rejected": _("The offer of {name} was rejected"),
    }


def box() -> Words:
    """The supplier's box."""
    return {
        "sealed_label_net": _("Your offer, {unit} excluding VAT"),
        "sealed_label_gross": _("Your offer, {unit} including VAT"),
        "sealed_label_again_net": _("A new offer instead, {unit} excluding VAT"),
        "sealed_label_again_gross": _("A new offer instead, {unit} including VAT"),
        "sealed_review": _("Review offer"),
        "sealed_review_amount": _("Review {amount}"),
        "sealed_none": _("No offer yet"),
        "sealed_none_note": _(
            "Type your price and seal it. You may replace it until the deadline; the last one "
            "counts."
        ),
        "sealed_stands": _("Your offer is sealed since {time}"),
        "sealed_known": _("{amount} {unit}: only this browser knows it."),
        "sealed_unknown": _(
            "It was sealed in another browser, or forgotten here. The platform cannot tell you "
            "the amount."
        ),
        "sealed_opened": _("Your offer was opened"),
        "sealed_opened_note": _("It is {amount} {unit}."),
        "sealed_rejected": _("Your offer was rejected at the opening"),
        "sealed_waits_auditor": _("It waits for the auditor's key."),
        "sealed_waits_office": _("The auditor's key is there; it waits for the buyer."),
        "sealed_no_key": _("Offers cannot be sealed yet: the auditor's key is not there."),
        "sealed_no_crypto": _(
            "This browser cannot encrypt here. Open the page over https in a current browser."
        ),
        **_outcomes(),
        **rejections(),
    }


def _outcomes() -> Words:
    return {
        "sealed_offer_sending": _("Sending the sealed offer, waiting for the server…"),
        "sealed_offer_accepted": _("Your sealed offer is accepted."),
        "sealed_offer_refused": _("Your sealed offer was refused."),
        "sealed_offer_retry": _("Your sealed offer is not decided."),
        "sealed_offer_unknown": _("Unknown whether your sealed offer arrived."),
        "sealed_offer_not_received": _("Your sealed offer did not arrive."),
        "sealed_offer_dropped": _("Your sealed offer will not be placed."),
        "sealed_withdraw_sending": _("Withdrawing your offer…"),
        "sealed_withdraw_accepted": _("Your offer is withdrawn."),
        "sealed_withdraw_refused": _("The withdrawal was refused."),
        "sealed_withdraw_retry": _("The withdrawal is not decided."),
        "sealed_withdraw_unknown": _("Unknown whether the withdrawal arrived."),
        "sealed_withdraw_not_received": _("The withdrawal did not arrive."),
        "sealed_withdraw_dropped": _("The withdrawal was dropped."),
    }
