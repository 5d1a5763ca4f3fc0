"""Who sees what: one table (role x field, default deny) and the two functions that obey it.

``standing`` is the state a viewer may see, the latest wins; ``event_view`` is what it is told of
one event, never dropped. Whatever is not granted by the table is not in either.
"""

from auctions.domain.visibility.happenings import event_view, price_point
from auctions.domain.visibility.levels import LevelStanding
from auctions.domain.visibility.standing import (
    LotStanding,
    OwnStanding,
    ParticipantStanding,
    SeatStanding,
    Standing,
    standing,
)
from auctions.domain.visibility.table import (
    Aliases,
    Field,
    Grant,
    Role,
    Viewer,
    all_closed,
    granted,
    hears_of_others,
    table_markdown,
)

__all__ = [
    "Aliases",
    "Field",
    "Grant",
    "LevelStanding",
    "LotStanding",
    "OwnStanding",
    "ParticipantStanding",
    "Role",
    "SeatStanding",
    "Standing",
    "Viewer",
    "all_closed",
    "event_view",
    "granted",
    "hears_of_others",
    "price_point",
    "standing",
    "table_markdown",
]
