"""Addresses of the shared lists' pages and of fragments for forms."""

from django.urls import path

from reference.pages import fragments, units

urlpatterns = [
    path("reference/categories/", fragments.category_options, name="category-options"),
    path("reference/category-choices/", fragments.category_choices, name="category-choices"),
    path("reference/units/", fragments.unit_options, name="unit-options"),
    path("catalog/units/", units.units, name="units"),
]
