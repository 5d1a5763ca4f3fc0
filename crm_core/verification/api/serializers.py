"""What the API of verification takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from crm_core.companies.models import Capacity, SigningBasis, Standing
from crm_core.verification.models import (
    AppealState,
    EntryAction,
    FacetState,
    Measure,
    ProposedAction,
    ReasonCode,
    RiskLevel,
    State,
)

_NOTE = 4000


class AddressSerializer(serializers.Serializer[Any]):
    """An address."""

    street = serializers.CharField(max_length=250)
    city = serializers.CharField(max_length=120)
    region = serializers.CharField(max_length=120, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=20, allow_blank=True, default="")
    country = serializers.CharField(max_length=2)


class AddressesSerializer(serializers.Serializer[Any]):
    """Where a company is registered, and where it works if that is elsewhere."""

    registered = AddressSerializer(allow_null=True, default=None)
    actual = AddressSerializer(allow_null=True, default=None)


class IdentitySerializer(serializers.Serializer[Any]):
    """Names, form, addresses, numbers by scheme, activities and who signs; replaces all of it."""

    legal_name = serializers.CharField(max_length=250)
    latin_name = serializers.CharField(max_length=250, allow_blank=True, default="")
    legal_form = serializers.CharField(max_length=80, allow_blank=True, default="")
    signatory_name = serializers.CharField(max_length=200, allow_blank=True, default="")
    signatory_position = serializers.CharField(max_length=120, allow_blank=True, default="")
    signatory_basis = serializers.ChoiceField(SigningBasis.choices, allow_blank=True, default="")
    no_owner = serializers.BooleanField(default=False)
    addresses = AddressesSerializer()
    numbers = serializers.DictField(
        child=serializers.CharField(max_length=60, allow_blank=True), default=dict
    )
    activities = serializers.ListField(child=serializers.CharField(max_length=8), default=list)


class DeclaredPersonSerializer(serializers.Serializer[Any]):
    """A director, or an owner of a quarter or more; with the same ``id`` the same person."""

    id = serializers.UUIDField(required=False, allow_null=True)
    capacity = serializers.ChoiceField(Capacity.choices)
    name = serializers.CharField(max_length=250)
    latin_name = serializers.CharField(max_length=250, allow_blank=True, default="")
    country = serializers.CharField(max_length=2)
    born_on = serializers.DateField(allow_null=True, default=None)
    share = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True, default=None)


class PeopleSerializer(serializers.Serializer[Any]):
    """All declared people; replaces them."""

    people = DeclaredPersonSerializer(many=True)


class DeclaredAccountSerializer(serializers.Serializer[Any]):
    """A bank account."""

    number = serializers.CharField(max_length=60)
    is_iban = serializers.BooleanField(default=True)
    bic = serializers.CharField(max_length=14, allow_blank=True, default="")
    bank_name = serializers.CharField(max_length=200)
    holder = serializers.CharField(max_length=250, allow_blank=True, default="")
    currency = serializers.CharField(max_length=3)
    country = serializers.CharField(max_length=2, allow_blank=True, default="")


class AccountsSerializer(serializers.Serializer[Any]):
    """All accounts; replaces them."""

    accounts = DeclaredAccountSerializer(many=True)


class SideSerializer(serializers.Serializer[Any]):
    """One facet: how it stands and what keeps it from being handed in, as ``code about``."""

    key = serializers.CharField()
    state = serializers.ChoiceField(FacetState.choices)
    valid_until = serializers.DateField(allow_null=True)
    is_asked = serializers.BooleanField()
    blockers = serializers.ListField(child=serializers.CharField())


class SheetSerializer(serializers.Serializer[Any]):
    """A document that is owed; ``fault`` is empty when what is there will do."""

    key = serializers.CharField(source="required.key")
    version = serializers.UUIDField(source="version.pk", allow_null=True, default=None)
    fault = serializers.CharField(allow_blank=True)


class OwnVerificationSerializer(serializers.Serializer[Any]):
    """Where the caller's company stands."""

    company = serializers.UUIDField(source="company.pk")
    standing = serializers.ChoiceField(Standing.choices, source="company.standing")
    state = serializers.ChoiceField(State.choices)
    facets = SideSerializer(source="sides", many=True)
    documents = SheetSerializer(source="sheets", many=True)
    missing = serializers.ListField(child=serializers.CharField())
    measure = serializers.ChoiceField(Measure.choices, source="file.measure", default="none")
    measure_reason = serializers.CharField(source="file.measure_reason", default="")
    measure_note = serializers.CharField(source="file.measure_note", default="")
    banned_until = serializers.DateTimeField(
        source="file.banned_until", allow_null=True, default=None
    )
    appeal = serializers.ChoiceField(AppealState.choices, source="file.appeal", default="none")


