"""API: hits and decisions, lists and versions, the setting, companies and their snapshots."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.actor import Actor
from crm_core.access.api.base import ActorView
from crm_core.screening import selectors
from crm_core.screening.api import serializers as shapes
from crm_core.screening.exports import MEDIA_TYPES, export
from crm_core.screening.freshness import ActiveList
from crm_core.screening.models import Hit, ListSource, Subject
from crm_core.screening.services import activation, decisions, imports, policy, running
from crm_core.screening.standing import company_standing
from crm_core.screening.wording import source_name
from infra.idempotency import idempotent
from infra.multipart import MultipartParser
from kernel.clock import utc_now

TAGS = ["screening"]
FILTERS = [
    OpenApiParameter("state", str, enum=[*Hit.State.values, "all"], description="Default: open."),
    OpenApiParameter("list", str, description="A list's code."),
    OpenApiParameter("kind", str, enum=Subject.Kind.values),
    OpenApiParameter("search", str, description="Words of a name, or a number in a list."),
]


class ScreenerView(ActorView):
    """A view of the operator's people: whoever does not screen finds nothing."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        selectors.admit(self.actor)

    def filtered(self) -> Any:
        """The hits that the filters of the address name."""
        asked = self.request.GET
        return selectors.hits(
            self.actor,
            state=asked.get("state", Hit.State.OPEN),
            source_code=asked.get("list", ""),
            kind=asked.get("kind", ""),
            search=asked.get("search", "")[:200],
        )


