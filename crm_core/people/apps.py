from typing import Any

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "crm_core.people"
    label = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        user_logged_out.connect(_close_sockets_of_the_session, dispatch_uid="people.sockets")


def _close_sockets_of_the_session(request: Any, user: Any, **_rest: Any) -> None:
    """Sign-out happens in allauth and the admin site; this signal is where both pass."""
    from crm_core.people.sessions import end_sockets, session_hash

    session = getattr(request, "session", None)
    if user is not None and session is not None:
        end_sockets(user.pk, reason="signed_out", session=session_hash(session.session_key))
