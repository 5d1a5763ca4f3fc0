"""Addresses of the search's pages; the list itself is the catalog's."""

from django.urls import path

from marketplace.search import pages

app_name = "catalog_search"
urlpatterns = [
    path("catalog/search/facets/", pages.facets, name="facets"),
    path("catalog/search/suggestions/", pages.suggestions, name="suggestions"),
]
