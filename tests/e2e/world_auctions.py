"""The tenders and auctions of the site with something of everything, in several states."""

from __future__ import annotations

from datetime import timedelta

from auctions.integrity import services as integrity
from auctions.models import Seat, SeatConnection
from config.demo import tenders
from crm_core.access.actor import Actor
from kernel.clock import moment_to_wire, utc_now
from kernel.ids import new_id
from marketplace.tenders.models import Tender
from marketplace.tenders.services import publishing
from tests import tender_house as house
from tests.services import test_directive_2014_24 as directive


def running(officer: Actor, sellers: list[Actor]) -> Tender:
    """An auction that runs for an hour from now on; the suppliers have accepted."""
    made = tenders.draft(
        officer=officer, title="Steel coil, running", text=tenders.STEEL_TEXT,
        typed=tenders.STEEL_LOTS[:2],
        rules={"starts_at": moment_to_wire(utc_now() + timedelta(seconds=4)), "length": "60",
               "feedback.lead": True, "feedback.lead_min_bidders": "1",
               "feedback.after_first_bid": False},
        companies=[actor.company_id for actor in sellers],
    )  # fmt: skip
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    for actor in sellers[:2]:
        house.accept(actor, tender)
    return tender


def over(officer: Actor, sellers: list[Actor], title: str) -> Tender:
    made = house.draft(officer, sellers)
    Tender.objects.filter(pk=made.pk).update(title=title)
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    for actor in sellers:
        house.accept(actor, tender)
    return tender


def alerted(tender: Tender) -> None:
    """Its auction is screened; all its suppliers sat at one device."""
    now = utc_now()
    for seat in Seat.objects.filter(auction=tender.auction_id):
        SeatConnection.objects.create(
            auction_id=tender.auction_id, seat=seat.code, process=new_id(), opened_at=now,
            ended_at=now, how="left", address="a" * 64, device="a" * 64,
        )  # fmt: skip
    assert integrity.screen(tender.auction_id)


def evaluated(officer: Actor, sellers: dict[str, Actor], *, publish: bool) -> Tender:
    """A tender that scores, after an evaluation of the suppliers' offers."""
    two = [sellers["baltmet"], sellers["nordwerk-stahl"]]
    made = directive.drafted(officer, two, **directive.SCORED)
    directive.evaluated(officer, two, made)
    return publishing.publish(actor=officer, tender_id=made.pk) if publish else made


def bids(sellers: dict[str, Actor]) -> list[tuple[timedelta, Actor, str]]:
    return [
        (timedelta(minutes=1), sellers["nordwerk-stahl"], "540.00"),
        (timedelta(minutes=2), sellers["baltmet"], "531.50"),
        (timedelta(minutes=3), sellers["nordwerk-stahl"], "533.00"),
    ]
