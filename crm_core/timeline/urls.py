"""Addresses of the account pages."""

from django.urls import path

from crm_core.timeline import pages

urlpatterns = [
    path("crm/accounts/", pages.account_list, name="crm-accounts"),
    path("crm/accounts/<uuid:account_id>/", pages.account_detail, name="crm-account"),
]
