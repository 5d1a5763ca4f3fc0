"""What can be wrong with terms: a code, the field's path, data; the edge renders it."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class Problem(FairfallError):
    """Base of what the terms validator reports. ``field`` is a path such as ``lots.2.ceiling``."""

    kind = Kind.INVALID


class Leaks(Problem):
    """Base of combinations that would tell a bidder what the terms hide from it."""


class LeadNotAlwaysSeen(Leaks):
    """A rule about the lead, while some bidder does not see the lead at some moment."""

    code = "terms.lead_not_always_seen"
    text = (
        "This rule would tell the lead price. It needs the lead shown to everyone, from the start"
        " to the end, to any number of bidders."
    )


class RankChangeHidden(Leaks):
    """Extensions by rank change tell of ranks that the terms hide."""

    code = "terms.rank_change_hidden"
    text = "Extending on a change of rank needs ranks shown to suppliers until the end."


class RankNotAlwaysSeen(Leaks):
    """An automatic bid tells its owner that it does not lead: only where that is told anyway."""

    code = "terms.rank_not_always_seen"
    text = (
        "Automatic bids tell a supplier whether it leads. They need each supplier's own rank shown"
        " until the end."
    )


class ReserveNotTold(Leaks):
    """The end of the rounds would tell that the hidden reserve is met."""

    code = "terms.reserve_not_told"
    text = "Ending at the reserve tells that it is met. It needs that told to suppliers anyway."


class FallNotTold(Leaks):
    """That the rounds go on would tell that somebody lowered the lead."""

    code = "terms.fall_not_told"
    text = (
        "Ending when the price does not fall tells whether it fell. It needs the rank or the lead"
        " shown to suppliers."
    )


class ActiveNotTold(Leaks):
    """With packages: that the rounds go on would tell that so many are active over all lots."""

    code = "terms.active_not_told"
    text = (
        "With packages all lots end together, and nothing tells suppliers how many are active over"
        " all of them. Name two active suppliers at most."
    )


class CountNotTold(Leaks):
    """That the rounds go on would tell that so many offered."""

    code = "terms.count_not_told"
    text = (
        "Ending below so many active suppliers tells how many there are. More than two need the"
        " number of bidders shown to suppliers."
    )


class NothingToHide(Problem):
    """Ranks are to be hidden at the end, but nothing is shown before."""

    code = "terms.nothing_to_hide"
    text = "Neither ranks nor the lead are shown, so nothing can be hidden at the end."


class ScoringNotBlind(Leaks):
    """The buyer knows whose values it set: ranks that differ from prices would tell who bids."""

    code = "terms.scoring_not_blind"
    text = "A buyer who sets each supplier's values would recognise it: choose names or no scoring."


class ScoringNoPrebids(Leaks):
    """An offer before the start would fix its supplier's values, and so tell that it is there."""

    code = "terms.scoring_no_prebids"
    text = (
        "Where sealed offers are scored, none is taken before the start: until then you set each"
        " supplier's values, and that they were fixed would tell you who has offered."
    )


class MoneyNotBlind(Leaks):
    """A currency or a VAT rate may tell the buyer who bids."""

    code = "terms.money_not_blind"
    text = (
        "A currency or VAT rate may tell a buyer who sees aliases whose bid it is: choose names, or"
        " one currency without VAT rates."
    )


class CurrencyTwice(Problem):
    """Every currency has one rate."""

    code = "terms.currency_twice"
    text = "A currency is listed twice, or is the tender's own."


class NoAmountInCurrency(Problem):
    """At its decimal places no amount of the currency is as low as a lot's ceiling."""

    code = "terms.no_amount_in_currency"
    text = "In {code} no amount fits below the ceiling of lot {lot}: give it more decimal places."


class VatRatesUnordered(Problem):
    """Two rates are equal, or a lower one follows."""

    code = "terms.vat_rates_unordered"
    text = "VAT rates rise, and each stands once."


class PresetUnknown(Problem):
    """The preset named in the terms does not exist."""

    code = "terms.preset_unknown"
    text = "There is no such preset."


class AgainstPreset(Problem):
    """What the text of the chosen preset does not allow. ``rule``: where it says so."""

    code = "terms.against_preset"
    text = "The preset does not allow this. {rule}."


class RuleNotHere(Problem):
    """A rule that the format does not take."""

    code = "terms.rule_not_here"
    text = "This format does not take this rule."


class WeightsTooHeavy(Problem):
    """The greatest shares of all criteria together exceed ``most``."""

    code = "terms.weights_too_heavy"
    text = "All weights together may reach {most} at most."


class CriterionNotHere(Problem):
    """A criterion of a kind that the method does not have."""

    code = "terms.criterion_not_here"
    text = "This way of scoring has no criterion of this kind."


class LinesNotAutomatic(Problem):
    """A limit is one number; below it nobody knows which position's price should fall."""

    code = "terms.lines_not_automatic"
    text = "A lot with positions takes no automatic bids: a limit is one price, its bids are many."


