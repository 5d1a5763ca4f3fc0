from django.apps import AppConfig


class BarterConfig(AppConfig):
    name = "marketplace.barter"
    label = "barter"
    verbose_name = "Barter"
    default_auto_field = "django.db.models.BigAutoField"
