"""API: supplier lists of the caller's company."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from buyers import selectors, services
from buyers.models import SupplierList, SupplierListEntry
from crm_core.access.api.base import ActorMixin, ActorView
from infra.idempotency import idempotent


class SupplierListSerializer(serializers.ModelSerializer[SupplierList]):
    """A list and how many suppliers are on it."""

    suppliers = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = SupplierList
        fields = ("id", "name", "suppliers", "created_at")
        read_only_fields = ("id", "suppliers", "created_at")


class ListNameSerializer(serializers.Serializer[Any]):
    """A list's name, unique in the company whatever its case."""

    name = serializers.CharField(max_length=120)


class EntrySerializer(serializers.ModelSerializer[SupplierListEntry]):
    """A supplier on a list."""

    legal_name = serializers.CharField(source="supplier.legal_name", read_only=True)
    country = serializers.CharField(source="supplier.country", read_only=True)
    standing = serializers.CharField(source="supplier.standing", read_only=True)

    class Meta:
        model = SupplierListEntry
        fields = ("supplier", "legal_name", "country", "standing", "added_at")
        read_only_fields = fields


class NewEntrySerializer(serializers.Serializer[Any]):
    """The company to put on the list."""

    supplier = serializers.UUIDField()


class SupplierListsView(ActorMixin, ListAPIView[Any]):
    """The company's lists."""

    serializer_class = SupplierListSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return SupplierList.objects.none()
        return selectors.supplier_lists(self.actor)

    @extend_schema(operation_id="supplier_lists_list", tags=["buyers"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="supplier_lists_create", request=ListNameSerializer,
        responses={201: SupplierListSerializer}, tags=["buyers"],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        asked = ListNameSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = services.create_list(actor=self.actor, **asked.validated_data)
        return Response(SupplierListSerializer(made).data, status=201)


class SupplierListView(ActorView):
    """One list."""

    @extend_schema(
        operation_id="supplier_lists_read", responses=SupplierListSerializer, tags=["buyers"]
    )
    def get(self, request: Request, list_id: UUID) -> Response:
        return Response(SupplierListSerializer(selectors.supplier_list(self.actor, list_id)).data)

    @extend_schema(
        operation_id="supplier_lists_rename", request=ListNameSerializer,
        responses=SupplierListSerializer, tags=["buyers"],
    )  # fmt: skip
    def patch(self, request: Request, list_id: UUID) -> Response:
        asked = ListNameSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        services.rename_list(actor=self.actor, list_id=list_id, **asked.validated_data)
        return self.get(request, list_id)

    @extend_schema(operation_id="supplier_lists_delete", responses={204: None}, tags=["buyers"])
    def delete(self, request: Request, list_id: UUID) -> Response:
        services.delete_list(actor=self.actor, list_id=list_id)
        return Response(status=204)


class EntriesView(ActorMixin, ListAPIView[Any]):
    """The suppliers on a list."""

    serializer_class = EntrySerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return SupplierListEntry.objects.none()
        return selectors.entries(self.actor, self.kwargs["list_id"])

    @extend_schema(operation_id="supplier_list_entries_list", tags=["buyers"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="supplier_list_entries_add", request=NewEntrySerializer,
        responses={201: EntrySerializer}, tags=["buyers"],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, list_id: UUID) -> Response:
        asked = NewEntrySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        entry = services.add_supplier(
            actor=self.actor, list_id=list_id, supplier_id=asked.validated_data["supplier"]
        )
        return Response(EntrySerializer(entry).data, status=201)


class EntryView(ActorView):
    """One supplier on a list."""

    @extend_schema(
        operation_id="supplier_list_entries_remove", responses={204: None}, tags=["buyers"]
    )
    def delete(self, request: Request, list_id: UUID, supplier_id: UUID) -> Response:
        services.remove_supplier(actor=self.actor, list_id=list_id, supplier_id=supplier_id)
        return Response(status=204)
