from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "marketplace.exchange"
    label = "exchange"
    verbose_name = "Exchange of offers"
    default_auto_field = "django.db.models.BigAutoField"
