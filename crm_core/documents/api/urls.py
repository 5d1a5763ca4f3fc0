"""Addresses of the documents API, below /api/v1/."""

from django.urls import path

from crm_core.documents.api import views

urlpatterns = [
    path("documents/", views.DocumentsView.as_view(), name="api-documents"),
    path("documents/<uuid:version_id>/", views.VersionView.as_view(), name="api-document"),
    path(
        "documents/<uuid:version_id>/content/",
        views.ContentView.as_view(),
        name="api-document-content",
    ),
]
