"""Refusals of access."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class NotSignedIn(FairfallError):
    """Nobody is signed in."""

    code = "access.not_signed_in"
    kind = Kind.UNAUTHENTICATED
    text = "Sign in first."


class AccessForbidden(FairfallError):
    """The actor's role does not carry the capability."""

    code = "access.forbidden"
    kind = Kind.FORBIDDEN
    text = "Your role does not allow this ({capability})."


class CompanyNotVerified(FairfallError):
    """The role would allow it; the company's standing does not."""

    code = "access.company_not_verified"
    kind = Kind.FORBIDDEN
    text = (
        "Your company is not verified yet, and this needs it. The page of your company says what "
        "is missing."
    )


class CompanySuspended(CompanyNotVerified):
    """The operator suspended the company."""

    code = "access.company_suspended"
    text = (
        "Your company is suspended and may not do this. The page of your company says why and what "
        "you can do."
    )


class SecondFactorRequired(FairfallError):
    """The role may be acted in only by those who have a second factor, and this person has none."""

    code = "access.second_factor_required"
    kind = Kind.FORBIDDEN
    text = "Your role for {company} asks for a second factor. Set one up on your account's page."


class CompanyRequired(FairfallError):
    """The person acts for several companies and the request names none."""

    code = "access.company_required"
    kind = Kind.INVALID
    text = "Say for which company you act: send its id in the X-Company header."


class NotAMember(FairfallError):
    """The person does not act for this company, or no longer."""

    code = "access.not_a_member"
    kind = Kind.FORBIDDEN
    text = "You do not act for this company."


class TokenInvalid(FairfallError):
    """The API token is unknown or revoked."""

    code = "access.token_invalid"
    kind = Kind.UNAUTHENTICATED
    text = "The API token is unknown or revoked."


class TokenExpired(FairfallError):
    """The API token worked until a date that is past."""

    code = "access.token_expired"
    kind = Kind.UNAUTHENTICATED
    text = "The API token has expired. Make a new one on the page “API tokens”."


class ScopeMissing(FairfallError):
    """The person may do this, the API token may not: ``scope`` is what it would need."""

    code = "access.scope_missing"
    kind = Kind.FORBIDDEN
    text = "The API token lacks the scope “{scope}”, which this needs."


class PersonRequired(FairfallError):
    """An API token is no person: it makes no tokens, ends no sessions and leaves no company."""

    code = "access.person_required"
    kind = Kind.FORBIDDEN
    text = "Only a person signed in with a browser may do this, no API token."


class ScopesMissing(FairfallError):
    """A token without a scope could do nothing."""

    code = "access.scopes_missing"
    text = "Choose what the token may do."


class ScopeNotOffered(FairfallError):
    """There is no such scope, or the person's role has no use for it."""

    code = "access.scope_not_offered"
    text = "Your role cannot give a token the scope “{scope}”."


class TokenExpiryPast(FairfallError):
    """A token works for a while at least."""

    code = "access.token_expiry_past"
    text = "Choose a date to come."


class TokenExpiryTooLate(FairfallError):
    """The operator lets no token work for so long, or for ever."""

    code = "access.token_expiry_too_late"
    text = "A token may work for {days} days at most."


class TooManyTokens(FairfallError):
    """The person has as many working tokens for the company as are allowed."""

    code = "access.too_many_tokens"
    kind = Kind.CONFLICT
    text = "You have {most} working tokens for this company. Revoke one that you do not need."


class TicketInvalid(FairfallError):
    """The socket ticket is unknown, used or expired."""

    code = "access.ticket_invalid"
    kind = Kind.UNAUTHENTICATED
    text = "The ticket is unknown, used or expired. Ask for a new one."


class TokenNotFound(FairfallError):
    """The actor has no such token."""

    code = "access.token_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such API token."


class TokenNameMissing(FairfallError):
    """A token is named after its use, so that it can be told from others."""

    code = "access.token_name_missing"
    text = "Name the token after the program that will use it."


class DemoAccountNotFound(FairfallError):
    """No account of the demonstration has this id."""

    code = "access.demo_account_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such demonstration account."


class PasswordWeak(FairfallError):
    """The password does not keep the rules of this installation."""

    code = "access.password_weak"
    text = "Choose another password: {why}"


class AccountExists(FairfallError):
    """Somebody made an account of this address a moment ago."""

    code = "access.account_exists"
    kind = Kind.CONFLICT
    text = "This address has an account by now. Sign in."


class CompanyNotFound(FairfallError):
    """There is no such company to be let into."""

    code = "access.company_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such company."


class CompanyAlike(FairfallError):
    """A company that may be the same is here already: nothing was made."""

    code = "access.company_alike"
    kind = Kind.CONFLICT
    text = "A company much like this one is registered already. Is it yours?"


class SupplierListUnknown(FairfallError):
    """The invited company is to join a list that the inviter does not have."""

    code = "access.supplier_list_unknown"
    text = "Choose one of your company's supplier lists."


class TooManyAttempts(FairfallError):
    """Signing in, registering or resetting a password was tried too often from one place."""

    code = "access.too_many_attempts"
    kind = Kind.LIMITED
    text = "Too many attempts from your address or for this account. Wait a minute and try again."
