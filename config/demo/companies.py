"""A buyer, the operator, six suppliers and one that waits, with people, profiles and a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from buyers.models import SupplierList
from buyers.services import add_supplier, create_list
from crm_core.access.actor import load_actor
from crm_core.companies.models import Company, Membership, Role, Standing
from crm_core.companies.services import add_member, create_company
from crm_core.people.models import User
from reference.loading import load_all
from suppliers.models import SupplierProfile
from suppliers.services import save_profile


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    role: Role
    language: str = "en"
    time_zone: str = "Europe/Tallinn"
    offered: bool = True
    """Whether one can sign in as this person with one click."""


@dataclass(frozen=True, slots=True)
class Firm:
    reference: str
    legal_name: str
    latin_name: str
    country: str
    register: tuple[str, str]
    people: tuple[Person, ...]
    buys: bool = False
    sells: bool = False
    operates: bool = False
    offers: str = ""
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    standing: Standing = Standing.VERIFIED


BUYER = Firm(
    "pohja-energia", "Põhja Energia AS", "Pohja Energia AS", "EE", ("EE-RIK", "19900001"),
    (
        Person("Kadri Mets", "kadri.mets@pohja-energia.example", Role.OFFICER),
        Person("Toomas Saar", "toomas.saar@pohja-energia.example", Role.OWNER),
        Person("Liis Kask", "liis.kask@pohja-energia.example", Role.AUDITOR),
    ),
    buys=True,
)  # fmt: skip
OPERATOR = Firm(
    "fairfall-operations", "Fairfall Operations", "Fairfall Operations", "EE",
    ("EE-RIK", "19900002"),
    (
        Person("Olena Kovalenko", "olena.kovalenko@fairfall.example", Role.PLATFORM_ADMIN, "uk",
               "Europe/Kyiv"),
        Person("Jonas Weber", "jonas.weber@fairfall.example", Role.ARBITER, "en",
               "Europe/Berlin"),
        Person("Piret Kallas", "piret.kallas@fairfall.example", Role.VERIFIER),
        Person("Marek Nowak", "marek.nowak@fairfall.example", Role.VERIFIER, "en",
               "Europe/Warsaw"),
    ),
    operates=True,
)  # fmt: skip
STEEL = "14622000-7"
PROFILES = "44334000-0"
SUPPLIERS = (
    Firm(
        "nordwerk-stahl", "Nordwerk Stahl GmbH", "Nordwerk Stahl GmbH", "DE",
        ("DE-CR", "HRB990003"),
        (Person("Katrin Vogel", "katrin.vogel@nordwerk-stahl.example", Role.BIDDER, "en",
                "Europe/Berlin"),
         Person("Jens Petersen", "jens.petersen@nordwerk-stahl.example", Role.CATALOG_MANAGER, "en",
                "Europe/Berlin"),),
        sells=True, offers="Hot-rolled sections and plate, mill certificates 3.1.",
        categories=(STEEL, PROFILES), regions=("DE", "EE", "LV", "LT", "PL"),
    ),
    Firm(
        "baltmet", "Baltmet AS", "Baltmet AS", "EE", ("EE-RIK", "19900004"),
        (Person("Andres Tamm", "andres.tamm@baltmet.example", Role.BIDDER),
         Person("Eva Lind", "eva.lind@baltmet.example", Role.CATALOG_MANAGER),),
        sells=True, offers="Steel service centre in Maardu: cutting, drilling, galvanising.",
        categories=(STEEL, PROFILES), regions=("EE", "LV", "LT", "FI"),
    ),
    Firm(
        "aceros-iberica", "Aceros Ibérica S.A.", "Aceros Iberica S.A.", "ES",
        ("ES-RMC", "A99000005"),
        (Person("Lucía Romero", "lucia.romero@aceros-iberica.example", Role.BIDDER, "en",
                "Europe/Madrid"),
         Person("Pablo Ruiz", "pablo.ruiz@aceros-iberica.example", Role.CATALOG_MANAGER, "en",
                "Europe/Madrid"),),
        sells=True, offers="Structural steel from Bilbao, delivered by sea.",
        categories=(STEEL, PROFILES),
    ),
    Firm(
        "anadolu-celik", "Anadolu Çelik A.Ş.", "Anadolu Celik A.S.", "TR",
        ("TR-MERSIS", "0990000060000015"),
        (Person("Emre Yıldız", "emre.yildiz@anadolu-celik.example", Role.BIDDER, "en",
                "Europe/Istanbul"),),
        sells=True, offers="Long products: rebar, wire rod and profiles.",
        categories=(STEEL, "44330000-2"),
    ),
    Firm(
        "ferrum-trade", "Ferrum Trade Sp. z o.o.", "Ferrum Trade Sp. z o.o.", "PL",
        ("PL-KRS", "0000990007"),
        (Person("Piotr Zieliński", "piotr.zielinski@ferrum-trade.example", Role.BIDDER, "ru",
                "Europe/Warsaw"),
         Person("Ewa Kamińska", "ewa.kaminska@ferrum-trade.example", Role.CATALOG_MANAGER, "ru",
                "Europe/Warsaw"),),
        sells=True, offers="Stockholder of sections, sheet and tubes in Gdańsk.",
        categories=(STEEL, PROFILES), regions=("PL", "EE", "LV", "LT", "DE"),
    ),
    Firm(
        "liguria-metalli", "Liguria Metalli S.p.A.", "Liguria Metalli S.p.A.", "IT",
        ("IT-REA", "GE990008"),
        (Person("Giulia Ferri", "giulia.ferri@liguria-metalli.example", Role.BIDDER, "en",
                "Europe/Rome"),
         Person("Marco Conti", "marco.conti@liguria-metalli.example", Role.CATALOG_MANAGER, "en",
                "Europe/Rome"),),
        sells=True, offers="Quality plate and fabricated steelwork.",
        categories=(STEEL, "44212000-9"),
    ),
)  # fmt: skip
WAITING = Firm(
    "vormsi-teras", "Vormsi Teras OÜ", "Vormsi Teras OU", "EE", ("EE-RIK", "19900009"),
    (Person("Maarja Lepik", "maarja.lepik@vormsi-teras.example", Role.OWNER),),
    sells=True, standing=Standing.DRAFT,
)  # fmt: skip
"""Registered a moment ago: nothing is declared yet."""
LIST_NAME = "Structural steel, Baltic delivery"


def load(say: Callable[[str], None]) -> None:
    """Load the companies of the demonstration and say who can be signed in as."""
    load_all()
    firms = (BUYER, OPERATOR, *SUPPLIERS, WAITING)
    companies = {firm.reference: _company(firm) for firm in firms}
    for firm in firms:
        for person in firm.people:
            _member(person, companies[firm.reference])
    for firm in SUPPLIERS:
        _profile(firm, companies[firm.reference])
    _list(companies)
    say("Sign in with one click, no password, as:")
    for firm in firms:
        for person in firm.people:
            say(f"  {person.name:<16} {Role(person.role).label:<22} {firm.legal_name}")


def made(firm: Firm) -> Company:
    """A firm with its people, as it is or made now."""
    company = _company(firm)
    for person in firm.people:
        _member(person, company)
    return company


def _company(firm: Firm) -> Company:
    existing = Company.objects.filter(reference=firm.reference).first()
    if existing is not None:
        return existing
    return create_company(
        reference=firm.reference, legal_name=firm.legal_name, latin_name=firm.latin_name,
        country=firm.country, registry_scheme=firm.register[0], registry_value=firm.register[1],
        buys=firm.buys, sells=firm.sells, operates=firm.operates, standing=firm.standing,
    )  # fmt: skip


def _member(person: Person, company: Company) -> None:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(
            person.email, full_name=person.name, language=person.language,
            time_zone=person.time_zone, is_demo=person.offered,
        )  # fmt: skip
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    # Somebody removed in the demonstration stays removed when it is started again.
    if not Membership.objects.filter(user=user, company=company).exists():
        add_member(company_id=company.pk, user_id=user.pk, role=person.role)


def _profile(firm: Firm, company: Company) -> None:
    if SupplierProfile.objects.filter(company=company).exists():
        return
    person = firm.people[0]
    seller = User.objects.get(email=person.email)
    save_profile(
        actor=load_actor(seller.pk, company.pk), contact_name=person.name,
        contact_email=person.email, description=firm.offers, regions=firm.regions,
        categories=firm.categories,
    )  # fmt: skip


def _list(companies: dict[str, Company]) -> None:
    buyer = companies[BUYER.reference]
    if SupplierList.objects.filter(company=buyer).exists():
        return
    officer = load_actor(User.objects.get(email=BUYER.people[0].email).pk, buyer.pk)
    made = create_list(actor=officer, name=LIST_NAME)
    for firm in SUPPLIERS:
        add_supplier(actor=officer, list_id=made.pk, supplier_id=companies[firm.reference].pk)
