"""The words of packages on the live pages."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural
from auctions.services.rejections import package_rejections


def shown() -> Words:
    """What every live page says of packages."""
    return {
        "rule_packages": _("Packages"),
        "packages_most": _("up to {n} a supplier, of up to {lots} lots"),
        "rule_discount": _("Discount"),
        "discount_one": _("one a supplier, on a condition"),
        "wins_together": _("the choice of offers and packages that serves the most lots for least"),
        "allocation_nobody": _("nobody"),
        "allocation_single": _("offer for this lot"),
        "allocation_package": _("package {number}"),
        "allocation_total": _("{total} {currency} for all lots."),
        "allocation_saves": _(
            "{saved} {currency} less than the lowest offers for single lots: {single} {currency}."
        ),
        "allocation_same": _("As much as the lowest offers for single lots."),
        "allocation_more_lots": plural(
            lambda n: ngettext(
                "Offers for single lots alone would have served {n} lot.",
                "Offers for single lots alone would have served {n} lots.",
                n,
            )
        ),
        "allocation_discount": _("discount"),
        "choice_so_far": plural(
            lambda n: ngettext(
                "{n} lot for {total} {currency}, whatever the reserves.",
                "{n} lots for {total} {currency}, whatever the reserves.",
                n,
            )
        ),
        "allocation_heading": _("Who wins which lots"),
        "choice_heading": _("Best choice so far"),
        "choice_holds": _("In it: {names}."),
        "feed_choice_found": _("Best choice after round {round}: {total}"),
        "feed_package_opened": _("{name} offered a package: {total}"),
        "feed_package_rejected": _("A package of {name} was rejected"),
        "feed_discount_opened": _("{name} gives a discount of {percent} %"),
        "feed_lots_allocated": _("Who wins which lots was found: {total}"),
    }


def box() -> Words:
    """The supplier's card."""
    return {
        "packages_of": _("{n} of {most}"),
        "packages_full": _("You have as many packages as the terms allow."),
        "package_number": _("Package {number}"),
        "package_sealed": _("sealed"),
        "package_stands": _("stands"),
        "package_in_choice": _("in the best choice so far"),
        "package_again": _("Seal again"),
        "package_stands_at": _("Stands since round {round}: lots {lots} for {total} {currency}"),
        "package_round_rejected": _("Round {round}: rejected. {reason}"),
        "package_not_above": _("Above {limit}, the price that stands."),
        "package_most": _(
            "In all it must be {most} {currency} or lower: a step below your best for these lots."
        ),
        "package_won": _("won"),
        "package_lost": _("not chosen"),
        "package_rejected": _("rejected"),
        "package_holds": _("Lots {lots} for {total} {currency}"),
        "package_unknown": _(
            "Sealed in another browser, or forgotten here: the platform cannot tell what it holds."
        ),
        "package_at": _("sealed at {time}"),
        "package_change": _("Change"),
        "package_withdraw": _("Withdraw"),
        "package_withdraw_yes": _("Withdraw the package"),
        "package_keep": _("Keep it"),
        "package_save": _("Keep as a file"),
        "package_lot_price": _("Unit price of lot {number} in the package, {unit}"),
        "package_pick": _("Pick at least two lots."),
        "package_too_many": plural(
            lambda n: ngettext(
                "A package holds {n} lot at most.", "A package holds {n} lots at most.", n
            )
        ),
        "package_price": _(
            "Name one price for the package, or a price for each lot. One price is divided among "
            "the lots as your offers for them, or the ceilings, stand to each other."
        ),
        "package_comes_to": _(
            "Unit prices have few decimals: the package comes to {total} {currency}."
        ),
        "package_single": _("Your offers for these lots alone come to {total} {currency}."),
        "package_single_unknown": _("Your offers for single lots stand beside the package."),
        **_outcomes(),
        **_discount(),
        **package_rejections(),
    }


def _outcomes() -> Words:
    return {
        "package_sending": _("Sending package {number}, waiting for the server…"),
        "package_accepted": _("Package {number} is accepted."),
        "package_refused": _("Package {number} was refused."),
        "package_retry": _("Package {number} is not decided."),
        "package_unknown_outcome": _("Unknown whether package {number} arrived."),
        "package_not_received": _("Package {number} did not arrive."),
        "package_dropped": _("Package {number} will not be placed."),
        "package_withdraw_sending": _("Withdrawing package {number}…"),
        "package_withdraw_accepted": _("Package {number} is withdrawn."),
        "package_withdraw_refused": _("The withdrawal was refused."),
        "package_withdraw_retry": _("The withdrawal is not decided."),
        "package_withdraw_unknown": _("Unknown whether the withdrawal arrived."),
        "package_withdraw_not_received": _("The withdrawal did not arrive."),
        "package_withdraw_dropped": _("The withdrawal was dropped."),
    }


def _discount() -> Words:
    return {
        "discount_new": _("Give a discount"),
        "discount_again": _("Give a better discount"),
        "discount_worse": _(
            "It must be no worse than the one that stands in percent, lots and number of lots, and "
            "better in one of them."
        ),
        "discount_change": _("Change the discount"),
        "discount_says": _("{percent} % off everything, for winning {asked}"),
        "discount_lots": plural(lambda n: ngettext("lot {lots}", "lots {lots}", n)),
        "discount_count": plural(lambda n: ngettext("{n} lot or more", "{n} lots or more", n)),
        "discount_sum": _("{sum} {currency} or more"),
        "discount_holds": _("condition met"),
        "discount_fails": _("condition not met"),
        "discount_percent_wrong": _("Name the discount: above 0 and below 100 percent."),
        "discount_count_wrong": plural(
            lambda n: ngettext(
                "There is {n} lot: name a number from 1 to that.",
                "There are {n} lots: name a number from 1 to that.",
                n,
            )
        ),
        "discount_sum_wrong": _("Write the sum as a number above zero."),
        "discount_condition_missing": _("Name at least one condition."),
        "discount_sending": _("Sending the discount, waiting for the server…"),
        "discount_accepted": _("Your discount is accepted."),
        "discount_refused": _("Your discount was refused."),
        "discount_retry": _("Your discount is not decided."),
        "discount_unknown": _("Unknown whether your discount arrived."),
        "discount_not_received": _("Your discount did not arrive."),
        "discount_dropped": _("Your discount will not be placed."),
        "discount_withdraw_sending": _("Withdrawing your discount…"),
        "discount_withdraw_accepted": _("Your discount is withdrawn."),
        "discount_withdraw_refused": _("The withdrawal was refused."),
        "discount_withdraw_retry": _("The withdrawal is not decided."),
        "discount_withdraw_unknown": _("Unknown whether the withdrawal arrived."),
        "discount_withdraw_not_received": _("The withdrawal did not arrive."),
        "discount_withdraw_dropped": _("The withdrawal was dropped."),
    }
