"""Addresses of the suppliers' API, below /api/v1/."""

from django.urls import path

from suppliers.api import views

urlpatterns = [
    path("supplier-profile/", views.OwnProfileView.as_view(), name="api-supplier-profile"),
    path(
        "suppliers/<uuid:company_id>/profile/",
        views.ProfileView.as_view(),
        name="api-supplier-profile-of",
    ),
]
