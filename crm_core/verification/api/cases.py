"""API: the verifiers' queue, cases and steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from crm_core.companies.models import Standing
from crm_core.verification import cases, exports
from crm_core.verification.api import serializers as shapes
from crm_core.verification.models import RiskLevel
from crm_core.verification.services import review
from infra.idempotency import idempotent

TAGS = ["verification"]
FILTERS = [
    OpenApiParameter("view", str, enum=list(cases.VIEWS), description="Default: todo."),
    OpenApiParameter("assignee", str, description="A person's id, or none."),
    OpenApiParameter("risk", str, enum=RiskLevel.values),
    OpenApiParameter("search", str, description="Words of a name, or a register number."),
]


class VerifierView(ActorView):
    """A view of the operator's people: whoever does not verify finds nothing."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        cases.admit(self.actor)
        if "company_id" in kwargs:
            cases.company(self.actor, kwargs["company_id"])

    def filtered(self) -> Any:
        """The cases that the filters of the address name."""
        asked = self.request.GET
        return cases.queue(
            self.actor, view=asked.get("view", "todo"), assignee=asked.get("assignee", "")[:36],
            risk=asked.get("risk", ""), search=asked.get("search", "")[:200],
        )  # fmt: skip

    def whole(self, company_id: UUID) -> Response:
        """The case as it is now."""
        return Response(shapes.WholeCaseSerializer(cases.case(self.actor, company_id)).data)

    def given(self, serializer: Any) -> dict[str, Any]:
        """The request's body through a serializer class."""
        asked = serializer(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)


class CasesView(VerifierView):
    """Open cases, oldest first."""

    @extend_schema(
        operation_id="verification_cases", tags=TAGS, parameters=FILTERS,
        responses=shapes.CaseSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.paginated(self.filtered(), shapes.CaseSerializer)


class CasesExportView(VerifierView):
    """The cases of the same filters as a file."""

    form = "csv"

    @extend_schema(
        tags=TAGS, parameters=FILTERS,
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        body = exports.cases(self.filtered(), self.form)
        answer = HttpResponse(body, content_type=exports.MEDIA_TYPES[self.form])
        answer["Content-Disposition"] = f'attachment; filename="cases.{self.form}"'
        return answer


class CompaniesView(VerifierView):
    """Companies on the platform, those that have waited longest first."""

    @extend_schema(
        operation_id="verification_companies", tags=TAGS,
        parameters=[OpenApiParameter("standing", str, enum=Standing.values),
                    OpenApiParameter("search", str)],
        responses=shapes.CompanyCaseSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        found = cases.companies(
            self.actor, standing=request.GET.get("standing", ""),
            search=request.GET.get("search", "")[:200],
        )  # fmt: skip
        return self.paginated(found, shapes.CompanyCaseSerializer)


class CaseView(VerifierView):
    """Everything a decision is made on."""

    @extend_schema(
        operation_id="verification_case", tags=TAGS, responses=shapes.WholeCaseSerializer
    )
    def get(self, request: Request, company_id: UUID) -> Response:
        return self.whole(company_id)


class CaseHistoryView(VerifierView):
    """The whole history, the latest first."""

    @extend_schema(
        operation_id="verification_history", tags=TAGS,
        responses=shapes.CaseEntrySerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, company_id: UUID) -> Response:
        return self.paginated(cases.entries(self.actor, company_id), shapes.CaseEntrySerializer)


class CaseEntryView(VerifierView):
    """One entry with its evidence."""

    @extend_schema(
        operation_id="verification_entry", tags=TAGS, responses=shapes.WholeEntrySerializer
    )
    def get(self, request: Request, company_id: UUID, number: int) -> Response:
        found = cases.entry(self.actor, company_id, number)
        return Response(shapes.WholeEntrySerializer(found).data)


class TakeView(VerifierView):
    """Becoming the reviewer."""

    @extend_schema(
        operation_id="verification_take", tags=TAGS, request=None,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID) -> Response:
        review.take(actor=self.actor, company_id=company_id)
        return self.whole(company_id)


class HandOverView(VerifierView):
    """Giving the case one reviews to a colleague."""

    @extend_schema(
        operation_id="verification_hand_over", tags=TAGS, request=shapes.HandOverSerializer,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID) -> Response:
        given = self.given(shapes.HandOverSerializer)
        review.hand_over(
            actor=self.actor, company_id=company_id, colleague_id=given["colleague"],
            note=given["note"],
        )  # fmt: skip
        return self.whole(company_id)


class RequestView(VerifierView):
    """Asking the company for more."""

    @extend_schema(
        operation_id="verification_request", tags=TAGS, request=shapes.CaseReasonSerializer,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID) -> Response:
        given = self.given(shapes.CaseReasonSerializer)
        review.request_info(actor=self.actor, company_id=company_id, **given)
        return self.whole(company_id)


class PaperDecisionView(VerifierView):
    """Accepting a document or turning it down."""

    @extend_schema(
        operation_id="verification_document", tags=TAGS, request=shapes.PaperDecisionSerializer,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID, version_id: UUID) -> Response:
        given = self.given(shapes.PaperDecisionSerializer)
        review.decide_document(
            actor=self.actor, company_id=company_id, version_id=version_id, **given
        )
        return self.whole(company_id)


class ProposalView(VerifierView):
    """Putting a decision before a second person."""

    @extend_schema(
        operation_id="verification_propose", tags=TAGS, request=shapes.ProposalSerializer,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID) -> Response:
        given = self.given(shapes.ProposalSerializer)
        review.propose(actor=self.actor, company_id=company_id, **given)
        return self.whole(company_id)


class ConfirmationView(VerifierView):
    """Deciding as the second person."""

    @extend_schema(
        operation_id="verification_confirm", tags=TAGS, request=shapes.ConfirmationSerializer,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID) -> Response:
        given = self.given(shapes.ConfirmationSerializer)
        review.confirm(actor=self.actor, company_id=company_id, **given)
        return self.whole(company_id)


class ReturnView(VerifierView):
    """Sending a proposal back, or taking one's own back."""

    @extend_schema(
        operation_id="verification_send_back", tags=TAGS, request=shapes.ReturnSerializer,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID) -> Response:
        given = self.given(shapes.ReturnSerializer)
        review.send_back(actor=self.actor, company_id=company_id, **given)
        return self.whole(company_id)


class SuspensionView(VerifierView):
    """Stopping a company at once, as a precaution."""

    @extend_schema(
        operation_id="verification_suspend", tags=TAGS, request=shapes.CaseReasonSerializer,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, company_id: UUID) -> Response:
        given = self.given(shapes.CaseReasonSerializer)
        review.suspend(actor=self.actor, company_id=company_id, **given)
        return self.whole(company_id)
