"""Companies, the people who act for them, and what companies declare about themselves."""

from crm_core.companies.models.company import (
    MANAGING_ROLES,
    OPERATOR_ROLES,
    Company,
    Membership,
    Role,
    Standing,
)
from crm_core.companies.models.found import NameIndex
from crm_core.companies.models.invited import CompanyInvitation
from crm_core.companies.models.member import MemberInvitation, PeopleAction, PeopleEntry
from crm_core.companies.models.profile import (
    Activity,
    Address,
    AddressKind,
    BankAccount,
    Capacity,
    Identifier,
    Person,
    Profile,
    SigningBasis,
)

__all__ = [
    "MANAGING_ROLES", "OPERATOR_ROLES", "Activity", "Address", "AddressKind", "BankAccount",
    "Capacity", "Company", "CompanyInvitation", "Identifier", "MemberInvitation", "Membership",
    "NameIndex",
    "PeopleAction", "PeopleEntry", "Person", "Profile", "Role", "SigningBasis", "Standing",
]  # fmt: skip
