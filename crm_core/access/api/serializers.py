"""Shapes of the access API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from crm_core.access.actor import ByToken, capabilities_of
from crm_core.access.factor import lacks_factor
from crm_core.access.models import ApiToken
from crm_core.access.scopes import DESCRIPTIONS, SCOPE_CAPABILITIES, Scope
from crm_core.companies.identifiers import Checked, IdentifierKind
from crm_core.companies.models import (
    Company,
    MemberInvitation,
    Membership,
    PeopleEntry,
    Role,
)


class CompanySerializer(serializers.ModelSerializer[Company]):
    """A company as everybody may see it."""

    class Meta:
        model = Company
        fields = ("id", "reference", "legal_name", "latin_name", "country", "buys", "sells",
                  "operates", "standing")  # fmt: skip
        read_only_fields = fields


class OwnMembershipSerializer(serializers.ModelSerializer[Membership]):
    """One company the caller acts for, and what the role there allows.

    Nothing is allowed while the second factor that the role asks for is missing; a program is
    allowed what its token's scopes carry of it.
    """

    company = CompanySerializer(read_only=True)
    second_factor_missing = serializers.SerializerMethodField()
    capabilities = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ("id", "company", "role", "capabilities", "second_factor_missing", "joined_at")
        read_only_fields = fields

    def get_capabilities(self, membership: Membership) -> list[str]:
        by_token: ByToken | None = self.context.get("by_token")
        return sorted(each.value for each in capabilities_of(membership, by_token))

    def get_second_factor_missing(self, membership: Membership) -> bool:
        return lacks_factor(membership)


class ScopesField(serializers.ListField):
    """Scopes."""

    child = serializers.ChoiceField(choices=Scope.choices)


class OwnTokenSerializer(serializers.ModelSerializer[ApiToken]):
    """The API token of the request."""

    scopes = ScopesField(read_only=True)

    class Meta:
        model = ApiToken
        fields = ("id", "name", "scopes", "expires_at")
        read_only_fields = fields


class MeSerializer(serializers.Serializer[Any]):
    """The caller."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    full_name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    token = OwnTokenSerializer(allow_null=True)
    memberships = OwnMembershipSerializer(many=True)


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """A colleague. ``limit_amount``: the highest total to bid, publish or award; null: none."""

    user_id = serializers.UUIDField(read_only=True)
    full_name = serializers.CharField(source="user.full_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "user_id", "full_name", "email", "role", "limit_amount", "limit_currency",
                  "joined_at")  # fmt: skip
        read_only_fields = fields


class MemberChangeSerializer(serializers.Serializer[Any]):
    """A member's new role, new limit (an empty amount lifts it), or both."""

    role = serializers.ChoiceField(choices=Role.choices, required=False)
    limit_amount = serializers.CharField(max_length=30, required=False, allow_blank=True)
    limit_currency = serializers.CharField(max_length=3, required=False, allow_blank=True)


class NewMemberInvitationSerializer(serializers.Serializer[Any]):
    """Whom to invite, as what, up to which total."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    limit_amount = serializers.CharField(
        max_length=30, required=False, allow_blank=True, default=""
    )
    limit_currency = serializers.CharField(
        max_length=3, required=False, allow_blank=True, default=""
    )


class MemberInvitationSerializer(serializers.ModelSerializer[MemberInvitation]):
    """An invitation that waits for an answer. Its link is in the mail only."""

    invited_by = serializers.CharField(read_only=True)
    is_open = serializers.BooleanField(read_only=True)

    class Meta:
        model = MemberInvitation
        fields = ("id", "email", "role", "limit_amount", "limit_currency", "invited_by",
                  "created_at", "sent_at", "expires_at", "is_open")  # fmt: skip
        read_only_fields = fields


class PeopleEntrySerializer(serializers.ModelSerializer[PeopleEntry]):
    """A line of the log; ``by`` is null where the platform acted."""

    by = serializers.CharField(default=None, read_only=True)
    person = serializers.CharField(default=None, read_only=True)
    email = serializers.EmailField(source="invitation.email", default=None, read_only=True)

    class Meta:
        model = PeopleEntry
        fields = ("number", "at", "action", "by", "person", "email", "role", "before", "after")
        read_only_fields = fields


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """A token without its secret. ``expires_at`` null: it works until it is revoked."""

    scopes = ScopesField(read_only=True)

    class Meta:
        model = ApiToken
        fields = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at",
                  "last_ip", "last_user_agent", "revoked_at")  # fmt: skip
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer[Any]):
    """What the token is for, what it may do, and until when.

    Without ``expires_at`` it works for ninety days; null asks for a token without an end.
    """

    name = serializers.CharField(max_length=80)
    scopes = ScopesField()
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class TokenNameSerializer(serializers.Serializer[Any]):
    """What the token is called from now on."""

    name = serializers.CharField(max_length=80)


class TokenSecretSerializer(TokenSerializer):
    """A new token with its secret, shown this once."""

    secret = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "secret")  # type: ignore[assignment]
        read_only_fields = fields


class CompanyTokenSerializer(TokenSerializer):
    """A token that acts for the company, and whose it is."""

    person = serializers.CharField(source="user.full_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = ("person", "email", *TokenSerializer.Meta.fields)  # type: ignore[assignment]
        read_only_fields = fields


class ScopeSerializer(serializers.Serializer[Any]):
    """A scope that the caller's role can give a token."""

    scope = serializers.ChoiceField(choices=Scope.choices, source="value")
    name = serializers.CharField(source="label")
    description = serializers.SerializerMethodField()
    capabilities = serializers.SerializerMethodField()

    def get_description(self, scope: Scope) -> str:
        return str(DESCRIPTIONS[scope])

    def get_capabilities(self, scope: Scope) -> list[str]:
        return sorted(each.value for each in SCOPE_CAPABILITIES[scope])


class SchemeSerializer(serializers.Serializer[Any]):
    """A kind of number; ``finds_slips`` says that any single changed digit is found."""

    code = serializers.CharField()
    country = serializers.CharField()
    kind = serializers.ChoiceField(choices=[(each.value, each.value) for each in IdentifierKind])
    label = serializers.CharField()
    example = serializers.CharField()
    finds_slips = serializers.BooleanField()


class VerdictSerializer(serializers.Serializer[Any]):
    """The number in compact form. Its form is valid; whether it exists nobody asked."""

    scheme = serializers.CharField(source="scheme.code")
    value = serializers.CharField()
    form_valid = serializers.SerializerMethodField()

    def get_form_valid(self, _checked: Checked) -> bool:
        return True


class TicketSerializer(serializers.Serializer[Any]):
    """Open ``wss://…?ticket=<ticket>`` before ``expires_at``; it admits one socket."""

    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField()
