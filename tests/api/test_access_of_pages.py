"""Every page × every role × own and foreign company: the statuses that the table says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.api.access_table import checks
from tests.api.access_table.sweep import Sweep, swept
from tests.api.access_table.table import rows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sweep]:
    with swept(django_db_blocker, "pages") as found:
        yield found


def test_every_page_has_a_row(sweep: Sweep) -> None:
    checks.every_endpoint_has_a_row(sweep)


def test_an_own_object_leads_to_nothing_of_others(sweep: Sweep) -> None:
    checks.nothing_of_others_through_ones_own(sweep)


@pytest.mark.parametrize("key", rows("pages"), ids=" ".join)
def test_everybody_gets_what_the_row_says(sweep: Sweep, key: tuple[str, str]) -> None:
    checks.row_holds(sweep, key)


def test_nobody_but_staff_gets_into_the_admin_site(sweep: Sweep) -> None:
    checks.admin_site_is_closed(sweep)
