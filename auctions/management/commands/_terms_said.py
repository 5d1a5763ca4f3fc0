"""What each term means, and its bounds: what the code cannot say of itself.

A row is ``path | bounds | meaning``; an indented line goes on with the one before. Bounds are
written ``[1 s, 30 d]``; a round bracket leaves the bound itself out.
tests/domain/test_terms_table.py holds them against the terms validator.
"""

from __future__ import annotations

SAID = """
lots[] | | 1 to 200 lots
lots[].number | | 1, 2, 3 and so on, without gaps; also the order of lots in series
lots[].title | | 1 to 200 characters
lots[].quantity | (0, 10^15) | at most 6 decimal places; 1 where there are positions; with a budget
  it binds nobody
lots[].unit | | UN/ECE Rec 20 code, one to three capital letters and digits
lots[].scale | [0, 6] | decimal places of every amount of the lot
lots[].ceiling | (0, 10^15) | the highest first bid; the ceiling itself is taken
lots[].step | | by how much a bid undercuts its basis: [rules](rules.md)
lots[].step.kind | | which of the figures counts; `smaller`: of the amount and the percentage the
  smaller
lots[].step.absolute | (0, 10^15) | at most the lot's decimal places
lots[].step.percent | (0, 100) | of the exact basis; at most 6 decimal places
lots[].step.bands[] | | 1 to 20 bands: [steps by price band](rules.md#steps-by-price-band)
lots[].step.bands[].least | [0, 10^12) | the lowest basis in the band; 0 in the first, each one
  higher than the one before
lots[].step.bands[].absolute | (0, 10^12) | either this or the percentage
lots[].step.bands[].percent | (0, 100) | either this or the amount; at most 6 decimal places
lots[].grid | (0, 10^15) | every amount is a multiple of it: [multiples](rules.md#multiples)
lots[].reserve_commitment | | SHA-256 of salt and hidden reserve, 64 hexadecimal digits; must be
  given in `dutch`
lots[].start | (0, 10^15) | price of level 0; must be given there
lots[].lines[] | | 1 to 100 [positions](lines.md)
lots[].lines[].number | | 1, 2, 3 and so on, without gaps
lots[].lines[].title | | 1 to 200 characters
lots[].lines[].quantity | (0, 10^15) | at most 6 decimal places
lots[].lines[].unit | | as the unit of a lot
lots[].lines[].scale | [0, 6] | decimal places of its unit price
lots[].lines[].ceiling | (0, 10^15) | the highest unit price; the ceiling itself is taken
lots[].budget | (0, 10^15) | what is paid for the lot; at most 6 decimal places; must be given there
lots[].floor | (0, 10^15) | the lowest first quantity; the floor itself is taken
starts_at | | when the lots start, or the first of a series; a tender asks that it lies ahead
currency | | ISO 4217; the [comparison currency](currencies.md)
platform_key | | id of the platform's signing key, 1 to 100 visible ASCII characters
version | [1, 10000] | grows by one with each [edit](edits.md)
format | | how a price is found
vat | | whether all amounts of the terms are without or with VAT
lot_order | | `staggered` in `english` and `budget` alone: [staggered lots](rules.md#staggered-lots)
lot_gap | [0 s, 1 d] | between lots in series, or between the ends of staggered ones
prebid_opens_at | | before the start; must be given in `turns`
length | [1 s, 30 d] | of each lot, or of its open phase
basis | | what a bid must undercut: [English reverse](english.md#bids)
ties | | `forbid_lead` not in sealed formats: [equal bids](rules.md#equal-bids)
guard | | thresholds of a step from the own best, each at least the one before it
guard.warn | (0, 100) | percent; a larger step is warned of on the page alone
guard.retype | (0, 100) | percent; for a larger step, and for a first bid, the amount is typed again
guard.block | (0, 100) | percent; a larger step waits for a neutral person
soft_close | | a late bid moves the deadline: [English reverse](english.md#deadline)
soft_close.window | [0 s, 1 d] | a bid at this distance from the deadline is within it; 0 switches
  it off; at most `length`
soft_close.reset | [0 s, 1 d] | what remains at least; at least 1 s where there is a window
soft_close.trigger | | which accepted bid moves the deadline
soft_close.trigger_ranks | [1, 100] | the ranks whose change does
soft_close.scope | | which lots move
soft_close.base | | the moment to which `soft_close.reset` is added
soft_close.limit | [1, 1000] | how often one lot is moved by bids
soft_close.hard_stop | [1 s, 60 d] | after the start of a lot, in running time; at least `length`
feedback | | [what suppliers see while bidding](feedback.md)
feedback.rank | | the own rank
feedback.lead | | the leading price
feedback.after_first_bid | | nothing of rank, lead and count before the own first bid
feedback.lead_min_bidders | [1, 100] | with fewer bidders on the lot the lead is not told
feedback.hide_ranks_last | [0 s, 30 d) | nothing is told in so much of the end; less than `length`
feedback.count | | how many bid
feedback.reserve_met | | whether the own offer meets the reserve
withdrawal | | [taking a bid back](withdrawal.md)
withdrawal.allowed | | whether a bid may be taken back
withdrawal.window | [0 s, 1 d] | from the receipt of the bid to that of the request, the last moment
  included
buyer_extension | | [extension by the buyer](pauses.md#extension-by-the-buyer)
buyer_extension.times | [0, 100] | on each lot; fixed [once a bid exists](edits.md#what)
buyer_extension.length | [0 s, 1 d] | the longest at once; at least 1 s where there are any; with
  bids only made shorter
resume_notice | [0 s, 1 d] | from the decision to go on to bidding
consent_time | [0 s, 30 d] | to accept edited terms
blind | | the buyer sees aliases until every lot has closed: [disclosure](disclosure.md)
disclosure | | who may have the full record after the end: [disclosure](disclosure.md)
commands_per_second | [1, 1000] | of one seat: [numbers](numbers.md#rates)
front_buffer | | [front buffer](rules.md#front-buffer)
front_buffer.absolute | (0, 10^12) | either this or the percentage
front_buffer.percent | (0, 100) | of the lead; at most 6 decimal places
scoring | | [score](rules.md#score)
scoring.method | | which kinds of criteria there are
scoring.criteria[] | | 1 to 20 criteria
scoring.criteria[].name | | 1 to 100 characters, each another one without regard to case
scoring.criteria[].kind | | how its value enters the score
scoring.criteria[].most | (0, 0.3] | of a share alone; all together 0.3 at most; at most 6 decimal
  places
scoring.step_on | | what the step is measured on
sealed | | [sealed offers](sealed.md)
sealed.keeper | | whose person keeps the auditor's key
sealed.show_count | | the buyer sees before the deadline how many offers there are
dutch | | [Dutch reverse](dutch.md)
dutch.tick | [1 s, 1 d] | how long each price stands
japanese | | [Japanese reverse](japanese.md)
japanese.level | [1 s, 1 d] | the full time of each level
turns | | [rounds in turns](turns.md)
turns.rounds | [1, 10] | how many
turns.first_pause | [1 s, 60 min] | from the start of the lot to the first turn
turns.turn | [1 s, 60 min] | of each turn
turns.pause | [1 s, 60 min] | between rounds
turns.announcement | [1 s, 60 min] | from the last turn to the result
open_closed | | [open then closed](open_closed.md)
open_closed.window | [1 s, 1 d] | in which the cut-off lies; it always runs in full
open_closed.reveal | [60 s, 7 d] | to open the seeds after it
open_closed.keeper | | whose person keeps the auditor's seed and key
open_closed.final | [60 s, 300 s] | for a final sealed offer; 0: there is none
open_closed.within | [0, 100] | percent above the best bid; who is not further may make one; at most
  6 decimal places
open_closed.least | [1, 100] | so many of the best bidders may make one in any case
automatic_pause | | [the automatic pause](integrity.md#the-automatic-pause)
automatic_pause.share | [1, 99] | percent of the connected bidders; more than these must be lost
automatic_pause.bidders | [3, 1000] | connected at least, before the loss
automatic_pause.within | [1 s, 30 s] | in which the losses lie
automatic_pause.longest | [1 s, 10 min] | notice of the resumption included; at least
  `resume_notice`
automatic_bids | | [automatic bids](proxy.md)
automatic_bids.changes | [1, 100] | how often a seat may set a limit on a lot
automatic_bids.steps | [1, 200] | own steps from the own best to the limit, at most
packages | | [packages and discounts](packages.md)
packages.per_supplier | [1, 10] | packages one supplier may have; 0 too where there are discounts
packages.most_lots | [2, 12] | in one package
packages.discounts | | whether a supplier may give one on a condition
surrogates | | [surrogate bids](surrogate.md)
preset | | one of the [presets](presets.md), of its format
line_rules | | what a unit price of a [position](lines.md) may be
line_rules.zero | | it may be nought
line_rules.rise | | it may be higher than in the own best bid
sealed_rounds | | [multi-round sealed](sealed_rounds.md)
sealed_rounds.rounds | [2, 10] | how many at most
sealed_rounds.length | [1 s, 7 d] | of each round
sealed_rounds.pause | [1 s, 7 d] | from an opening to the next round
sealed_rounds.stop_unimproved | | a round that lowers no lead is the last
sealed_rounds.least_active | [0, 100] | a round with fewer valid offers is the last; 0: however few
sealed_rounds.stop_at_reserve | | a round after which the hidden reserve is met is the last
sealed_rounds.keeper | | whose person keeps the auditor's keys
sealed_rounds.show_count | | the buyer sees before a round's deadline how many offers there are
currencies[] | | 1 to 20 [further currencies](currencies.md)
currencies[].code | | ISO 4217; each once, and not the auction's own
currencies[].units | [1, 1000000] | so many units of it
currencies[].rate | (0, 10^9) | are so much of the auction's currency; at most 10 decimal places
currencies[].scale | [0, 6] | decimal places of a bid in it; none: the lot's
currencies[].source | | whose rate it is, 1 to 200 characters
currencies[].date | | of when, as the source writes it, 1 to 40 characters
vat_rates | [0, 100) | 1 to 10 rates in percent, rising; at most 2 decimal places
"""
