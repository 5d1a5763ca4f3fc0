"""The catalog over HTTP: offers to buy, own offers and their prices. Every POST honours
Idempotency-Key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from crm_core.access.capabilities import Capability
from infra.etags import IF_MATCH, IF_NONE_MATCH, conditional, require_match
from infra.idempotency import idempotent
from marketplace.catalog import selectors
from marketplace.catalog.api import serializers as wire
from marketplace.catalog.errors import FieldWrong
from marketplace.catalog.models import Offer
from marketplace.catalog.policies import own_group, own_offer
from marketplace.catalog.services import groups, offers, prices
from marketplace.catalog.services.checks import number
from marketplace.catalog.services.offers import OfferInput
from marketplace.catalog.services.prices import PriceInput
from marketplace.catalog.services.products import ProductInput

TAGS = ["catalog"]


class CatalogView(ActorView):
    """What the views of the catalog share."""

    def words(self) -> str:
        """The search of the address."""
        return self.request.query_params.get("search", "")[:200]

    def typed(self) -> dict[str, Any]:
        """The body's product and offer as the services take them."""
        told = self.given(wire.CatalogOfferInputSerializer)
        return {"product": ProductInput(**told.pop("product")), "offer": OfferInput(**told)}

    def own(self, offer_id: UUID, status: int = 200) -> Response:
        """One's own offer as it is now."""
        found: Offer = own_offer(self.actor, offer_id)
        return Response(wire.OwnOfferSerializer(found).data, status=status)


class OffersView(CatalogView):
    """Offers to buy."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_offers_list",
        parameters=[wire.SearchSerializer, IF_NONE_MATCH],
        responses=wire.CatalogOfferSerializer(many=True),
    )  # fmt: skip
    @conditional
    def get(self, request: Request) -> Response:
        """Active offers of verified suppliers for your company's country, by SKU."""
        found = selectors.offers_to_buy(self.actor, search=self.words())
        return self.paginated(found, wire.CatalogOfferSerializer)


class OfferView(CatalogView):
    """One offer to buy."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_offers_read", parameters=[IF_NONE_MATCH],
        responses=wire.CatalogOfferSerializer,
    )  # fmt: skip
    @conditional
    def get(self, request: Request, catalog_offer_id: UUID) -> Response:
        """The offer, also where it is for another country."""
        found = selectors.offer_to_buy(self.actor, catalog_offer_id)
        return Response(wire.CatalogOfferSerializer(found).data)


class OfferPriceView(CatalogView):
    """What an offer costs your company."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_offers_price", parameters=[wire.AskSerializer],
        responses=wire.PricedOfferSerializer,
    )  # fmt: skip
    def get(self, request: Request, catalog_offer_id: UUID) -> Response:
        """The price, the rule that won and why the others did not; amounts are never converted."""
        offer = selectors.offer_to_buy(self.actor, catalog_offer_id)
        asked = wire.AskSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        if "quantity" in told:
            number("quantity", told["quantity"])
        found = selectors.price_for(self.actor, offer, **told)
        return Response(wire.PricedOfferSerializer(wire.priced_document(found)).data)


class OwnOffersView(CatalogView):
    """Your company's offers."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_list",
        parameters=[wire.OwnFilterSerializer, IF_NONE_MATCH],
        responses=wire.OwnOfferSerializer(many=True),
    )  # fmt: skip
    @conditional
    def get(self, request: Request) -> Response:
        """By SKU; ``state`` and ``search`` narrow."""
        state = request.query_params.get("state", "")
        found = selectors.own_offers(self.actor, state=state, search=self.words())
        return self.paginated(found, wire.OwnOfferSerializer)

    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_create", parameters=[IDEMPOTENCY_KEY],
        request=wire.CatalogOfferInputSerializer, responses={201: wire.OwnOfferSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Begin a draft. A product with the same GTIN, or manufacturer and part number, is taken
        as it is."""
        made = offers.create_offer(actor=self.actor, **self.typed())
        return self.own(made.pk, 201)


