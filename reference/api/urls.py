"""Addresses of the shared lists' API, below /api/v1/."""

from django.urls import path

from reference.api import views

urlpatterns = [
    path("currencies/", views.CurrenciesView.as_view(), name="api-currencies"),
    path("units/", views.UnitsView.as_view(), name="api-units"),
    path("units/convert/", views.ConversionView.as_view(), name="api-unit-conversion"),
    path("categories/", views.CategoriesView.as_view(), name="api-categories"),
    path(
        "categories/<str:category>/attributes/",
        views.AttributesView.as_view(),
        name="api-category-attributes",
    ),
    path(
        "categories/<str:category>/mappings/",
        views.MappingsView.as_view(),
        name="api-category-mappings",
    ),
]
