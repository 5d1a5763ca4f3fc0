"""Addresses of the notification API, below /api/v1/."""

from django.urls import path

from crm_core.notifications.api import views

urlpatterns = [
    path("notices/", views.NoticesView.as_view(), name="api-notices"),
    path("notices/read-all/", views.NoticesReadAllView.as_view(), name="api-notices-read-all"),
    path("notices/<uuid:notice_id>/read/", views.NoticeReadView.as_view(), name="api-notice-read"),
]
