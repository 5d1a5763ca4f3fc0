"""Numbers that name companies: one table of schemes, and whether a number has the form of one.

A check digit proves that a number was copied well, not that it was ever given to anybody: what
passes here has a *valid form* and nothing more.
"""

from crm_core.companies.identifiers.checking import Checked, check, scheme_of, schemes_for
from crm_core.companies.identifiers.errors import IdentifierFormInvalid, IdentifierSchemeUnknown
from crm_core.companies.identifiers.table import SCHEMES, IdentifierKind, Scheme

__all__ = [
    "SCHEMES", "Checked", "IdentifierFormInvalid", "IdentifierKind", "IdentifierSchemeUnknown",
    "Scheme", "check", "scheme_of", "schemes_for",
]  # fmt: skip
