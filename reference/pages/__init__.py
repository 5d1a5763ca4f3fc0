"""Pages of the shared lists: units, taxonomies and their categories, and fragments for forms."""
