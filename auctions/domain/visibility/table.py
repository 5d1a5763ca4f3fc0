"""The table of who sees what: role x field to grants. What is not in it is denied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from auctions.domain.rules import feedback
from auctions.domain.state import AuctionState, LotPhase, LotState
from auctions.domain.terms import Disclosure

Aliases = Callable[[str], str]  # a seat's id to its alias for this viewer


class Role(StrEnum):
    """From where somebody looks at an auction."""

    SUPPLIER = "supplier"
    BUYER = "buyer"
    BUYER_BLIND = "buyer_blind"  # the buyer where the terms say aliases until the close
    OBSERVER = "observer"  # a link handed out: at most what every supplier may see
    NEUTRAL = "neutral"  # a person of the operator who decides unlocks and blind withdrawals
    VERIFIER = "verifier"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a role, and for a supplier its seat."""

    role: Role
    seat: str | None = None


class Grant(StrEnum):
    """On what condition a field is shown."""

    YES = "yes"
    ALIAS = "by alias until the close"
    OWN = "one's own"
    FEEDBACK = "as the feedback grants now"
    EVERYBODY = "while every supplier sees it"
    AFTER_CLOSE = "after the lot's close"
    PUBLISHED = "after the close, if disclosure is public"
    COUNTED = "after the deadline; before it if the terms show it"


class Field(StrEnum):
    """What there is to see. The value is how the printed table names it."""

    CLOCK = "phase, start, deadline, hard stop, pauses, extensions"
    TERMS = "terms, their version and the time to consent"
    OUTCOME = "outcome of a lot and of the auction, without names or prices"
    BID = "an accepted bid: seat, amount, moment"
    LINES = "unit prices of the positions behind a bid"
    OWN_LIMITS = "next valid bid, what may be withdrawn, own requests"
    SCORING = "a supplier's values of the criteria, and its score"
    PRICES = "in which currency and with which VAT rate a supplier bids"
    RANK = "rank"
    COUNT = "how many bid"
    LEAD = "lead price"
    GAP = "distance to the lead"
    RESERVE_MET = "whether the reserve is met (suppliers: by the own offer)"
    BIDS = "number of bids on a lot"
    SEALED_COUNT = "how many sealed offers there are"
    SEALED_OFFER = "a sealed offer: whose, which moment (its amount: nobody)"
    PARTICIPANTS = "every participant's best, rank, bids"
    SEATS = "seats: admission, late invitation, consent, removal"
    WITHDRAWAL = "a withdrawal: whose, which bid, the reason of the decision"
    WITHDRAWAL_RESULT = "that a withdrawal was decided, and how, without names"
    UNLOCK = "a request to unlock: whose, which amount, the decision"
    SURROGATE = "a surrogate bid: whose, how low it may go, why it was placed"
    WON = "whether one's own offer won, was awarded"
    WINNER = "who won, who was awarded"
    PRICE = "the winning price"
    BY_PACKAGE = "whether a lot went by a package"
    ALLOCATION = "which offers and packages together serve the lots, and what they cost"
    CHOSEN = "sealed rounds: whether a package or discount is in the best choice so far"
    RESERVE = "the opened reserve"
    ROUNDS = "sealed rounds: sums of each ended round, why no further one follows"
    TURNS = "rounds in turns: the order, whose turn it is, offers at the end of each turn"
    MESSAGE_TO_ALL = "the buyer's messages to all"
    MESSAGE = "messages between the buyer and one supplier"
    CONNECTIONS = "how many bidders lost their connection, and came back, at an automatic pause"


_YES, _ALIAS, _OWN = (Grant.YES,), (Grant.ALIAS,), (Grant.OWN,)
_FEEDBACK, _EVERYBODY = (Grant.FEEDBACK,), (Grant.EVERYBODY,)
_CLOSE, _PUBLISHED = (Grant.AFTER_CLOSE,), (Grant.PUBLISHED,)
_ALL: dict[Role, tuple[Grant, ...]] = dict.fromkeys(Role, _YES)
_OFFICE_AFTER: dict[Role, tuple[Grant, ...]] = {
    Role.NEUTRAL: _CLOSE,
    Role.VERIFIER: _CLOSE,
    Role.ADMIN: _CLOSE,
}

