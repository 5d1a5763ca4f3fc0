"""Addresses of the buyers' pages."""

from django.urls import path

from buyers import pages

ONE = "supplier-lists/<uuid:list_id>/"

urlpatterns = [
    path("supplier-lists/", pages.lists, name="supplier-lists"),
    path(ONE, pages.supplier_list, name="supplier-list"),
    path(f"{ONE}rename/", pages.rename, name="supplier-list-rename"),
    path(f"{ONE}delete/", pages.delete, name="supplier-list-delete"),
    path(f"{ONE}add/<uuid:supplier_id>/", pages.add, name="supplier-list-add"),
    path(f"{ONE}remove/<uuid:supplier_id>/", pages.remove, name="supplier-list-remove"),
]