class OwnOfferView(CatalogView):
    """One of your company's offers."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_read", parameters=[IF_NONE_MATCH],
        responses=wire.OwnOfferSerializer,
    )  # fmt: skip
    @conditional
    def get(self, request: Request, own_offer_id: UUID) -> Response:
        """The offer in whatever state."""
        return self.own(own_offer_id)

    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_update", parameters=[IF_MATCH],
        request=wire.CatalogOfferInputSerializer,
        responses=wire.OwnOfferSerializer,
    )  # fmt: skip
    def put(self, request: Request, own_offer_id: UUID) -> Response:
        """Replace what the offer says; an active one changes for buyers at once."""
        offers.change_offer(
            actor=self.actor, offer_id=own_offer_id, **self.typed(),
            expected=lambda offer: require_match(request, wire.OwnOfferSerializer(offer).data),
        )  # fmt: skip
        return self.own(own_offer_id)


class PublishView(CatalogView):
    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_publish", parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={201: wire.OwnOfferSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, own_offer_id: UUID) -> Response:
        """Show a draft to buyers."""
        offers.publish_offer(actor=self.actor, offer_id=own_offer_id)
        return self.own(own_offer_id, 201)


class WithdrawView(CatalogView):
    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_withdraw", parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={201: wire.OwnOfferSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, own_offer_id: UUID) -> Response:
        """Take the offer out of the catalog."""
        offers.withdraw_offer(actor=self.actor, offer_id=own_offer_id)
        return self.own(own_offer_id, 201)


class PutBackView(CatalogView):
    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_put_back", parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={201: wire.OwnOfferSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, own_offer_id: UUID) -> Response:
        """Undo a withdrawal."""
        offers.put_back_offer(actor=self.actor, offer_id=own_offer_id)
        return self.own(own_offer_id, 201)


class PricesView(CatalogView):
    """The prices of one of your company's offers."""

    @extend_schema(
        tags=TAGS,
        operation_id="catalog_prices_list",
        responses=wire.CatalogPriceSerializer(many=True),
    )
    def get(self, request: Request, own_offer_id: UUID) -> Response:
        """All, the ended ones too."""
        offer = own_offer(self.actor, own_offer_id)
        return self.paginated(selectors.prices_of(offer), wire.CatalogPriceSerializer)

    @extend_schema(
        tags=TAGS, operation_id="catalog_prices_create", parameters=[IDEMPOTENCY_KEY],
        request=wire.CatalogPriceInputSerializer, responses={201: wire.CatalogPriceSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, own_offer_id: UUID) -> Response:
        """Add a price. Prices are never changed: end one and add another."""
        made = prices.add_price(
            actor=self.actor, offer_id=own_offer_id,
            price=PriceInput(**self.given(wire.CatalogPriceInputSerializer)),
        )  # fmt: skip
        return Response(wire.CatalogPriceSerializer(made).data, status=201)


class PriceEndView(CatalogView):
    @extend_schema(
        tags=TAGS, operation_id="catalog_prices_end", parameters=[IDEMPOTENCY_KEY],
        request=wire.PriceEndSerializer, responses={201: wire.CatalogPriceSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, price_id: UUID) -> Response:
        """Let the price hold until then and no longer."""
        ended = prices.end_price(
            actor=self.actor, price_id=price_id, **self.given(wire.PriceEndSerializer)
        )
        return Response(wire.CatalogPriceSerializer(ended).data, status=201)


class HistoryView(CatalogView):
    @extend_schema(
        tags=TAGS, operation_id="catalog_prices_history",
        responses=wire.PriceChangeSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, own_offer_id: UUID) -> Response:
        """What happened to the offer's prices, latest first; it only grows."""
        offer = own_offer(self.actor, own_offer_id)
        return self.paginated(selectors.history_of(offer), wire.PriceChangeSerializer)


class GroupsView(CatalogView):
    """Your company's customer groups."""

    @extend_schema(
        tags=TAGS,
        operation_id="catalog_groups_list",
        responses=wire.CustomerGroupSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """By name, with their customers."""
        return self.paginated(selectors.groups(self.actor), wire.CustomerGroupSerializer)

    @extend_schema(
        tags=TAGS, operation_id="catalog_groups_create", parameters=[IDEMPOTENCY_KEY],
        request=wire.CustomerGroupInputSerializer, responses={201: wire.CustomerGroupSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a group."""
        made = groups.create_group(
            actor=self.actor, **self.given(wire.CustomerGroupInputSerializer)
        )
        return Response(wire.CustomerGroupSerializer(made).data, status=201)


class GroupMembersView(CatalogView):
    """The customers of one of your company's groups."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_group_members_list",
        responses=wire.GroupMemberSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, group_id: UUID) -> Response:
        """By when they were put in."""
        found = own_group(self.actor, group_id).members.select_related("company")
        return self.paginated(found.order_by("id"), wire.GroupMemberSerializer)

    @extend_schema(
        tags=TAGS, operation_id="catalog_group_members_add", parameters=[IDEMPOTENCY_KEY],
        request=wire.GroupMemberInputSerializer, responses={201: wire.CustomerGroupSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, group_id: UUID) -> Response:
        """Put a customer in; the group's prices are for it from now on."""
        company = self.given(wire.GroupMemberInputSerializer)["company"]
        found = groups.add_customer(actor=self.actor, group_id=group_id, company_id=company)
        return Response(wire.CustomerGroupSerializer(found).data, status=201)

    @extend_schema(
        tags=TAGS, operation_id="catalog_group_members_remove",
        parameters=[OpenApiParameter("company", type=UUID, required=True)],
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, group_id: UUID) -> Response:
        """Take a customer out, named by ``?company=``."""
        own_group(self.actor, group_id, Capability.OFFER_EDIT)
        try:
            company = UUID(request.query_params.get("company", ""))
        except ValueError as error:
            raise FieldWrong(field="company", reason=_("Name a company by its id.")) from error
        groups.remove_customer(actor=self.actor, group_id=group_id, company_id=company)
        return Response(status=204)
