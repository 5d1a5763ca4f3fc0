"""Addresses of the shared lists' pages and of fragments for forms."""

from django.urls import path

from reference.pages import attributes, categories, fragments, imports, mappings, units

urlpatterns = [
    path("reference/categories/", fragments.category_options, name="category-options"),
    path("reference/category-choices/", fragments.category_choices, name="category-choices"),
    path("reference/units/", fragments.unit_options, name="unit-options"),
    path("catalog/", categories.catalog, name="catalog"),
    path("catalog/units/", units.units, name="units"),
    path("catalog/imports/", imports.imports, name="taxonomy-imports"),
    path("catalog/imports/<int:import_id>/", imports.detail, name="taxonomy-import"),
    path("catalog/imports/<int:import_id>/apply/", imports.apply, name="taxonomy-import-apply"),
    path("catalog/mappings/", mappings.mappings, name="mappings"),
    path("catalog/mappings/import/", mappings.bring, name="mappings-import"),
    path("catalog/taxonomies/<str:taxonomy>/", categories.taxonomy, name="taxonomy"),
    path("catalog/categories/<str:category>/", categories.category, name="category"),
    path("catalog/categories/<str:category>/attributes/", attributes.add, name="attribute-add"),
    path("catalog/attributes/<int:attribute_id>/", attributes.change, name="attribute"),
    path(
        "catalog/attributes/<int:attribute_id>/retire/", attributes.retire, name="attribute-retire"
    ),
]
