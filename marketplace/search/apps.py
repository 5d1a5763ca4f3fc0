from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "marketplace.search"
    label = "catalog_search"
    verbose_name = "Search"
    default_auto_field = "django.db.models.BigAutoField"
