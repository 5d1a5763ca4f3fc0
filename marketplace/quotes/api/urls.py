"""Addresses of the API of requests for quotation, below /api/v1/."""

from django.urls import path

from marketplace.quotes.api import views

RFQ = "rfqs/<uuid:rfq_id>/"
urlpatterns = [
    path("rfqs/", views.RfqsView.as_view(), name="api-rfqs"),
    path(RFQ, views.RfqView.as_view(), name="api-rfq"),
    path(f"{RFQ}open/", views.OpenView.as_view(), name="api-rfq-open"),
    path(f"{RFQ}opening/", views.OpeningView.as_view(), name="api-rfq-opening"),
    path(f"{RFQ}cancel/", views.CancelView.as_view(), name="api-rfq-cancel"),
    path(f"{RFQ}quote/", views.QuoteView.as_view(), name="api-rfq-quote"),
    path(f"{RFQ}decline/", views.DeclineView.as_view(), name="api-rfq-decline"),
    path(f"{RFQ}comparison/", views.ComparisonView.as_view(), name="api-rfq-comparison"),
    path(f"{RFQ}decision/", views.DecisionView.as_view(), name="api-rfq-decision"),
]
