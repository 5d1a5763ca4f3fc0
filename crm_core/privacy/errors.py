"""What may hinder an erasure."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class AddressDiffers(FairfallError):
    """The address written to confirm is not the account's."""

    code = "privacy.address_differs"
    text = "This is not the address of your account."


class PasswordWrong(FairfallError):
    """The password written to confirm is not the account's."""

    code = "privacy.password_wrong"
    text = "The password is wrong."


class AccountShared(FairfallError):
    """Accounts of the demonstration are everybody's."""

    code = "privacy.account_shared"
    kind = Kind.FORBIDDEN
    text = "An account of the demonstration is shared, and cannot be erased."


class StillNeeded(FairfallError):
    """Companies would be left with nobody to manage them."""

    code = "privacy.still_needed"
    kind = Kind.CONFLICT
    text = "Nobody else manages {companies}. Make a colleague an owner there first."


class ErasureAsked(FairfallError):
    """The request is there already."""

    code = "privacy.erasure_asked"
    kind = Kind.CONFLICT
    text = "You have asked already."


class NoErasureAsked(FairfallError):
    """There is no request that could be withdrawn."""

    code = "privacy.no_erasure_asked"
    kind = Kind.NOT_FOUND
    text = "You have not asked to be erased, or it is withdrawn."