TABLE: dict[Field, dict[Role, tuple[Grant, ...]]] = {
    Field.CLOCK: _ALL,
    Field.TERMS: _ALL,
    Field.OUTCOME: _ALL,
    Field.BID: {
        Role.SUPPLIER: _OWN,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _ALIAS,
        **_OFFICE_AFTER,
    },
    Field.LINES: {
        Role.SUPPLIER: _OWN,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _ALIAS,
    },
    Field.OWN_LIMITS: {Role.SUPPLIER: _OWN},
    Field.SCORING: {Role.SUPPLIER: _OWN, Role.BUYER: _YES, **_OFFICE_AFTER},
    Field.PRICES: {Role.SUPPLIER: _OWN, Role.BUYER: _YES, **_OFFICE_AFTER},
    Field.RANK: {Role.SUPPLIER: _FEEDBACK},
    Field.COUNT: {
        Role.SUPPLIER: _FEEDBACK,
        Role.OBSERVER: _EVERYBODY,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        **_OFFICE_AFTER,
    },
    Field.LEAD: {
        Role.SUPPLIER: _FEEDBACK,
        Role.OBSERVER: _EVERYBODY,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        **_OFFICE_AFTER,
    },
    Field.GAP: {Role.SUPPLIER: _FEEDBACK},
    Field.RESERVE_MET: {
        Role.SUPPLIER: _FEEDBACK,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
    },
    Field.BIDS: {Role.BUYER: _YES, Role.BUYER_BLIND: _YES, **_OFFICE_AFTER},
    Field.SEALED_COUNT: {
        Role.BUYER: (Grant.COUNTED,),
        Role.BUYER_BLIND: (Grant.COUNTED,),
        Role.NEUTRAL: (Grant.COUNTED,),
    },
    Field.SEALED_OFFER: {Role.SUPPLIER: _OWN},
    Field.PARTICIPANTS: {Role.BUYER: _YES, Role.BUYER_BLIND: _ALIAS, **_OFFICE_AFTER},
    # A late invitation or a removal, seen as it happens, would tell the alias's name.
    Field.SEATS: {
        Role.SUPPLIER: _OWN,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _CLOSE,
        Role.NEUTRAL: _YES,
        Role.ADMIN: _YES,
    },
    Field.WITHDRAWAL: {
        Role.SUPPLIER: _OWN,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _ALIAS,
        Role.NEUTRAL: _YES,
    },
    Field.WITHDRAWAL_RESULT: _ALL,
    Field.UNLOCK: {Role.SUPPLIER: _OWN, Role.NEUTRAL: _YES},
    Field.SURROGATE: {Role.SUPPLIER: _OWN, Role.NEUTRAL: _YES},
    Field.WON: {Role.SUPPLIER: _OWN},
    Field.WINNER: {Role.BUYER: _YES, Role.BUYER_BLIND: _ALIAS, **_OFFICE_AFTER},
    Field.PRICE: {
        Role.SUPPLIER: (Grant.OWN, Grant.FEEDBACK, Grant.PUBLISHED),
        Role.OBSERVER: (Grant.EVERYBODY, Grant.PUBLISHED),
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        **_OFFICE_AFTER,
    },
    Field.BY_PACKAGE: dict.fromkeys(Role, _CLOSE),
    Field.ALLOCATION: {
        Role.SUPPLIER: _PUBLISHED,
        Role.OBSERVER: _PUBLISHED,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _ALIAS,
        **_OFFICE_AFTER,
    },
    Field.CHOSEN: {
        Role.SUPPLIER: _FEEDBACK,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _ALIAS,
        **_OFFICE_AFTER,
    },
    Field.RESERVE: {
        Role.SUPPLIER: _PUBLISHED,
        Role.OBSERVER: _PUBLISHED,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        **_OFFICE_AFTER,
    },
    # Why no round follows tells how many offered, or that the reserve is met.
    Field.ROUNDS: {
        Role.SUPPLIER: _PUBLISHED,
        Role.OBSERVER: _PUBLISHED,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        **_OFFICE_AFTER,
    },
    Field.TURNS: {
        Role.SUPPLIER: _YES,
        Role.OBSERVER: _YES,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        **_OFFICE_AFTER,
    },
    Field.MESSAGE_TO_ALL: {
        Role.SUPPLIER: _YES,
        Role.OBSERVER: _YES,
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        Role.NEUTRAL: _YES,
    },
    Field.MESSAGE: {Role.SUPPLIER: _OWN, Role.BUYER: _YES, Role.BUYER_BLIND: _ALIAS},
    # Counts would tell suppliers how many take part.
    Field.CONNECTIONS: {
        Role.BUYER: _YES,
        Role.BUYER_BLIND: _YES,
        Role.NEUTRAL: _YES,
        Role.VERIFIER: _CLOSE,
        Role.ADMIN: _CLOSE,
    },
}

