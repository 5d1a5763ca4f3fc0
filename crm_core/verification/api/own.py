"""API: a company's own verification."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from crm_core.access.capabilities import Capability
from crm_core.companies.profile import declared
from crm_core.verification import selectors
from crm_core.verification.api import serializers as shapes
from crm_core.verification.services import own, profile
from infra.idempotency import idempotent

TAGS = ["verification"]


class OwnView(ActorView):
    """A view about the caller's own company: DOCUMENT_READ to look, COMPANY_MANAGE to act."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        selectors.own_company(self.actor)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.actor.require(Capability.COMPANY_MANAGE)

    def standing(self) -> Response:
        """Where the company stands now."""
        return Response(shapes.OwnVerificationSerializer(selectors.own_outlook(self.actor)).data)


class OwnVerificationView(OwnView):
    """Where the company stands and what is missing."""

    @extend_schema(
        operation_id="verification_own", tags=TAGS, responses=shapes.OwnVerificationSerializer
    )
    def get(self, request: Request) -> Response:
        return self.standing()


class ProfileView(OwnView):
    """Everything the company declares."""

    @extend_schema(
        operation_id="verification_profile", tags=TAGS,
        responses={200: {"type": "object", "additionalProperties": True}},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(declared(self.actor.company_id))


class IdentityView(OwnView):
    """Names, form, addresses, numbers, activities, signatory."""

    @extend_schema(
        operation_id="verification_identity", tags=TAGS, request=shapes.IdentitySerializer,
        responses=shapes.OwnVerificationSerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        profile.save_identity(actor=self.actor, **self.given(shapes.IdentitySerializer))
        return self.standing()


class PeopleView(OwnView):
    """Directors and owners."""

    @extend_schema(
        operation_id="verification_people", tags=TAGS, request=shapes.PeopleSerializer,
        responses=shapes.OwnVerificationSerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        given = self.given(shapes.PeopleSerializer)
        profile.save_people(actor=self.actor, people=given["people"])
        return self.standing()


class AccountsView(OwnView):
    """Bank accounts."""

    @extend_schema(
        operation_id="verification_accounts", tags=TAGS, request=shapes.AccountsSerializer,
        responses=shapes.OwnVerificationSerializer,
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        given = self.given(shapes.AccountsSerializer)
        profile.save_accounts(actor=self.actor, accounts=given["accounts"])
        return self.standing()


class SubmissionView(OwnView):
    """Handing a case in."""

    @extend_schema(
        operation_id="verification_submit", tags=TAGS, request=shapes.SubmissionSerializer,
        responses=shapes.OwnVerificationSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.given(shapes.SubmissionSerializer)
        own.submit(actor=self.actor, asked=given.get("asked"))
        return self.standing()


class AnswerView(OwnView):
    """Handing in what was asked for."""

    @extend_schema(
        operation_id="verification_answer", tags=TAGS, request=shapes.AnswerSerializer,
        responses=shapes.OwnVerificationSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.given(shapes.AnswerSerializer)
        own.answer(actor=self.actor, **given)
        return self.standing()


class WithdrawalView(OwnView):
    """Taking a case back."""

    @extend_schema(
        operation_id="verification_withdraw", tags=TAGS, request=None,
        responses=shapes.OwnVerificationSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        own.withdraw(actor=self.actor)
        return self.standing()


class AppealView(OwnView):
    """Asking for the last decision to be looked at again."""

    @extend_schema(
        operation_id="verification_appeal", tags=TAGS, request=shapes.AppealSerializer,
        responses=shapes.OwnVerificationSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        given = self.given(shapes.AppealSerializer)
        own.appeal(actor=self.actor, **given)
        return self.standing()


class OwnHistoryView(OwnView):
    """The history as it is told to the company, the latest first."""

    @extend_schema(
        operation_id="verification_own_history", tags=TAGS,
        responses=shapes.OwnEntrySerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return self.paginated(
            selectors.own_entries(self.actor), shapes.OwnEntrySerializer,
            words=selectors.WITH_WORDS,
        )  # fmt: skip
