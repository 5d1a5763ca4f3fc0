"""API: the observer links of one auction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from auctions.models import ObserverLink
from auctions.services import observers
from crm_core.access.api.base import ActorView


class ObserverLinkSerializer(serializers.ModelSerializer[ObserverLink]):
    """A link without its secret."""

    created_by = serializers.CharField(default="", read_only=True, help_text="Who made it.")

    class Meta:
        model = ObserverLink
        fields = ("id", "label", "created_by", "created_at", "expires_at")
        read_only_fields = fields


class NewObserverLinkSerializer(serializers.Serializer[Any]):
    """For whom the link is, and until when it works."""

    label = serializers.CharField(max_length=observers.LABEL_LENGTH)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class MadeObserverLinkSerializer(ObserverLinkSerializer):
    """A new link with its address, shown this once."""

    url = serializers.SerializerMethodField(help_text="The page to hand out.")

    class Meta(ObserverLinkSerializer.Meta):
        fields = (*ObserverLinkSerializer.Meta.fields, "url")  # type: ignore[assignment]
        read_only_fields = fields

    def get_url(self, link: ObserverLink) -> str:
        """The whole address, with the secret."""
        address: str = self.context["request"].build_absolute_uri(
            reverse("auctions:observe", args=[self.context["secret"]])
        )
        return address


class ObserverLinksView(ActorView):
    """The links by which people without an account watch this auction."""

    @extend_schema(
        operation_id="auctions_observer_links",
        tags=["auctions"],
        responses=ObserverLinkSerializer(many=True),
        description="Those not revoked, the newest first.",
    )
    def get(self, request: Request, auction_id: UUID) -> Response:
        return self.paginated(observers.links_of(self.actor, auction_id), ObserverLinkSerializer)

    @extend_schema(
        operation_id="auctions_observer_link_create",
        tags=["auctions"],
        request=NewObserverLinkSerializer,
        responses={201: MadeObserverLinkSerializer},
        description="The address is in this answer and nowhere else; it is not kept.",
    )
    def post(self, request: Request, auction_id: UUID) -> Response:
        given = NewObserverLinkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        link, secret = observers.create_link(
            actor=self.actor, auction_id=auction_id, **given.validated_data
        )
        context = {"request": request, "secret": secret}
        return Response(
            MadeObserverLinkSerializer(link, context=context).data,
            status=201,
            headers={"Cache-Control": "no-store"},
        )


class ObserverLinkView(ActorView):
    """One observer link."""

    @extend_schema(
        operation_id="auctions_observer_link_revoke",
        tags=["auctions"],
        responses={204: None},
        description="It works no longer; its open sockets end within seconds.",
    )
    def delete(self, request: Request, auction_id: UUID, link_id: UUID) -> Response:
        observers.revoke_link(actor=self.actor, auction_id=auction_id, link_id=link_id)
        return Response(status=204)
