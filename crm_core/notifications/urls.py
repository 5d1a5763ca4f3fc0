"""Addresses of the notification pages."""

from django.urls import path

from crm_core.notifications import pages

urlpatterns = [
    path("notices/", pages.notice_list, name="notices"),
    path("notices/bell/", pages.bell, name="notices-bell"),
    path("notices/read-all/", pages.read_all, name="notices-read-all"),
    path("notices/<uuid:notice_id>/", pages.open_notice, name="notice-open"),
    path("mailbox/", pages.mailbox, name="mailbox"),
    path("mailbox/<uuid:mail_id>/", pages.mail, name="mail"),
]
