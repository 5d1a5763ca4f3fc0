from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "crm_core.verification"
    label = "verification"
    verbose_name = "Verification"
    default_auto_field = "django.db.models.BigAutoField"
