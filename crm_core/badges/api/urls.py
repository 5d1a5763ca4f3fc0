"""Addresses of the badges' API, below /api/v1/."""

from django.urls import path

from crm_core.badges.api import views

_COMPANY = "companies/<uuid:company_id>/"
urlpatterns = [
    path(f"{_COMPANY}badge/", views.BadgeView.as_view(), name="api-company-badge"),
    path(f"{_COMPANY}certificate/", views.CertificateView.as_view(), name="api-certificate"),
]
