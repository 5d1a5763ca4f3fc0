"""Refusals about units, attributes, taxonomies and their files."""

from __future__ import annotations

from kernel.errors import FairfallError


class NumberMalformed(FairfallError):
    """The text is not a plain number."""

    code = "reference.number_malformed"
    text = "Write a plain number, such as 1250.5."


class UnitUnknown(FairfallError):
    """No unit has this code."""

    code = "reference.unit_unknown"
    text = "There is no unit “{unit}”."


class UnitNotConvertible(FairfallError):
    """A unit that is counted, or has no exact factor, converts into itself only."""

    code = "reference.unit_not_convertible"
    text = "The unit “{unit}” cannot be converted."


class UnitsUnlike(FairfallError):
    """The two units measure different quantities."""

    code = "reference.units_unlike"
    text = "“{source}” and “{target}” measure different quantities."
