"""Addresses of the buyers' API, below /api/v1/."""

from django.urls import path

from buyers.api import views

ONE = "supplier-lists/<uuid:list_id>/"

urlpatterns = [
    path("supplier-lists/", views.SupplierListsView.as_view(), name="api-supplier-lists"),
    path(ONE, views.SupplierListView.as_view(), name="api-supplier-list"),
    path(f"{ONE}entries/", views.EntriesView.as_view(), name="api-supplier-list-entries"),
    path(
        f"{ONE}entries/<uuid:supplier_id>/",
        views.EntryView.as_view(),
        name="api-supplier-list-entry",
    ),
]
