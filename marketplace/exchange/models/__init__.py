"""Tables of the exchange of offers."""

from marketplace.exchange.models.row import ImportRow
from marketplace.exchange.models.rule import ImportRule
from marketplace.exchange.models.run import OPEN, ImportRun, RunState

__all__ = ["OPEN", "ImportRow", "ImportRule", "ImportRun", "RunState"]
