"""What the work on alerts refuses."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class AlertUnknown(FairfallError):
    """No alert of this auction has this id."""

    code = "auction.alert_unknown"
    kind = Kind.NOT_FOUND
    text = "There is no such alert."


class AlertReasonMissing(FairfallError):
    """An alert is dismissed with a reason only."""

    code = "auction.alert_reason_missing"
    kind = Kind.INVALID
    text = "Say why the alert is dismissed."


class AlertReasonTooLong(FairfallError):
    """A reason for dismissing an alert beyond ``most`` characters."""

    code = "auction.alert_reason_too_long"
    kind = Kind.INVALID
    text = "At most {most} characters."


class AlertStateUnknown(FairfallError):
    """No state that an alert can have."""

    code = "auction.alert_state_unknown"
    kind = Kind.INVALID
    text = "An alert is open, looked at or dismissed."


class NotEndedYet(FairfallError):
    """Names are hidden, or the auction goes on."""

    code = "auction.not_ended_yet"
    kind = Kind.CONFLICT
    text = "This is shown when the auction has ended."
