"""Addresses of the pages about one's own data."""

from django.urls import path

from crm_core.privacy import pages

urlpatterns = [
    path("me/data/", pages.personal_data, name="personal-data"),
    path("me/data.json", pages.handed_out, name="personal-data-json"),
    path("me/data/erasure/", pages.ask, name="erasure-ask"),
    path("me/data/erasure/withdraw/", pages.withdraw, name="erasure-withdraw"),
]
