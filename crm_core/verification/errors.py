"""Refusals at the edge of verification; the rules' own are in ``domain.refusals``."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class CaseNotFound(FairfallError):
    """There is no such case, or it is not the actor's to see."""

    code = "verification.case_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such case."


class OwnCompany(FairfallError):
    """Nobody decides on a company they act for."""

    code = "verification.own_company"
    kind = Kind.FORBIDDEN
    text = "You act for this company and cannot decide on it."


class ChoiceUnknown(FairfallError):
    """A reason, a risk or an action that is none of ours."""

    code = "verification.choice_unknown"
    text = "Choose one of the list."


class FacetUnknown(FairfallError):
    """No company has such a facet."""

    code = "verification.facet_unknown"
    text = "There is nothing of this kind to verify."


class ColleagueUnknown(FairfallError):
    """A case is handed over to somebody of the operator's who may verify, and is not oneself."""

    code = "verification.colleague_unknown"
    text = "Choose a colleague who may verify this company."