# What the feedback says about a field: (state, seat or None for an observer, lot).
_TOLD: dict[Field, Callable[[AuctionState, str | None, LotState], bool]] = {
    Field.RANK: feedback.rank_told,
    Field.COUNT: feedback.count_told,
    Field.LEAD: feedback.lead_told,
    Field.GAP: feedback.lead_told,
    Field.PRICE: feedback.lead_told,
    Field.RESERVE_MET: feedback.reserve_told,
    Field.CHOSEN: feedback.choice_told,
}


_NOT_OF_OTHERS = frozenset({Grant.OWN, Grant.AFTER_CLOSE, Grant.PUBLISHED})
_BY_FEEDBACK = frozenset({Grant.FEEDBACK, Grant.EVERYBODY})


def granted(
    field: Field,
    viewer: Viewer,
    state: AuctionState,
    lot: LotState | None = None,
    owner: str | None = None,
) -> bool:
    """Whether this viewer may see the field now, of this lot, belonging to that seat."""
    for grant in TABLE[field].get(viewer.role, ()):
        if _holds(grant, field, viewer, state=state, lot=lot, owner=owner):
            return True
    return False


def _holds(
    grant: Grant,
    field: Field,
    viewer: Viewer,
    *,
    state: AuctionState,
    lot: LotState | None,
    owner: str | None,
) -> bool:
    if grant is Grant.YES or grant is Grant.ALIAS:
        return True
    if grant is Grant.OWN:
        return owner is not None and owner == viewer.seat
    closed = all_closed(state) if lot is None else lot.phase is LotPhase.CLOSED
    if grant is Grant.AFTER_CLOSE:
        return closed
    if grant is Grant.PUBLISHED:
        return closed and state.rules.disclosure is Disclosure.PUBLIC
    if grant is Grant.COUNTED:
        terms = state.rules.sealing
        over = lot is not None and lot.phase in (LotPhase.SEALED, LotPhase.CLOSED)
        return over or (terms is not None and terms.show_count)
    told = _TOLD.get(field)
    seat = viewer.seat if grant is Grant.FEEDBACK else None
    if told is None or lot is None:
        return False
    if order_withheld(state, lot):
        return False
    return told(state, seat, lot)


def hears_of_others(viewer: Viewer, state: AuctionState) -> bool:
    """Whether a bid of somebody else can be told to this viewer at all, under these terms.

    Bids are placed before the close only. True where in doubt; what is told of each bid is asked
    of :func:`granted` all the same.
    """
    lead = state.terms is None or state.terms.feedback.lead
    return any(
        grant not in _NOT_OF_OTHERS for grant in TABLE[Field.BID].get(viewer.role, ())
    ) or any(
        grant not in _NOT_OF_OTHERS and (lead or grant not in _BY_FEEDBACK)
        for grant in TABLE[Field.LEAD].get(viewer.role, ())
    )


def order_withheld(state: AuctionState, lot: LotState) -> bool:
    """Whether sealed offers wait, or are opened one by one: nothing of the order is told before the
    last one is.

    Where there are rounds, the offers of the earlier ones stand meanwhile; where open bids came
    first, those stay told until the opening begins.
    """
    if lot.phase is not LotPhase.SEALED or lot.rounds is not None:
        return False
    begun = state.sealing is not None and bool(state.sealing.auditor_secret)
    return lot.random_end is None or begun


def all_closed(state: AuctionState) -> bool:
    """Whether every lot is closed: from then on a blind buyer sees names."""
    return all(lot.phase is LotPhase.CLOSED for lot in state.lots.values())


def label(viewer: Viewer, state: AuctionState, seat: str, alias: Aliases) -> str:
    """How this viewer knows a seat: by its id, or by its alias while the terms hide names."""
    if viewer.role is Role.BUYER_BLIND and not all_closed(state):
        return alias(seat)
    return seat


def table_markdown() -> str:
    """The page ``docs/visibility.md``."""
    roles = list(Role)
    lines = [
        "# Who sees what",
        "",
        "Printed from `auctions/domain/visibility/table.py`. An empty cell is a no.",
        "",
        "| | " + " | ".join(role.value.replace("_", " ") for role in roles) + " |",
        "|---|" + "---|" * len(roles),
    ]
    for field, row in TABLE.items():
        cells = ["; ".join(grant.value for grant in row.get(role, ())) for role in roles]
        lines.append(f"| {field.value} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
