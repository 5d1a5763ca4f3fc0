"""Refusals about companies and their members."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class CompanyTaken(FairfallError):
    """The register number or the reference belongs to another company."""

    code = "companies.taken"
    kind = Kind.CONFLICT
    text = "A company with this register number or reference exists."


class CompanyInvalid(FairfallError):
    """A field of the company is missing or malformed."""

    code = "companies.invalid"
    text = "Mend this field."


class NameNotLatin(FairfallError):
    """A name in Latin letters holds others; a lookalike would hide from every search."""

    code = "companies.name_not_latin"
    text = "Write this name in Latin letters, or leave it empty."


class AlreadyMember(FairfallError):
    """The person acts for the company already."""

    code = "companies.already_member"
    kind = Kind.CONFLICT
    text = "This person acts for the company already."


class MemberNotFound(FairfallError):
    """No active membership of this company has this id."""

    code = "companies.member_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such member."


class LastOwner(FairfallError):
    """Somebody must remain who can manage the company."""

    code = "companies.last_owner"
    kind = Kind.CONFLICT
    text = "The company needs somebody who manages its members. Name another one first."


class RoleNotForCompany(FairfallError):
    """The role does not exist in this kind of company."""

    code = "companies.role_not_for_company"
    text = "This role does not exist in this company."


class LimitInvalid(FairfallError):
    """A limit is a positive amount with a currency."""

    code = "companies.limit_invalid"
    text = "Write the limit as a positive amount, such as 250000.00, and choose its currency."


class LimitExceeded(FairfallError):
    """The total is above what the company's owner lets this person decide alone."""

    code = "companies.limit_exceeded"
    kind = Kind.CONFLICT
    text = (
        "Your limit is {limit} {currency} and this comes to {total} {currency}. An owner of your "
        "company can raise the limit."
    )


class LimitNeedsCeiling(FairfallError):
    """Without a highest price a lot's total cannot be compared with a limit."""

    code = "companies.limit_needs_ceiling"
    kind = Kind.CONFLICT
    text = (
        "You have a limit, and lot {lot} has no ceiling to compare with it. Set a ceiling, or have "
        "somebody without a limit publish."
    )


class LimitNeedsBound(FairfallError):
    """A bid that somebody else may place has no highest price to compare with the limit."""

    code = "companies.limit_needs_bound"
    kind = Kind.CONFLICT
    text = (
        "You have a limit, and nothing bounds a first bid on lot {lot}. Place a bid first, or have "
        "somebody without a limit approve."
    )


class LimitOtherCurrency(FairfallError):
    """The limit is in one currency, the trade in another: nothing is converted silently."""

    code = "companies.limit_other_currency"
    kind = Kind.CONFLICT
    text = (
        "Your limit is in {limit_currency} and this is in {currency}. An owner of your company can "
        "set another limit."
    )


class AlreadyInvited(FairfallError):
    """An invitation to this address waits."""

    code = "companies.already_invited"
    kind = Kind.CONFLICT
    text = "This address is invited already. Send the invitation again, or take it back first."


class TooManyInvitations(FairfallError):
    """Too many invitations of the company wait for an answer."""

    code = "companies.too_many_invitations"
    kind = Kind.LIMITED
    text = "{most} invitations wait for an answer. Take some back first."


class InvitationNotFound(FairfallError):
    """No open invitation of this company has this id."""

    code = "companies.invitation_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such invitation."


class InvitationInvalid(FairfallError):
    """The link is unknown, used, taken back or too old, or somebody else's."""

    code = "companies.invitation_invalid"
    kind = Kind.NOT_FOUND
    text = "This invitation is not valid any more. Ask the company for a new one."


class RegisterMissing(FairfallError):
    """A number says nothing without the register it stands in."""

    code = "companies.register_missing"
    text = "Choose the register in which this number stands."


class StandingTooLow(FairfallError):
    """The company has not reached what this action asks of it."""

    code = "companies.standing_too_low"
    kind = Kind.FORBIDDEN
    text = "The verification of this company does not allow this yet."


class TooManyInvitedToday(FairfallError):
    """A company invites so many companies a day and no more."""

    code = "companies.too_many_invited_today"
    kind = Kind.LIMITED
    text = "{most} invitations a day are the most. Go on tomorrow."


class InvitedTooOften(FairfallError):
    """One address is not written to again and again."""

    code = "companies.invited_too_often"
    kind = Kind.LIMITED
    text = "This address was written to {most} times already. Reach them another way."


class InvitationTextTooLong(FairfallError):
    """The personal message is short."""

    code = "companies.invitation_text_too_long"
    text = "Write {most} characters at most."


class CompanyInvitationInvalid(FairfallError):
    """The link is unknown, used, taken back or too old, or somebody else's."""

    code = "companies.company_invitation_invalid"
    kind = Kind.NOT_FOUND
    text = (
        "This invitation is not valid any more: it was used, taken back, sent again or is too old. "
        "Ask whoever invited you for a new one, or register your company without it."
    )


class CompanyNotYours(FairfallError):
    """An invitation is answered with a company that one acts for, other than the inviter."""

    code = "companies.not_yours"
    text = "Choose a company that you act for, other than the one that invites."
