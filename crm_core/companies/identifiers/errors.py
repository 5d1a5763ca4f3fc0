"""Refusals about identifiers."""

from __future__ import annotations

from kernel.errors import FairfallError


class IdentifierSchemeUnknown(FairfallError):
    """The table has no such scheme."""

    code = "identifiers.scheme_unknown"
    text = "We do not know this kind of number."


class IdentifierFormInvalid(FairfallError):
    """The number cannot be one of its scheme; ``why`` says what does not fit."""

    code = "identifiers.form_invalid"
    text = "This does not have the form of {label}, such as {example}."


class IdentifierDigitsWrong(IdentifierFormInvalid):
    """Length and signs fit, the check digit does not: most likely a slip of the finger."""

    code = "identifiers.digits_wrong"
    text = "A digit of this {label} is wrong: its check digit does not fit."


class IdentifierForeign(FairfallError):
    """The scheme belongs to another country."""

    code = "identifiers.foreign"
    text = "Companies of this country have no {label}."
