"""Whether an offer is abnormally low is told to the buyer alone, in every format."""

from __future__ import annotations

import pytest

from crm_core.access.actor import Actor
from tests import tender_house as house
from tests.api.test_tender_api import BASE, api
from tests.formats_house import FORMATS, ended

pytestmark = pytest.mark.django_db
COMPARED = [name for name in FORMATS if name not in ("dutch", "japanese")]  # steps of 1 % there


@pytest.mark.parametrize("name", COMPARED)
def test_the_buyer_reads_which_offer_is_low_and_no_supplier_does(
    officer: Actor, sellers: list[Actor], name: str
) -> None:
    offers = ("2000", "1000") if name == "budget" else ("290", "500")
    tender = ended(name, officer, sellers, offers)
    path, page = f"{BASE}{tender.pk}/abnormal/", f"/tenders/{tender.pk}/result/"
    (row,) = api(officer).get(path).data["results"]
    assert row["name"] == sellers[0].company_name
    figures = ("50", "100", "50.0") if name == "budget" else ("290", "500", "42.0")
    assert (row["offer"], row["mean_of_initial"], row["below_mean"]) == figures
    assert "Abnormally low offers" in house.signed_in(officer).get(page).content.decode()
    for seller in sellers:
        assert api(seller).get(path).status_code == 404
        theirs = house.signed_in(seller).get(page)
        assert theirs.status_code == 200
        assert "Abnormally low" not in theirs.content.decode()
