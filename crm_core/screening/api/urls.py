"""Addresses of the screening API, below /api/v1/."""

from django.urls import path

from crm_core.screening.api import views

urlpatterns = [
    path("screening/hits/", views.HitsView.as_view(), name="api-screening-hits"),
    path("screening/hits.csv", views.ExportView.as_view(form="csv"), name="api-screening-csv"),
    path("screening/hits.xlsx", views.ExportView.as_view(form="xlsx"), name="api-screening-xlsx"),
    path("screening/hits/<uuid:hit_id>/", views.HitView.as_view(), name="api-screening-hit"),
    path(
        "screening/hits/<uuid:hit_id>/decisions/",
        views.DecisionsView.as_view(),
        name="api-screening-decisions",
    ),
    path("screening/lists/", views.ListsView.as_view(), name="api-screening-lists"),
    path("screening/lists/<slug:code>/", views.ListView.as_view(), name="api-screening-list-age"),
    path(
        "screening/lists/<slug:code>/withdrawal/",
        views.WithdrawalView.as_view(),
        name="api-screening-withdrawal",
    ),
    path("screening/versions/", views.VersionsView.as_view(), name="api-screening-versions"),
    path(
        "screening/versions/<uuid:version_id>/",
        views.VersionView.as_view(),
        name="api-screening-version",
    ),
    path(
        "screening/versions/<uuid:version_id>/activation/",
        views.ActivationView.as_view(),
        name="api-screening-activation",
    ),
    path("screening/policy/", views.PolicyView.as_view(), name="api-screening-policy"),
    path("screening/runs/", views.RunsView.as_view(), name="api-screening-runs"),
    path(
        "screening/companies/<uuid:company_id>/",
        views.CompanyView.as_view(),
        name="api-screening-company",
    ),
    path(
        "screening/companies/<uuid:company_id>/screenings/",
        views.CompanyScreeningsView.as_view(),
        name="api-screening-company-history",
    ),
    path(
        "screening/screenings/<uuid:screening_id>/",
        views.ScreeningView.as_view(),
        name="api-screening-snapshot",
    ),
]
