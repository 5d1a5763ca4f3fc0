"""What the exchange of offers refuses."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class ImportUnknown(FairfallError):
    """There is no such import, or it is not this company's."""

    code = "exchange.import_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such import."


class ImportOpen(FairfallError):
    """Another import of the company is not over yet."""

    code = "exchange.import_open"
    kind = Kind.CONFLICT
    text = "Another import of your company is not over yet. Activate or refuse it first."


class SameFile(FairfallError):
    """The company's latest active version came from this very file."""

    code = "exchange.same_file"
    kind = Kind.CONFLICT
    text = "This very file is active already."


class StateMoved(FairfallError):
    """The import is in a state in which this is not done."""

    code = "exchange.state_moved"
    kind = Kind.CONFLICT
    text = "The import has moved on; look at it again."


class OwnApproval(FairfallError):
    """Who uploaded a file does not approve it."""

    code = "exchange.own_approval"
    kind = Kind.FORBIDDEN
    text = "You uploaded this file: somebody else of your company approves it."


class NothingToActivate(FairfallError):
    """No row of the import changes anything."""

    code = "exchange.nothing_to_activate"
    kind = Kind.CONFLICT
    text = "The file changes nothing."


class MomentPast(FairfallError):
    """The moment of activation lies in the past."""

    code = "exchange.moment_past"
    text = "Choose a moment to come."


class LaterActive(FairfallError):
    """Only the latest active import is rolled back."""

    code = "exchange.later_active"
    kind = Kind.CONFLICT
    text = "A later import is active: roll that one back first."
