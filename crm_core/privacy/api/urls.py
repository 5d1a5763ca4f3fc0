"""Addresses of the API about one's own data, below /api/v1/."""

from django.urls import path

from crm_core.privacy.api import views

urlpatterns = [
    path("me/data/", views.PersonalDataView.as_view(), name="api-personal-data"),
    path("me/erasure/", views.ErasureView.as_view(), name="api-erasure"),
]
