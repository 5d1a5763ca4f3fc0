"""Addresses of the verification pages."""

from django.urls import path

from crm_core.verification.pages import own, profile

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
]
