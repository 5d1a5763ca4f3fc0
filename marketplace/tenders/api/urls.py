"""Addresses of the tenders' API, below /api/v1/."""

from django.urls import path

from marketplace.tenders.api import (
    disqualifying,
    payment,
    practice,
    protocol_files,
    rehearsals,
    scoring,
    views,
)

TENDER = "tenders/<uuid:tender_id>/"
REHEARSAL = f"{TENDER}rehearsals/<uuid:rehearsal_id>/"
urlpatterns = [
    path("tenders/", views.TendersView.as_view(), name="api-tenders"),
    path(TENDER, views.TenderDetailView.as_view(), name="api-tender"),
    path(f"{TENDER}lots/", views.LotsView.as_view(), name="api-tender-lots"),
    path(f"{TENDER}lots/<uuid:lot_id>/", views.LotView.as_view(), name="api-tender-lot"),
    path(
        f"{TENDER}lots/<uuid:lot_id>/lines/", views.LinesView.as_view(), name="api-tender-lot-lines"
    ),
    path(f"{TENDER}terms/", views.TermsView.as_view(), name="api-tender-terms"),
    path(f"{TENDER}invitations/", views.InvitationsView.as_view(), name="api-tender-invitations"),
    path(
        f"{TENDER}invitations/<uuid:company_id>/",
        views.InvitationView.as_view(),
        name="api-tender-invitation",
    ),
    path(f"{TENDER}scoring/", scoring.ScoringView.as_view(), name="api-tender-scoring"),
    path(
        f"{TENDER}scoring/<uuid:company_id>/",
        scoring.SupplierScoringView.as_view(),
        name="api-tender-scoring-supplier",
    ),
    path(
        f"{TENDER}invitations/<uuid:company_id>/disqualification/",
        disqualifying.DisqualificationView.as_view(),
        name="api-tender-disqualification",
    ),
    path(
        f"{TENDER}invitations/<uuid:company_id>/requalification/",
        disqualifying.RequalificationView.as_view(),
        name="api-tender-requalification",
    ),
    path(f"{TENDER}abnormal/", disqualifying.AbnormalView.as_view(), name="api-tender-abnormal"),
    path(f"{TENDER}publish/", views.PublishView.as_view(), name="api-tender-publish"),
    path(f"{TENDER}copy/", views.CopyView.as_view(), name="api-tender-copy"),
    path(f"{TENDER}accept/", views.AcceptView.as_view(), name="api-tender-accept"),
    path(f"{TENDER}decline/", views.DeclineView.as_view(), name="api-tender-decline"),
    path(f"{TENDER}cancel/", views.CancelView.as_view(), name="api-tender-cancel"),
    path(f"{TENDER}annul/", views.AnnulView.as_view(), name="api-tender-annul"),
    path(f"{TENDER}results/", views.ResultsView.as_view(), name="api-tender-results"),
    path(f"{TENDER}results/<int:lot>/", views.AwardView.as_view(), name="api-tender-award"),
    path(
        f"{TENDER}payment-data/", payment.PaymentDataView.as_view(), name="api-tender-payment-data"
    ),
    path(f"{TENDER}protocol/", views.ProtocolView.as_view(), name="api-tender-protocol"),
    path(
        f"{TENDER}protocol.pdf",
        protocol_files.ProtocolPdfView.as_view(),
        name="api-tender-protocol-pdf",
    ),
    path(f"{TENDER}rehearsals/", rehearsals.RehearsalsView.as_view(), name="api-rehearsals"),
    path(REHEARSAL, rehearsals.RehearsalView.as_view(), name="api-rehearsal"),
    path(f"{REHEARSAL}cancel/", rehearsals.CancelView.as_view(), name="api-rehearsal-cancel"),
    path(f"{REHEARSAL}again/", rehearsals.AgainView.as_view(), name="api-rehearsal-again"),
    path(f"{TENDER}practice/", practice.PracticeView.as_view(), name="api-practice"),
]
