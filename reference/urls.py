"""Addresses of the shared lists' pages and of fragments for forms."""

from django.urls import path

from reference.pages import attributes, categories, fragments, imports, mappings, units

urlpatterns = [
    path("reference/categories/", fragments.category_options, name="category-options"),
    path("reference/category-choices/", fragments.category_choices, name="category-choices"),
    path("reference/units/", fragments.unit_options, name="unit-options"),
    path("categories/", categories.start, name="categories"),
    path("categories/units/", units.units, name="units"),
    path("categories/imports/", imports.imports, name="taxonomy-imports"),
    path("categories/imports/<int:import_id>/", imports.detail, name="taxonomy-import"),
    path("categories/imports/<int:import_id>/apply/", imports.apply, name="taxonomy-import-apply"),
    path("categories/mappings/", mappings.mappings, name="mappings"),
    path("categories/mappings/import/", mappings.bring, name="mappings-import"),
    path("categories/taxonomies/<str:taxonomy>/", categories.taxonomy, name="taxonomy"),
    path("categories/codes/<str:category>/", categories.category, name="category"),
    path("categories/codes/<str:category>/attributes/", attributes.add, name="attribute-add"),
    path("categories/attributes/<int:attribute_id>/", attributes.change, name="attribute"),
    path(
        "categories/attributes/<int:attribute_id>/retire/",
        attributes.retire,
        name="attribute-retire",
    ),
]
