"""Addresses of the pages about documents."""

from django.urls import path

from crm_core.documents.pages import own

urlpatterns = [
    path("company/documents/", own.documents, name="documents"),
    path("company/documents/<uuid:version_id>/delete/", own.delete, name="document-delete"),
    path("documents/<uuid:version_id>/", own.content, name="document-content"),
]
