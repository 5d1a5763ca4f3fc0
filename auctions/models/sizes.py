"""Constraints on the length of binary columns. Migrations use this module: it must stay."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q


class OctetLengthIs(Func):
    """Whether a binary column holds exactly so many bytes."""

    template = "(octet_length(%(expressions)s) = %(size)s)"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, field: str, size: int) -> None:
        super().__init__(F(field), size=size)


def sized(field: str, size: int) -> Q:
    """A condition: the binary column holds exactly ``size`` bytes."""
    return Q(OctetLengthIs(field, size))
