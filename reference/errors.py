"""Refusals about units, attributes, taxonomies and their files."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


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


class CategoryNotFound(FairfallError):
    """No category has this code."""

    code = "reference.category_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such category."


class AttributeNotFound(FairfallError):
    """No attribute has this id."""

    code = "reference.attribute_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such attribute."


class AttributeWrong(FairfallError):
    """A part of an attribute's definition does not hold; ``field`` says which."""

    code = "reference.attribute_wrong"
    text = "{reason}"


class KeyTaken(FairfallError):
    """The category, one above it or one below it has an attribute of this key."""

    code = "reference.key_taken"
    kind = Kind.CONFLICT
    text = "The category {category} has the attribute “{key}” already."


class AttributeUnknown(FairfallError):
    """The category has no attribute of this key, or has it no more."""

    code = "reference.attribute_unknown"
    text = "The category has no attribute “{key}”."


class ValueMissing(FairfallError):
    """A required attribute was not given."""

    code = "reference.value_missing"
    text = "This attribute is required."


class TextWrong(FairfallError):
    """Not a text, too long, or with signs that cannot be seen."""

    code = "reference.text_wrong"
    text = "Write a text of one line and at most {most} characters."


class DecimalsTooMany(FairfallError):
    """The number has more decimal places than the attribute."""

    code = "reference.decimals_too_many"
    text = "Use at most {most} decimal places."


class ValueTooLow(FairfallError):
    """The number lies below the attribute's bound."""

    code = "reference.value_too_low"
    text = "At least {lowest} {unit}."


class ValueTooHigh(FairfallError):
    """The number lies above the attribute's bound."""

    code = "reference.value_too_high"
    text = "At most {highest} {unit}."


class TruthMalformed(FairfallError):
    """Neither yes nor no."""

    code = "reference.truth_malformed"
    text = "Write yes or no."


class ChoiceUnknown(FairfallError):
    """Not one of the attribute's choices, or a label that several of them have."""

    code = "reference.choice_unknown"
    text = "“{given}” is not one of the choices."


class DateMalformed(FairfallError):
    """Not a day of the calendar in ISO 8601."""

    code = "reference.date_malformed"
    text = "Write the date as 2026-12-31."


class UnitOutOfPlace(FairfallError):
    """Only numbers have a unit."""

    code = "reference.unit_out_of_place"
    text = "Only a number has a unit."


class TableRefused(FairfallError):
    """The file cannot be read as a table of this taxonomy; ``reason`` is a code of ``wording``."""

    code = "reference.table_refused"
    text = "The file cannot be read ({reason})."


class ImportNotFound(FairfallError):
    """No import has this id."""

    code = "reference.import_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such import."


class ImportFaulty(FairfallError):
    """Some rows of the file are wrong, so none is applied."""

    code = "reference.import_faulty"
    kind = Kind.CONFLICT
    text = "{faults} rows of the file are wrong; nothing is applied until none is."


class ImportOver(FairfallError):
    """The import was applied already, or its file made room for a later one."""

    code = "reference.import_over"
    kind = Kind.CONFLICT
    text = "This file was applied already, or another has taken its place."


class ImportMovedOn(FairfallError):
    """The taxonomy has changed since the difference was shown; it is shown anew."""

    code = "reference.import_moved_on"
    kind = Kind.CONFLICT
    text = "The taxonomy has changed meanwhile. Look at the difference again."
