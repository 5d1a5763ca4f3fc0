from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "crm_core.people"
    label = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from crm_core.people.receivers import connect

        connect()
