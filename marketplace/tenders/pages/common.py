"""What several pages of the tender room do alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from infra.problems import message
from kernel.errors import FairfallError
from marketplace import acting
from marketplace.tenders.errors import TenderIncomplete

put_error = acting.put_error


def _told(error: FairfallError) -> Sequence[Any]:
    if isinstance(error, TenderIncomplete):
        return [problem.message for problem in error.problems[:5]]
    return [message(error)]


done_or_told = partial(acting.done_or_told, told=_told)
"""Do something, tell how it went, of an incomplete tender the first things to settle."""
