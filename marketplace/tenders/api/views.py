"""The life of a tender over HTTP. Every POST honours Idempotency-Key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from marketplace.tenders import selectors
from marketplace.tenders.api import serializers as wire
from marketplace.tenders.models import Tender
from marketplace.tenders.policies import own_invitation, own_tender, readable_tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.services import drafting, ending, invitations, lines, lots, publishing
from marketplace.tenders.services.lots import LotInput

TAGS = ["tenders"]


def _read(serializer: Any, request: Request) -> dict[str, Any]:
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data  # type: ignore[no-any-return]


class TenderView(ActorView):
    """What the views of one tender share."""

    def whole(self, tender: Tender, status: int = 200) -> Response:
        """The tender as its side may see it."""
        if tender.company_id == self.actor.company_id:
            fresh = (
                Tender.objects.select_related("company")
                .prefetch_related("lots__lines")
                .get(pk=tender.pk)
            )
            return Response(wire.TenderSerializer(fresh).data, status=status)
        invitation = own_invitation(self.actor, tender.pk)
        shown = wire.InvitedTenderSerializer(invitation.tender, context={"invitation": invitation})
        return Response(shown.data, status=status)


class TendersView(TenderView):
    """Own tenders and those one is invited to."""

    @extend_schema(
        tags=TAGS, operation_id="tenders_list", parameters=[wire.FilterSerializer],
        responses=wire.TenderRowSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Newest first; ``state`` and ``search`` narrow."""
        found = selectors.visible_tenders(
            self.actor,
            state=request.query_params.get("state", ""),
            search=request.query_params.get("search", "")[:200],
        )
        return self.paginated(found, wire.TenderRowSerializer)

    @extend_schema(
        tags=TAGS, operation_id="tenders_create", parameters=[IDEMPOTENCY_KEY],
        request=wire.DraftSerializer, responses={201: wire.TenderSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Begin a draft."""
        tender = drafting.create_draft(actor=self.actor, **_read(wire.DraftSerializer, request))
        return self.whole(tender, 201)


class TenderDetailView(TenderView):
    """One tender."""

    @extend_schema(tags=TAGS, operation_id="tenders_read", responses=wire.TenderSerializer)
    def get(self, request: Request, tender_id: UUID) -> Response:
        """Everything for the buyer; public data and the own invitation for a supplier."""
        tender = readable_tender(self.actor, tender_id)
        if tender.company_id != self.actor.company_id:
            invitations.mark_seen(actor=self.actor, tender_id=tender_id)
        return self.whole(tender)

    @extend_schema(
        tags=TAGS, operation_id="tenders_update", request=wire.DraftSerializer,
        responses=wire.TenderSerializer,
    )  # fmt: skip
    def put(self, request: Request, tender_id: UUID) -> Response:
        """Change what a draft says about itself."""
        values = _read(wire.DraftSerializer, request)
        tender = drafting.update_draft(actor=self.actor, tender_id=tender_id, **values)
        return self.whole(tender)

    @extend_schema(tags=TAGS, operation_id="tenders_delete", responses={204: None})
    def delete(self, request: Request, tender_id: UUID) -> Response:
        """Remove a draft for good."""
        drafting.delete_draft(actor=self.actor, tender_id=tender_id)
        return Response(status=204)


class LotsView(TenderView):
    """The lots of a draft."""

    @extend_schema(
        tags=TAGS, operation_id="tender_lots_create", parameters=[IDEMPOTENCY_KEY],
        request=wire.LotInputSerializer, responses={201: wire.LotSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Append a lot."""
        lot = lots.add_lot(
            actor=self.actor, tender_id=tender_id,
            lot=LotInput(**_read(wire.LotInputSerializer, request)),
        )  # fmt: skip
        return Response(wire.LotSerializer(lot).data, status=201)

    @extend_schema(
        tags=TAGS, operation_id="tender_lots_reorder", request=wire.LotOrderSerializer,
        responses=wire.TenderSerializer,
    )  # fmt: skip
    def put(self, request: Request, tender_id: UUID) -> Response:
        """Put the lots in order."""
        order = _read(wire.LotOrderSerializer, request)["order"]
        lots.reorder_lots(actor=self.actor, tender_id=tender_id, order=order)
        return self.whole(own_tender(self.actor, tender_id))


class LotView(TenderView):
    """One lot of a draft."""

    @extend_schema(
        tags=TAGS, operation_id="tender_lots_update", request=wire.LotInputSerializer,
        responses=wire.LotSerializer,
    )  # fmt: skip
    def put(self, request: Request, tender_id: UUID, lot_id: UUID) -> Response:
        """Replace what the lot says."""
        lot = lots.update_lot(
            actor=self.actor, tender_id=tender_id, lot_id=lot_id,
            lot=LotInput(**_read(wire.LotInputSerializer, request)),
        )  # fmt: skip
        return Response(wire.LotSerializer(lot).data)

    @extend_schema(tags=TAGS, operation_id="tender_lots_delete", responses={204: None})
    def delete(self, request: Request, tender_id: UUID, lot_id: UUID) -> Response:
        """Take the lot out; those after it move up."""
        lots.remove_lot(actor=self.actor, tender_id=tender_id, lot_id=lot_id)
        return Response(status=204)


class LinesView(TenderView):
    """The positions of one lot of a draft."""

    @extend_schema(
        tags=TAGS, operation_id="tender_lot_lines_set", request=wire.LinesSerializer,
        responses=wire.LineListSerializer,
    )  # fmt: skip
    def put(self, request: Request, tender_id: UUID, lot_id: UUID) -> Response:
        """Make these the lot's positions. With any, the lot's quantity is 1 and a bid gives the
        unit price of each."""
        given = _read(wire.LinesSerializer, request)["lines"]
        made = lines.set_lines(
            actor=self.actor, tender_id=tender_id, lot_id=lot_id,
            lines=[lines.LineInput(**each) for each in given],
        )  # fmt: skip
        return Response({"lines": wire.LineSerializer(made, many=True).data})


class TermsView(TenderView):
    """The settings of the auction while they are prepared."""

    @extend_schema(tags=TAGS, operation_id="tender_terms_check", responses=wire.CheckSerializer)
    def get(self, request: Request, tender_id: UUID) -> Response:
        """What keeps the draft from being published, and what the terms would be."""
        built = publishing.check_for_publication(actor=self.actor, tender_id=tender_id)
        return Response(
            {
                "ready": not built.problems,
                "problems": [
                    {"field": each.field, "lot": each.lot, "message": str(each.message)}
                    for each in built.problems
                ],
                "terms": built.terms.document() if built.terms else None,
            }
        )

    @extend_schema(
        tags=TAGS, operation_id="tender_terms_set", request=wire.RulesSerializer,
        responses=wire.TenderSerializer,
    )  # fmt: skip
    def patch(self, request: Request, tender_id: UUID) -> Response:
        """Keep settings as typed; keys left out keep their value."""
        rules = _read(wire.RulesSerializer, request)["rules"]
        return self.whole(drafting.set_terms(actor=self.actor, tender_id=tender_id, rules=rules))


class InvitationsView(TenderView):
    """The suppliers of one's own tender."""

    @extend_schema(
        tags=TAGS, operation_id="tender_invitations_list",
        responses=wire.InvitationSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, tender_id: UUID) -> Response:
        """Who is invited and what they answered."""
        tender = own_tender(self.actor, tender_id)
        found = tender.invitations.select_related("company").order_by("company__latin_name", "id")
        return self.paginated(found, wire.InvitationSerializer)

    @extend_schema(
        tags=TAGS, operation_id="tender_invitations_create", parameters=[IDEMPOTENCY_KEY],
        request=wire.CompaniesSerializer, responses={201: wire.InvitationSerializer(many=True)},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Choose suppliers for a draft; invite them at once to a published tender."""
        given = _read(wire.CompaniesSerializer, request)
        companies, evaluations = given["companies"], given.get("evaluations")
        tender = own_tender(self.actor, tender_id)
        if tender.is_draft or evaluations is not None:
            invitations.choose_suppliers(
                actor=self.actor, tender_id=tender_id, companies=companies,
                evaluations=dict(zip(companies, evaluations or (), strict=False)),
            )  # fmt: skip
        else:
            for company_id in companies:
                invitations.invite_late(
                    actor=self.actor, tender_id=tender_id, company_id=company_id
                )
        made = tender.invitations.filter(company_id__in=companies).select_related("company")
        return Response(wire.InvitationSerializer(made, many=True).data, status=201)


class InvitationView(TenderView):
    """One supplier of one's own tender."""

    @extend_schema(
        tags=TAGS, operation_id="tender_invitations_withdraw", parameters=[IDEMPOTENCY_KEY],
        request=wire.ReasonSerializer, responses={201: wire.InvitationSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID, company_id: UUID) -> Response:
        """Withdraw the invitation, with a reason; only while that supplier has not bid."""
        invitation = invitations.uninvite(
            actor=self.actor, tender_id=tender_id, company_id=company_id,
            **_read(wire.ReasonSerializer, request),
        )  # fmt: skip
        return Response(wire.InvitationSerializer(invitation).data, status=201)

    @extend_schema(tags=TAGS, operation_id="tender_invitations_drop", responses={204: None})
    def delete(self, request: Request, tender_id: UUID, company_id: UUID) -> Response:
        """Take a supplier off a draft's list."""
        invitations.drop_supplier(actor=self.actor, tender_id=tender_id, company_id=company_id)
        return Response(status=204)


class PublishView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_publish", parameters=[IDEMPOTENCY_KEY], request=None,
        responses={201: wire.TenderSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Freeze lots and terms, open the auction, invite."""
        return self.whole(publishing.publish(actor=self.actor, tender_id=tender_id), 201)


class CopyView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_copy", parameters=[IDEMPOTENCY_KEY], request=None,
        responses={201: wire.TenderSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """A new draft with the same lots, terms and suppliers."""
        return self.whole(drafting.copy_tender(actor=self.actor, tender_id=tender_id), 201)


class AcceptView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_accept", parameters=[IDEMPOTENCY_KEY],
        request=wire.AcceptSerializer, responses={201: wire.InvitedTenderSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Accept one version of the terms by its hash."""
        invitation = invitations.accept_terms(
            actor=self.actor, tender_id=tender_id, **_read(wire.AcceptSerializer, request)
        )
        return self.whole(invitation.tender, 201)


class DeclineView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_decline", parameters=[IDEMPOTENCY_KEY],
        request=wire.ReasonSerializer, responses={201: wire.InvitedTenderSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Do not take part, with a reason; only before the first bid."""
        invitation = invitations.decline(
            actor=self.actor, tender_id=tender_id, **_read(wire.ReasonSerializer, request)
        )
        return self.whole(invitation.tender, 201)


class CancelView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_cancel", parameters=[IDEMPOTENCY_KEY],
        request=wire.ReasonSerializer, responses={201: wire.TenderSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """End the tender and its auction without a result."""
        reason = _read(wire.ReasonSerializer, request)["reason"]
        return self.whole(ending.cancel(actor=self.actor, tender_id=tender_id, reason=reason), 201)


class AnnulView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_annul", parameters=[IDEMPOTENCY_KEY],
        request=wire.ReasonSerializer, responses={201: wire.TenderSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Declare the auction void, also after its close."""
        reason = _read(wire.ReasonSerializer, request)["reason"]
        return self.whole(ending.annul(actor=self.actor, tender_id=tender_id, reason=reason), 201)


class ResultsView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_results", responses=wire.ResultSerializer(many=True)
    )
    def get(self, request: Request, tender_id: UUID) -> Response:
        """How the lots of one's own tender closed, and what was decided."""
        found = selectors.results_of(own_tender(self.actor, tender_id))
        return self.paginated(found, wire.ResultSerializer)


class AwardView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_award", parameters=[IDEMPOTENCY_KEY],
        request=wire.AwardSerializer, responses={201: wire.ResultSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID, lot: int) -> Response:
        """Decide a closed lot; written to the auction's ledger, and final."""
        given = _read(wire.AwardSerializer, request)
        result = ending.confirm_result(
            actor=self.actor, tender_id=tender_id, lot=lot, company_id=given["company"],
            reason=given["reason"],
        )  # fmt: skip
        return Response(wire.ResultSerializer(result).data, status=201)


class ProtocolView(TenderView):
    @extend_schema(
        tags=TAGS, operation_id="tender_protocol",
        responses={200: {"type": "object", "additionalProperties": True}},
    )  # fmt: skip
    def get(self, request: Request, tender_id: UUID) -> Response:
        """The protocol as this side may see it, once the auction has ended."""
        return Response(protocol_for(self.actor, readable_tender(self.actor, tender_id)))
