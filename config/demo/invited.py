"""Companies invited onto the platform, some in each state: answered, open, over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from buyers.models import SupplierList
from config.demo.companies import BUYER, LIST_NAME, OPERATOR, SUPPLIERS, WAITING, Firm
from crm_core.access import company_invitations
from crm_core.access.actor import Actor, load_actor
from crm_core.companies import inviting_companies
from crm_core.companies.inviting_companies import link_secret
from crm_core.companies.models import Company, CompanyInvitation
from crm_core.people.models import User
from kernel.clock import utc_now

State = CompanyInvitation.State


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom one invited so many days ago, and what became of it."""

    name: str
    email: str
    country: str
    language: str = "en"
    message: str = ""
    state: State = State.OPEN
    days_ago: int = 1
    comes_as: Firm | None = None


FERRUM = next(each for each in SUPPLIERS if each.reference == "ferrum-trade")
OF_THE_BUYER = (
    Guest("Vormsi Teras", WAITING.people[0].email, "EE", "en",
          "We know you from the bridge in Haapsalu and would like your offers for sections.",
          State.TAKEN_UP, 6, WAITING),
    Guest("Ferrum Trade", FERRUM.people[0].email, "PL", "ru", "", State.TAKEN_UP, 12, FERRUM),
    Guest("Dnipro Stal", "sales@dnipro-stal.example", "UA", "uk",
          "Нам потрібен лист S355, постачання до Таллінна. Будемо раді вашим цінам."),
    Guest("Šiauliai Metal", "info@siauliai-metal.example", "LT", "en", "", State.OPEN, 3),
    Guest("Ruukki Trading", "tenders@ruukki-trading.example", "FI", "en", "", State.DECLINED, 9),
    Guest("Gdansk Blachy", "biuro@gdansk-blachy.example", "PL", "en", "", State.REVOKED, 5),
    Guest("Riga Profils", "rigaprofils@riga-profils.example", "LV", "ru", "", State.EXPIRED, 20),
)  # fmt: skip
OF_THE_OPERATOR = (
    Guest("Odesa Kabel", "office@odesa-kabel.example", "UA", "uk", "", State.OPEN, 2),
    Guest("Tampere Valu", "myynti@tampere-valu.example", "FI", "en", "", State.EXPIRED, 25),
)


def load(say: Callable[[str], None]) -> None:
    """Invite whoever was not invited yet."""
    officer, admin = _actor(BUYER), _actor(OPERATOR)
    plate = SupplierList.objects.filter(company_id=officer.company_id, name=LIST_NAME).first()
    made = sum(_invite(officer, guest, plate) for guest in OF_THE_BUYER)
    made += sum(_invite(admin, guest, None) for guest in OF_THE_OPERATOR)
    say(f"{made} companies were invited onto the platform.")


def _actor(firm: Firm) -> Actor:
    company = Company.objects.get(reference=firm.reference)
    return load_actor(User.objects.get(email=firm.people[0].email).pk, company.pk)


def _invite(actor: Actor, guest: Guest, to: SupplierList | None) -> bool:
    if CompanyInvitation.objects.filter(inviter=actor.company_id, email=guest.email).exists():
        return False
    found = company_invitations.invite(
        actor=actor, email=guest.email, name=guest.name, country=guest.country,
        language=guest.language, message=guest.message, list_id=to.pk if to else None,
    )  # fmt: skip
    began = utc_now() - timedelta(days=guest.days_ago)
    found.created_at = found.sent_at = began
    found.expires_at = began + inviting_companies.LIFE
    found.save(update_fields=["created_at", "sent_at", "expires_at"])
    secret = link_secret(found)
    if guest.comes_as is not None:
        user = User.objects.get(email=guest.email)
        company = Company.objects.get(reference=guest.comes_as.reference)
        company_invitations.answer_with(user=user, secret=secret, company_id=company.pk)
    elif guest.state == State.DECLINED:
        inviting_companies.turn_down(secret=secret)
    elif guest.state == State.REVOKED:
        company_invitations.revoke(actor=actor, invitation_id=found.pk)
    return True
