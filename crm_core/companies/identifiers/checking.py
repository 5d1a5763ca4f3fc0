"""Whether a number has the form of its scheme."""

from __future__ import annotations

from dataclasses import dataclass

from stdnum.exceptions import InvalidChecksum, ValidationError

from crm_core.companies.identifiers.errors import (
    IdentifierDigitsWrong,
    IdentifierForeign,
    IdentifierFormInvalid,
    IdentifierSchemeUnknown,
)
from crm_core.companies.identifiers.table import SCHEMES, IdentifierKind, Scheme

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """A number whose form is valid, in its compact form. Whether it exists is not known."""

    scheme: Scheme
    value: str


def scheme_of(code: str) -> Scheme:
    """The scheme of this code. Raises IdentifierSchemeUnknown."""
    found = SCHEMES.get(code)
    if found is None:
        raise IdentifierSchemeUnknown(field="scheme")
    return found


def schemes_for(country: str, *kinds: IdentifierKind) -> list[Scheme]:
    """What a company of this country may have, its own country's first, as the table has them."""
    return [
        each
        for each in sorted(SCHEMES.values(), key=lambda scheme: not scheme.country)
        if each.country in (country, "") and (not kinds or each.kind in kinds)
    ]


def check(scheme: str, value: str, *, country: str = "") -> Checked:
    """The number in compact form. Raises IdentifierSchemeUnknown, IdentifierForeign,
    IdentifierDigitsWrong (the check digit) or IdentifierFormInvalid (anything else).
    """
    found = scheme_of(scheme)
    if country and found.country and found.country != country:
        raise IdentifierForeign(field="scheme", label=found.label)
    about = {"field": "value", "label": found.label, "example": found.example}
    # Some of the checkers look digits up in ASCII alone.
    if not value.strip() or len(value) > LONGEST or not value.isprintable():
        raise IdentifierFormInvalid(**about)
    try:
        return Checked(found, found.checker(value))
    except InvalidChecksum as error:
        raise IdentifierDigitsWrong(**about) from error
    except (ValidationError, ValueError, IndexError, KeyError) as error:
        # A few of the library's checkers stumble over signs they do not expect.
        raise IdentifierFormInvalid(**about) from error