class OwnEntrySerializer(serializers.Serializer[Any]):
    """An entry of the history as the company is told it."""

    number = serializers.IntegerField()
    action = serializers.ChoiceField(EntryAction.choices)
    at = serializers.DateTimeField()
    reason = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()
    facets = serializers.SerializerMethodField()

    def get_reason(self, entry: Any) -> str:
        return entry.reason if entry.action in self.context["words"] else ""

    def get_note(self, entry: Any) -> str:
        return entry.note if entry.action in self.context["words"] else ""

    def get_facets(self, entry: Any) -> list[str]:
        return list(entry.about.get("facets", ()))


class SubmissionSerializer(serializers.Serializer[Any]):
    """Which facets to hand in; left out, what is asked at first and does not stand."""

    asked = serializers.ListField(child=serializers.CharField(max_length=24), required=False)


class AnswerSerializer(serializers.Serializer[Any]):
    """What goes with an answer."""

    note = serializers.CharField(max_length=_NOTE, allow_blank=True, default="")


class AppealSerializer(serializers.Serializer[Any]):
    """Why a decision should be looked at again."""

    text = serializers.CharField(max_length=_NOTE)


class CaseSerializer(serializers.Serializer[Any]):
    """A case as the queue shows it."""

    company = serializers.UUIDField(source="company_id")
    name = serializers.CharField(source="company.legal_name")
    country = serializers.CharField(source="company.country")
    standing = serializers.ChoiceField(Standing.choices, source="company.standing")
    state = serializers.ChoiceField(State.choices)
    asked = serializers.ListField(child=serializers.CharField())
    risk = serializers.ChoiceField(RiskLevel.choices)
    assignee = serializers.UUIDField(source="assignee_id", allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    counted_seconds = serializers.SerializerMethodField()
    proposed_action = serializers.ChoiceField(ProposedAction.choices, allow_blank=True)
    proposed_by = serializers.UUIDField(source="proposed_by_id", allow_null=True)
    measure = serializers.ChoiceField(Measure.choices)
    banned_until = serializers.DateTimeField(allow_null=True)
    appeal = serializers.ChoiceField(AppealState.choices)

    def get_counted_seconds(self, file: Any) -> int | None:
        from crm_core.verification.cases import clock

        found = clock(file)
        return int(found.waited.total_seconds()) if found else None


class FacetSerializer(serializers.Serializer[Any]):
    """One side of a company."""

    key = serializers.CharField()
    state = serializers.ChoiceField(FacetState.choices)
    valid_until = serializers.DateField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)


class FactSerializer(serializers.Serializer[Any]):
    """Something declared, and what the check of it says."""

    part = serializers.CharField()
    label = serializers.CharField()
    value = serializers.CharField()
    tone = serializers.ChoiceField(["", "ok", "warn", "bad"], allow_blank=True)
    said = serializers.CharField(allow_blank=True)


class CasePaperSerializer(serializers.Serializer[Any]):
    """A document, owed or not, with its versions that were handed in."""

    key = serializers.CharField()
    owed = serializers.SerializerMethodField()
    versions = serializers.SerializerMethodField()

    def get_owed(self, paper: Any) -> bool:
        return paper.required is not None

    def get_versions(self, paper: Any) -> list[dict[str, str]]:
        return [
            {"id": str(each.pk), "state": each.state, "name": each.name, "sha256": each.sha256}
            for each in paper.versions
        ]


