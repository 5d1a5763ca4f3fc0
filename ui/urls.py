"""Addresses of the shell: search, and the style guide where it is shown."""

from django.urls import path

from ui import views

app_name = "ui"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("guide/", views.guide, name="guide"),
]
