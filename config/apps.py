from django.apps import AppConfig


class CompositionConfig(AppConfig):
    """Joins the rooms: tasks, event handlers and page slots are registered from here."""

    name = "config"
    label = "config"
    verbose_name = "Fairfall"

    def ready(self) -> None:
        from buyers.following import list_choices
        from config import (
            celery,  # noqa: F401  (shared tasks need the application)
            personal_data,
            slots,
            subscriptions,
        )
        from crm_core.access.company_invitations import offer_lists_with
        from crm_core.companies.gates import read_facets_with
        from crm_core.verification.selectors import valid_facets

        read_facets_with(valid_facets)
        offer_lists_with(list_choices)
        personal_data.fill()
        subscriptions.connect()
        slots.fill()
