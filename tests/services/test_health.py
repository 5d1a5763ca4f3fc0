"""The two questions a supervisor asks."""

import pytest
from django.db import connection
from django.test import Client


def test_a_living_process_says_so_without_a_database(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_ready_process_names_what_it_reached(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["checks"] == {"database": "ok", "valkey": "ok"}


@pytest.mark.django_db
def test_a_process_without_valkey_is_not_ready(client: Client, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "valkey": "unreachable"}


@pytest.mark.django_db
def test_the_application_role_exists_beside_the_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, pg_has_role('fairfall_app', 'USAGE')")
        assert cursor.fetchone() == ("fairfall_owner", True)


@pytest.mark.django_db
def test_the_application_role_may_write_tables_of_the_owner_and_owns_none() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('fairfall_app', 'django_session', 'INSERT'), "
            "has_table_privilege('fairfall_app', 'django_session', 'TRUNCATE'), "
            "(SELECT tableowner FROM pg_tables WHERE tablename = 'django_session')"
        )
        assert cursor.fetchone() == (True, False, "fairfall_owner")
