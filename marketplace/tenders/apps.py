from django.apps import AppConfig


class TendersConfig(AppConfig):
    name = "marketplace.tenders"
    label = "tenders"
    verbose_name = "Tenders"
    default_auto_field = "django.db.models.BigAutoField"
