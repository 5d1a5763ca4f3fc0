"""What the API of screening takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from crm_core.screening.explaining import HOW, MODIFIERS
from crm_core.screening.models import (
    EntityKind,
    Hit,
    HitDecision,
    ListVersion,
    NameUse,
    Screening,
    ScreeningRun,
    Subject,
)
from crm_core.screening.standing import Standing


class ListedNumberSerializer(serializers.Serializer[Any]):
    """A number of a company or of a listed entity."""

    kind = serializers.CharField()
    value = serializers.CharField()
    country = serializers.CharField(allow_blank=True)


class ListedNameSerializer(serializers.Serializer[Any]):
    """A listed name."""

    text = serializers.CharField()
    use = serializers.ChoiceField(NameUse.choices)


class ListedEntitySerializer(serializers.Serializer[Any]):
    """A listed entity."""

    uid = serializers.CharField()
    kind = serializers.ChoiceField(EntityKind.choices)
    caption = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField())
    births = serializers.ListField(child=serializers.CharField())
    numbers = ListedNumberSerializer(many=True)
    programs = serializers.ListField(child=serializers.CharField())


class ScreenedSubjectSerializer(serializers.Serializer[Any]):
    """A company, or a person named by one."""

    id = serializers.UUIDField()
    urn = serializers.CharField()
    company = serializers.UUIDField(source="company_id")
    kind = serializers.ChoiceField(Subject.Kind.choices)
    capacity = serializers.CharField()
    caption = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    latest = serializers.UUIDField(source="latest_id", allow_null=True)


class HitDecisionSerializer(serializers.Serializer[Any]):
    """A person's word on a hit."""

    id = serializers.UUIDField()
    verdict = serializers.ChoiceField(HitDecision.Verdict.choices)
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField()


class HitSerializer(serializers.Serializer[Any]):
    """A hit as lists show it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(Hit.State.choices)
    score = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    subject = ScreenedSubjectSerializer()
    company_name = serializers.CharField(source="subject.company.legal_name")
    list = serializers.CharField(source="source.code")
    uid = serializers.CharField()
    listed = serializers.CharField(source="evidence.entity.caption", allow_null=True)
    evidence = serializers.IntegerField(source="evidence_id")
    decision = serializers.UUIDField(source="decision_id", allow_null=True)


class PairSerializer(serializers.Serializer[Any]):
    """Parts of two names that belong together; percent, and points of the score."""

    subject = serializers.ListField(child=serializers.CharField())
    listed = serializers.ListField(child=serializers.CharField())
    how = serializers.ChoiceField(list(HOW))
    similarity = serializers.IntegerField()
    weight = serializers.IntegerField()
    points = serializers.CharField()


class ModifierSerializer(serializers.Serializer[Any]):
    """What adds to the score of the names, or takes from it."""

    what = serializers.ChoiceField(list(MODIFIERS))
    effect = serializers.IntegerField()
    subject = serializers.ListField(child=serializers.CharField())
    listed = serializers.ListField(child=serializers.CharField())


class ExplanationSerializer(serializers.Serializer[Any]):
    """Where a score comes from."""

    subject_name = serializers.CharField()
    subject_label = serializers.CharField()
    listed_name = serializers.CharField()
    listed_use = serializers.ChoiceField(NameUse.choices)
    pairs = PairSerializer(many=True)
    name_score = serializers.IntegerField()
    modifiers = ModifierSerializer(many=True)
    score = serializers.IntegerField()


class WholeHitSerializer(HitSerializer):
    """A hit with its evidence and decisions."""

    explanation = ExplanationSerializer(source="evidence.explanation")
    entity = ListedEntitySerializer(source="evidence.entity")
    entity_names = ListedNameSerializer(source="evidence.entity.names.all", many=True)
    screening = serializers.UUIDField(source="evidence.screening_id")
    decisions = HitDecisionSerializer(many=True, source="decisions.all")


class NewHitDecisionSerializer(serializers.Serializer[Any]):
    """A decision; ``evidence`` and ``decision`` are the hit's as it was looked at."""

    verdict = serializers.ChoiceField(HitDecision.Verdict.choices)
    reason = serializers.CharField(max_length=2000)
    evidence = serializers.IntegerField()
    decision = serializers.UUIDField(required=False, allow_null=True, default=None)


