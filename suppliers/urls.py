"""Addresses of the supplier pages."""

from django.urls import path

from suppliers import pages

urlpatterns = [path("supplier-profile/", pages.edit_profile, name="supplier-profile")]
