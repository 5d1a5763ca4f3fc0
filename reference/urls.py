"""Addresses of the fragments of the shared lists."""

from django.urls import path

from reference import pages

urlpatterns = [
    path("reference/categories/", pages.category_options, name="category-options"),
    path("reference/category-choices/", pages.category_choices, name="category-choices"),
    path("reference/units/", pages.unit_options, name="unit-options"),
]