class ListVersionSerializer(serializers.Serializer[Any]):
    """One import of a list."""

    id = serializers.UUIDField()
    list = serializers.CharField(source="source.code")
    number = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(ListVersion.State.choices)
    format = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    published_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    imported_by = serializers.CharField(allow_null=True)
    entities = serializers.IntegerField()
    names = serializers.IntegerField()
    faults = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    gone = serializers.IntegerField()
    failure = serializers.CharField()
    held_because = serializers.CharField()
    active = serializers.SerializerMethodField()

    def get_active(self, version: ListVersion) -> bool:
        return version.source.active_id == version.pk


class ListFaultSerializer(serializers.Serializer[Any]):
    """A row that could not be read."""

    code = serializers.CharField()
    place = serializers.CharField()
    detail = serializers.CharField()


class ListDifferenceSerializer(serializers.Serializer[Any]):
    """The first two hundred of each against the version before."""

    new = ListedEntitySerializer(many=True)
    changed = ListedEntitySerializer(many=True)
    gone = ListedEntitySerializer(many=True)


class WholeListVersionSerializer(ListVersionSerializer):
    """An import with what could not be read and what changed."""

    fault_rows = ListFaultSerializer(many=True, source="first_faults")
    differences = ListDifferenceSerializer()


class ListUploadSerializer(serializers.Serializer[Any]):
    """The files of a version: one, or OFAC's set."""

    files = serializers.ListField(child=serializers.FileField(), allow_empty=False, max_length=4)
    source = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    hold = serializers.BooleanField(required=False, default=False)


class ScreeningReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=1000)


class ListSerializer(serializers.Serializer[Any]):
    """A list, its active version, and how old that is and may be."""

    code = serializers.CharField()
    name = serializers.CharField()
    active = ListVersionSerializer(allow_null=True)
    age_days = serializers.IntegerField(allow_null=True)
    limit_days = serializers.IntegerField()
    max_age_days = serializers.IntegerField(allow_null=True)


class AgeSerializer(serializers.Serializer[Any]):
    """How old one list may be; null for what the setting says."""

    max_age_days = serializers.IntegerField(allow_null=True, min_value=1, max_value=3650)


class ScreeningPolicySerializer(serializers.Serializer[Any]):
    """The operator's setting."""

    threshold = serializers.IntegerField(min_value=50, max_value=100)
    max_age_days = serializers.IntegerField(min_value=1, max_value=3650)


class NewScreeningPolicySerializer(ScreeningPolicySerializer):
    """The setting and why it is changed."""

    reason = serializers.CharField(max_length=1000)


class WhySerializer(serializers.Serializer[Any]):
    """Why somebody does not count as screened."""

    code = serializers.CharField()
    source = serializers.CharField(required=False)
    days = serializers.IntegerField(required=False)
    limit = serializers.IntegerField(required=False)


class UsedListSerializer(serializers.Serializer[Any]):
    """A version that a snapshot was compared with."""

    source = serializers.CharField()
    number = serializers.IntegerField()
    version = serializers.UUIDField()
    sha256 = serializers.CharField()
    published_on = serializers.CharField(allow_blank=True)


class ScreeningSerializer(serializers.Serializer[Any]):
    """A snapshot."""

    id = serializers.UUIDField()
    subject = serializers.UUIDField(source="subject_id")
    at = serializers.DateTimeField()
    cause = serializers.ChoiceField(ScreeningRun.Cause.choices)
    outcome = serializers.ChoiceField(Screening.Outcome.choices)
    reasons = WhySerializer(many=True)
    lists = UsedListSerializer(many=True)
    threshold = serializers.IntegerField()
    hits = serializers.IntegerField()
    milliseconds = serializers.IntegerField()


class CompanyStandingSerializer(serializers.Serializer[Any]):
    """How a company stands with screening now."""

    standing = serializers.ChoiceField([each.value for each in Standing])
    reasons = WhySerializer(many=True)
    open_hits = serializers.IntegerField()
    true_hits = serializers.IntegerField()
    subjects = ScreenedSubjectSerializer(many=True)


class RunSerializer(serializers.Serializer[Any]):
    """A comparison of everybody, or of one company."""

    id = serializers.UUIDField()
    cause = serializers.ChoiceField(ScreeningRun.Cause.choices)
    state = serializers.ChoiceField(ScreeningRun.State.choices)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    opened = serializers.IntegerField()
