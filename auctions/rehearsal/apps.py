from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "auctions.rehearsal"
    label = "rehearsal"
    verbose_name = "Rehearsals"
    default_auto_field = "django.db.models.BigAutoField"