class LinesNotSurrogate(Problem):
    """An approval is one number, and a bid of positions is many."""

    code = "terms.lines_not_surrogate"
    text = "A lot with positions takes no surrogate bids: an approval is one price, a bid is many."


class PackagesNotScored(Problem):
    """The best choice is the one that costs the least: a sum of prices, which scores are not."""

    code = "terms.packages_not_scored"
    text = (
        "With a score there are no packages or discounts: what they are chosen by is a sum of"
        " prices, and scores are none."
    )


class LinesNotPackaged(Problem):
    """A package is one unit price a lot; which position of a lot it makes cheaper nobody knows."""

    code = "terms.lines_not_packaged"
    text = "Lots with positions take no packages: a package names one price for each lot."


class SealedLinesNotPublic(Problem):
    """With the envelopes and the keys that opened them everybody could read the unit prices."""

    code = "terms.sealed_lines_not_public"
    text = (
        "Sealed offers with positions are disclosed to buyer and auditor alone: whoever has an"
        " envelope can read its unit prices after the opening."
    )


class LotOfLines(Problem):
    """The amount of a bid on a lot with positions is its total: the lot itself counts once."""

    code = "terms.lot_of_lines"
    text = "A lot with positions is bid for as a whole: its quantity is 1."


class LinesMisnumbered(Problem):
    """Positions stand in the order of their numbers, without gaps."""

    code = "terms.lines_misnumbered"
    text = "Positions are numbered 1, 2, 3 and so on."


class LineCount(Problem):
    """No position, or more than ``most``."""

    code = "terms.line_count"
    text = "A lot has between 1 and {most} positions."


class BandsUnordered(Problem):
    """Price bands begin at zero and rise, at the lot's scale."""

    code = "terms.bands_unordered"
    text = "Price bands begin at 0 and rise, each with the lot's decimal places."


class PackagesLotCount(Problem):
    """The best choice of offers is looked for among all there are."""

    code = "terms.packages_lot_count"
    text = "Packages are taken in auctions of {least} to {most} lots."


class CriterionTwice(Problem):
    """Names of criteria are compared without regard to case."""

    code = "terms.criterion_twice"
    text = "Two criteria have the same name."


class Missing(Problem):
    """What the format or the chosen rule cannot do without."""

    code = "terms.missing"
    text = "Fill in this field."


class OutOfRange(Problem):
    """Outside its bounds. Whether a bound itself is taken stands in docs/auctions/terms.md."""

    code = "terms.out_of_range"
    text = "Must be between {least} and {most}."


class NotPositiveTerm(Problem):
    """Zero, less, no number, or an amount larger than can be written."""

    code = "terms.not_positive"
    text = "Must be greater than zero."


class TooManyDigits(Problem):
    """More decimal places than its lot, currency or percentage may have."""

    code = "terms.too_many_digits"
    text = "Use at most {scale} decimal places."


class NotOnGrid(Problem):
    """A ceiling or floor between two multiples of its lot."""

    code = "terms.not_on_grid"
    text = "Must be a multiple of {grid}."


class TooLong(Problem):
    """A text of more than ``limit`` characters; just as many are taken."""

    code = "terms.too_long"
    text = "Use {limit} characters at most."


class CodeMalformed(Problem):
    """A currency, unit, key or commitment that does not have its form."""

    code = "terms.code_malformed"
    text = "This code is not well formed."


class LotsMisnumbered(Problem):
    """Lots stand in the order of their numbers, without gaps."""

    code = "terms.lots_misnumbered"
    text = "Lots are numbered 1, 2, 3 and so on."


class LotCount(Problem):
    """No lot, or more than ``most``."""

    code = "terms.lot_count"
    text = "An auction has between 1 and {most} lots."


class HardStopTooEarly(Problem):
    """The hard stop lies before the planned end; both may be the same."""

    code = "terms.hard_stop_too_early"
    text = "The hard stop cannot be before the planned end."


class PrebidTooLate(Problem):
    """Pre-bids open at the start or after it."""

    code = "terms.prebid_too_late"
    text = "Pre-bidding must open before the start."


class HiddenTooLong(Problem):
    """Ranks hidden for the whole length or longer."""

    code = "terms.hidden_too_long"
    text = "Ranks can be hidden for a part of the length only."


class WindowTooLong(Problem):
    """The window of the soft close is longer than the length of a lot; both may be the same."""

    code = "terms.window_too_long"
    text = "The window cannot be longer than the auction."


class GuardOrder(Problem):
    """Thresholds may be equal, but a later one is never the smaller."""

    code = "terms.guard_order"
    text = "The thresholds must rise: warn, type again, block."


class TimeZoneMissing(Problem):
    """A moment without a time zone could be two."""

    code = "terms.time_zone_missing"
    text = "Give the moment with its time zone."
