"""Addresses of the account API, below /api/v1/."""

from django.urls import path

from crm_core.timeline.api import views

urlpatterns = [
    path("accounts/", views.AccountsView.as_view(), name="api-accounts"),
    path("accounts/<uuid:account_id>/", views.AccountView.as_view(), name="api-account"),
    path(
        "accounts/<uuid:account_id>/timeline/",
        views.TimelineView.as_view(),
        name="api-account-timeline",
    ),
]