class HitsView(ScreenerView):
    """Hits, those open longest first."""

    @extend_schema(
        operation_id="screening_hits", tags=TAGS, parameters=FILTERS,
        responses=shapes.HitSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.paginated(self.filtered(), shapes.HitSerializer)


class ExportView(ScreenerView):
    """The hits of the same filters as a file."""

    form = "csv"

    @extend_schema(
        tags=TAGS, parameters=FILTERS,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        body = export(self.filtered(), self.form)
        answer = HttpResponse(body, content_type=MEDIA_TYPES[self.form])
        answer["Content-Disposition"] = f'attachment; filename="screening-hits.{self.form}"'
        return answer


class HitView(ScreenerView):
    """One hit with its explanation and its decisions."""

    @extend_schema(operation_id="screening_hit", tags=TAGS, responses=shapes.WholeHitSerializer)
    def get(self, request: Request, hit_id: UUID) -> Response:
        return Response(shapes.WholeHitSerializer(selectors.hit(self.actor, hit_id)).data)


class DecisionsView(ScreenerView):
    """Deciding a hit."""

    @extend_schema(
        operation_id="screening_decide", tags=TAGS, request=shapes.NewHitDecisionSerializer,
        responses={201: shapes.HitDecisionSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, hit_id: UUID) -> Response:
        asked = shapes.NewHitDecisionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        decision = decisions.decide(
            actor=self.actor, hit_id=hit_id, evidence_id=given.pop("evidence"),
            decision_id=given.pop("decision"), **given,
        )  # fmt: skip
        return Response(shapes.HitDecisionSerializer(decision).data, status=201)


class ListsView(ScreenerView):
    """Every list with its active version."""

    @extend_schema(
        operation_id="screening_lists", tags=TAGS, responses=shapes.ListSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        found = [_list(each) for each in selectors.sources(self.actor)]
        return Response(shapes.ListSerializer(found, many=True).data)


class ListView(ScreenerView):
    """One list: how old it may be."""

    @extend_schema(
        operation_id="screening_list_age", tags=TAGS, request=shapes.AgeSerializer,
        responses=shapes.ListSerializer,
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        asked = shapes.AgeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = selectors.source(self.actor, code)
        policy.set_list_age(actor=self.actor, source_id=found.pk, **asked.validated_data)
        return _answer(self.actor, code)


class WithdrawalView(ScreenerView):
    """Comparing with a list no more."""

    @extend_schema(
        operation_id="screening_list_withdraw", tags=TAGS, request=shapes.ScreeningReasonSerializer,
        responses=shapes.ListSerializer,
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        asked = shapes.ScreeningReasonSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = selectors.source(self.actor, code)
        activation.withdraw(actor=self.actor, source_id=found.pk, **asked.validated_data)
        return _answer(self.actor, code)


class VersionsView(ScreenerView):
    """Imports, the latest first; a new one."""

    parser_classes = (MultipartParser,)

    @extend_schema(
        operation_id="screening_versions", tags=TAGS,
        parameters=[OpenApiParameter("list", str, description="A list's code.")],
        responses=shapes.ListVersionSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        code = request.query_params.get("list", "")
        found = selectors.versions(self.actor, selectors.source(self.actor, code) if code else None)
        return self.paginated(found, shapes.ListVersionSerializer)

    @extend_schema(
        operation_id="screening_import", tags=TAGS,
        request={"multipart/form-data": shapes.ListUploadSerializer},
        responses={202: shapes.ListVersionSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Take the files of a version; they are read in the background."""
        asked = shapes.ListUploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        version = imports.upload(
            actor=self.actor, uploads=given["files"], source=given["source"],
            activate=not given["hold"],
        )  # fmt: skip
        found = selectors.version(self.actor, version.pk)
        return Response(shapes.ListVersionSerializer(found).data, status=202)


class VersionView(ScreenerView):
    """One import, with what could not be read and what changed."""

    @extend_schema(
        operation_id="screening_version", tags=TAGS, responses=shapes.WholeListVersionSerializer
    )
    def get(self, request: Request, version_id: UUID) -> Response:
        found: Any = selectors.version(self.actor, version_id)
        found.first_faults = found.fault_rows.all()[:200]
        found.differences = selectors.differences(found)
        return Response(shapes.WholeListVersionSerializer(found).data)


class ActivationView(ScreenerView):
    """Making a version the active one."""

    @extend_schema(
        operation_id="screening_activate", tags=TAGS, request=shapes.ScreeningReasonSerializer,
        responses={201: shapes.ListVersionSerializer},
    )  # fmt: skip
    def post(self, request: Request, version_id: UUID) -> Response:
        asked = shapes.ScreeningReasonSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        activation.activate(actor=self.actor, version_id=version_id, **asked.validated_data)
        found = selectors.version(self.actor, version_id)
        return Response(shapes.ListVersionSerializer(found).data, status=201)


class PolicyView(ScreenerView):
    """The operator's setting."""

    @extend_schema(
        operation_id="screening_policy", tags=TAGS, responses=shapes.ScreeningPolicySerializer
    )
    def get(self, request: Request) -> Response:
        return Response(shapes.ScreeningPolicySerializer(policy.in_force()).data)

    @extend_schema(
        operation_id="screening_set_policy", tags=TAGS, request=shapes.NewScreeningPolicySerializer,
        responses=shapes.ScreeningPolicySerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        asked = shapes.NewScreeningPolicySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        policy.set_policy(actor=self.actor, **asked.validated_data)
        return Response(shapes.ScreeningPolicySerializer(policy.in_force()).data)


class CompanyView(ScreenerView):
    """How a company stands with screening now."""

    @extend_schema(
        operation_id="screening_company", tags=TAGS, responses=shapes.CompanyStandingSerializer
    )
    def get(self, request: Request, company_id: UUID) -> Response:
        selectors.company(self.actor, company_id)
        found = company_standing(company_id)
        body = {
            "standing": found.standing, "reasons": found.reasons, "open_hits": found.open_hits,
            "true_hits": found.true_hits,
            "subjects": selectors.subjects(self.actor, company_id),
        }  # fmt: skip
        return Response(shapes.CompanyStandingSerializer(body).data)


class CompanyScreeningsView(ScreenerView):
    """The snapshots of a company and of whom it names; asking for new ones."""

    @extend_schema(
        operation_id="screening_company_history", tags=TAGS,
        responses=shapes.ScreeningSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, company_id: UUID) -> Response:
        selectors.company(self.actor, company_id)
        found = selectors.screenings(self.actor, company_id)
        return self.paginated(found, shapes.ScreeningSerializer)

    @extend_schema(
        operation_id="screening_ask", tags=TAGS, request=None,
        responses={202: shapes.RunSerializer},
    )  # fmt: skip
    def post(self, request: Request, company_id: UUID) -> Response:
        run = running.ask(actor=self.actor, company_id=company_id)
        return Response(shapes.RunSerializer(run).data, status=202)


class ScreeningView(ScreenerView):
    """One snapshot."""

    @extend_schema(
        operation_id="screening_snapshot", tags=TAGS, responses=shapes.ScreeningSerializer
    )
    def get(self, request: Request, screening_id: UUID) -> Response:
        found = selectors.screening(self.actor, screening_id)
        return Response(shapes.ScreeningSerializer(found).data)


class RunsView(ScreenerView):
    """Comparisons of everybody, the latest first."""

    @extend_schema(
        operation_id="screening_runs", tags=TAGS, responses=shapes.RunSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        return self.paginated(selectors.runs(self.actor), shapes.RunSerializer)


def _answer(actor: Actor, code: str) -> Response:
    return Response(shapes.ListSerializer(_list(selectors.source(actor, code))).data)


def _list(source: ListSource) -> dict[str, Any]:
    setting = policy.in_force()
    kept = ActiveList(source, source.active) if source.active is not None else None
    return {
        "code": source.code,
        "name": source_name(source.code),
        "active": source.active,
        "age_days": kept.age(utc_now()) if kept is not None else None,
        "limit_days": source.max_age_days or setting.max_age_days,
        "max_age_days": source.max_age_days,
    }
