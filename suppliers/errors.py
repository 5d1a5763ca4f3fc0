"""Refusals about supplier profiles."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class ProfileInvalid(FairfallError):
    """A field of the profile is missing or malformed."""

    code = "suppliers.profile_invalid"
    text = "Mend this field."


class CategoryUnknown(FairfallError):
    """A category code is not in the vocabulary."""

    code = "suppliers.category_unknown"
    text = "These category codes are not known: {codes}"


class NotASeller(FairfallError):
    """The company does not sell, so it has no supplier profile."""

    code = "suppliers.not_a_seller"
    kind = Kind.FORBIDDEN
    text = "Your company does not sell on this platform."


class ProfileNotFound(FairfallError):
    """The company has no profile to see."""

    code = "suppliers.profile_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such supplier profile."
