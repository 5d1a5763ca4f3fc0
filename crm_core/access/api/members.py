"""API: members of the caller's company, invitations, the log of both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access import invitations, members
from crm_core.access.api.base import ActorMixin, ActorView
from crm_core.access.api.serializers import (
    MemberChangeSerializer,
    MemberInvitationSerializer,
    MemberSerializer,
    NewMemberInvitationSerializer,
    PeopleEntrySerializer,
)
from crm_core.companies.models import Membership
from infra.idempotency import idempotent

TAGS = ["companies"]


class MembersView(ActorMixin, ListAPIView[Any]):
    """People who act for the caller's company."""

    serializer_class = MemberSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Membership.objects.none()
        return members.members(self.actor)

    @extend_schema(operation_id="members_list", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class MemberView(ActorView):
    """One colleague."""

    @extend_schema(
        operation_id="members_change", request=MemberChangeSerializer, responses=MemberSerializer,
        tags=TAGS,
    )  # fmt: skip
    def patch(self, request: Request, member_id: UUID) -> Response:
        """Change the role, the limit, or both; in force with the person's next command."""
        given = self.given(MemberChangeSerializer)
        limit = None
        if "limit_amount" in given:
            limit = (given["limit_amount"], given.get("limit_currency", ""))
        member = members.change_member(
            actor=self.actor, membership_id=member_id, role=given.get("role"), limit=limit
        )
        return Response(MemberSerializer(member).data)

    @extend_schema(operation_id="members_remove", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, member_id: UUID) -> Response:
        """End the membership; access ends at once, open sockets included."""
        members.remove_member(actor=self.actor, membership_id=member_id)
        return Response(status=204)


class LeaveView(ActorView):
    """The caller's own membership."""

    @extend_schema(operation_id="members_leave", request=None, responses={204: None}, tags=TAGS)
    def post(self, request: Request) -> Response:
        """Act for this company no longer."""
        members.leave(actor=self.actor)
        return Response(status=204)


class PeopleLogView(ActorView):
    """What was done about the company's people."""

    @extend_schema(
        operation_id="members_log", responses=PeopleEntrySerializer(many=True), tags=TAGS
    )
    def get(self, request: Request) -> Response:
        """The newest first; for owners and auditors."""
        return self.paginated(members.people_log(self.actor), PeopleEntrySerializer)


class MemberInvitationsView(ActorView):
    """Invitations to act for the company that wait for an answer."""

    @extend_schema(
        operation_id="member_invitations_list", responses=MemberInvitationSerializer(many=True),
        tags=TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The newest first."""
        return self.paginated(invitations.invitations(self.actor), MemberInvitationSerializer)

    @extend_schema(
        operation_id="member_invitations_create", request=NewMemberInvitationSerializer,
        responses={201: MemberInvitationSerializer}, tags=TAGS,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Invite by e-mail; the link in the mail works once, for a week."""
        made = invitations.invite(actor=self.actor, **self.given(NewMemberInvitationSerializer))
        return Response(MemberInvitationSerializer(made).data, status=201)


class MemberInvitationView(ActorView):
    """One invitation."""

    @extend_schema(operation_id="member_invitations_revoke", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        """Take it back: its link works no more."""
        invitations.revoke(actor=self.actor, invitation_id=invitation_id)
        return Response(status=204)


class SendAgainView(ActorView):
    """The mail of an invitation."""

    @extend_schema(
        operation_id="member_invitations_send_again", request=None,
        responses={201: MemberInvitationSerializer}, tags=TAGS,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, invitation_id: UUID) -> Response:
        """Send a new link; the one before works no more."""
        found = invitations.send_again(actor=self.actor, invitation_id=invitation_id)
        return Response(MemberInvitationSerializer(found).data, status=201)