class WholeCaseSerializer(serializers.Serializer[Any]):
    """Everything a decision is made on; ``seen`` goes with a confirmation."""

    case = CaseSerializer(source="file")
    seen = serializers.IntegerField(source="file.entries_count")
    facets = serializers.SerializerMethodField()
    declared = serializers.JSONField(source="evidence.declared")
    facts = serializers.SerializerMethodField()
    changed = serializers.ListField(child=serializers.CharField())
    documents = CasePaperSerializer(source="papers", many=True)
    screening = serializers.CharField(source="evidence.screening.value")
    blockers = serializers.ListField(child=serializers.CharField())
    proposed_reason = serializers.CharField(source="file.proposed_reason")
    proposed_note = serializers.CharField(source="file.proposed_note")
    proposed_until = serializers.DateTimeField(source="file.proposed_until", allow_null=True)
    measure_reason = serializers.CharField(source="file.measure_reason")
    measure_note = serializers.CharField(source="file.measure_note")
    appeal_text = serializers.CharField(source="file.appeal_text")

    def get_facets(self, now: Any) -> list[dict[str, Any]]:
        rows = now.file.facets.all() if now.file.entries_count else ()
        return list(FacetSerializer(rows, many=True).data)

    def get_facts(self, now: Any) -> list[dict[str, Any]]:
        from crm_core.verification.checking import facts

        found = facts(now.evidence.declared, now.company)
        return list(FactSerializer(found, many=True).data)


class CaseEntrySerializer(serializers.Serializer[Any]):
    """An entry of the history. For a decision of two people ``maker`` proposed."""

    number = serializers.IntegerField()
    action = serializers.ChoiceField(EntryAction.choices)
    at = serializers.DateTimeField()
    actor = serializers.UUIDField(source="actor_id", allow_null=True)
    maker = serializers.UUIDField(source="maker_id", allow_null=True)
    reason = serializers.ChoiceField(ReasonCode.choices, allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    about = serializers.JSONField()
    evidence_sha256 = serializers.CharField(allow_blank=True)


class WholeEntrySerializer(CaseEntrySerializer):
    """With what it stood on."""

    evidence = serializers.JSONField(allow_null=True)


class CompanyCaseSerializer(serializers.Serializer[Any]):
    """A company and how its case stands."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="legal_name")
    reference = serializers.CharField()
    country = serializers.CharField()
    standing = serializers.ChoiceField(Standing.choices)
    created_at = serializers.DateTimeField()
    state = serializers.ChoiceField(State.choices, source="verification.state", default="draft")


class HandOverSerializer(serializers.Serializer[Any]):
    """To whom a case is given."""

    colleague = serializers.UUIDField(source="colleague_id")
    note = serializers.CharField(max_length=_NOTE, allow_blank=True, default="")


class CaseReasonSerializer(serializers.Serializer[Any]):
    """A reason by its code, and words the company reads."""

    reason = serializers.ChoiceField(ReasonCode.choices)
    note = serializers.CharField(max_length=_NOTE)


class PaperDecisionSerializer(serializers.Serializer[Any]):
    """A word on a document; turned down, with its reason."""

    accept = serializers.BooleanField()
    reason = serializers.ChoiceField(ReasonCode.choices, allow_blank=True, default="")
    note = serializers.CharField(max_length=_NOTE, allow_blank=True, default="")


class ProposalSerializer(serializers.Serializer[Any]):
    """What is put before a second person; ``until`` for a ban, ``risk`` for verifying."""

    action = serializers.ChoiceField(ProposedAction.choices)
    reason = serializers.ChoiceField(ReasonCode.choices, allow_blank=True, default="")
    note = serializers.CharField(max_length=_NOTE, allow_blank=True, default="")
    risk = serializers.ChoiceField(RiskLevel.choices, allow_blank=True, default="")
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ConfirmationSerializer(serializers.Serializer[Any]):
    """The second person's yes to what they saw: ``seen`` of the case."""

    seen = serializers.IntegerField()
    note = serializers.CharField(max_length=_NOTE, allow_blank=True, default="")


class ReturnSerializer(serializers.Serializer[Any]):
    """The second person's no, or one's own proposal taken back."""

    reason = serializers.ChoiceField(ReasonCode.choices, allow_blank=True, default="")
    note = serializers.CharField(max_length=_NOTE, allow_blank=True, default="")
