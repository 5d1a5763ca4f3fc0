"""Addresses of the search's API, below /api/v1/."""

from django.urls import path

from marketplace.search.api import views

urlpatterns = [
    path("catalog/search/", views.SearchView.as_view(), name="api-catalog-search"),
    path("catalog/search/facets/", views.FacetsView.as_view(), name="api-catalog-search-facets"),
    path(
        "catalog/search/suggestions/",
        views.SuggestionsView.as_view(),
        name="api-catalog-search-suggestions",
    ),
]
