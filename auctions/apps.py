from django.apps import AppConfig


class AuctionsConfig(AppConfig):
    name = "auctions"
    label = "auctions"
    verbose_name = "Auctions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from auctions import checks  # noqa: F401 - registers itself
