from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "marketplace.quotes"
    label = "quotes"
    verbose_name = "Requests for quotation"
    default_auto_field = "django.db.models.BigAutoField"
