from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "crm_core.timeline"
    label = "timeline"
    verbose_name = "Timeline"
    default_auto_field = "django.db.models.BigAutoField"
