"""Addresses of the public pages; ``directory`` is named without the room, as it always was."""

from django.urls import include, path

from crm_core.badges import pages

_public = [
    path("companies/<uuid:company_id>/", pages.company, name="company"),
    path(
        "companies/<uuid:company_id>/certificate.json",
        pages.certificate_json,
        name="certificate-json",
    ),
    path(
        "companies/<uuid:company_id>/certificate.pdf",
        pages.certificate_file,
        name="certificate-pdf",
    ),
    path("certificates/check/", pages.check, name="check"),
    path("certificates/keys/platform-<slug:key_id>.pem", pages.key, name="key"),
]

urlpatterns = [
    path("companies/", pages.directory, name="directory"),
    path("", include((_public, "badges"))),
]
