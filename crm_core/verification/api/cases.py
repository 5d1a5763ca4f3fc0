"""API: the verifiers' queue, cases and steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
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


class StepView(VerifierView):
    """One step of a case; answers with the case as it is then."""

    asked: Any = None  # a serializer of the body; None: there is none
    do: Any  # the service

    @idempotent
    def post(self, request: Request, company_id: UUID, **place: UUID) -> Response:
        given = {} if self.asked is None else self.given(self.asked)
        type(self).do(actor=self.actor, company_id=company_id, **place, **given)
        return self.whole(company_id)


def step(name: str, says: str, do: Callable[..., Any], asked: Any = None) -> type[StepView]:
    """A view of the step, in the description of the API as ``verification_<name>``."""
    described = extend_schema(
        operation_id=f"verification_{name}", tags=TAGS, description=says, request=asked,
        responses=shapes.WholeCaseSerializer,
    )  # fmt: skip
    made = type(f"Step_{name}", (StepView,), {"asked": asked, "do": staticmethod(do)})
    return extend_schema_view(post=described)(made)


take = step("take", "Becoming the reviewer.", review.take)
hand_over = step(
    "hand_over", "Giving the case one reviews to a colleague.", review.hand_over,
    shapes.HandOverSerializer,
)  # fmt: skip
request_info = step(
    "request", "Asking the company for more.", review.request_info, shapes.CaseReasonSerializer
)
decide_document = step(
    "document", "Accepting a document or turning it down.", review.decide_document,
    shapes.PaperDecisionSerializer,
)  # fmt: skip
propose = step(
    "propose", "Putting a decision before a second person.", review.propose,
    shapes.ProposalSerializer,
)  # fmt: skip
confirm = step(
    "confirm", "Deciding as the second person.", review.confirm, shapes.ConfirmationSerializer
)
send_back = step(
    "send_back", "Sending a proposal back, or taking one's own back.", review.send_back,
    shapes.ReturnSerializer,
)  # fmt: skip
suspend = step(
    "suspend", "Stopping a company at once, as a precaution.", review.suspend,
    shapes.CaseReasonSerializer,
)  # fmt: skip
