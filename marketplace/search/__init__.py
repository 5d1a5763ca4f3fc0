"""Finding offers: the index, the search over it, its facets and suggestions."""
