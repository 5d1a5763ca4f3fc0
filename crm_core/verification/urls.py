"""Addresses of the verification pages."""

from django.urls import path

from crm_core.verification.pages import case, own, profile, queue

app_name = "verification"
urlpatterns = [
    path("company/verification/", own.overview, name="own"),
    path("company/verification/submit/", own.submit, name="submit"),
    path("company/verification/answer/", own.answer, name="answer"),
    path("company/verification/withdraw/", own.withdraw, name="withdraw"),
    path("company/verification/appeal/", own.appeal, name="appeal"),
    path("company/verification/profile/", profile.profile, name="profile"),
    path("company/verification/profile/<slug:part>/", profile.save, name="profile-save"),
    path("company/verification/papers/<slug:kind>/", own.paper, name="paper"),
    path("verification/", queue.queue, name="queue"),
    path("verification/cases.csv", queue.export_cases, {"form": "csv"}, name="cases-csv"),
    path("verification/cases.xlsx", queue.export_cases, {"form": "xlsx"}, name="cases-xlsx"),
    path("verification/<uuid:company_id>/", case.case, name="case"),
    path("verification/<uuid:company_id>/history/<int:number>/", case.entry, name="entry"),
    path("verification/<uuid:company_id>/<slug:step>/", case.act, name="act"),
    path("platform/companies/", queue.companies, name="companies"),
    path("platform/companies.csv", queue.export_companies, {"form": "csv"}, name="companies-csv"),
    path(
        "platform/companies.xlsx", queue.export_companies, {"form": "xlsx"}, name="companies-xlsx"
    ),
]
