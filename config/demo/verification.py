"""Companies in every state of verification, and a queue to work: each went the way a real one goes.

Two verifiers decide as a pair; the administrator is the third, who took part in nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from config.demo.companies import OPERATOR, Firm, Person, made
from config.demo.papers import paper
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company, Membership, Role, Standing
from crm_core.companies.profile import declared
from crm_core.documents.models import DocumentKind, DocumentVersion
from crm_core.documents.services import upload
from crm_core.people.models import User
from crm_core.screening.models import ScreeningRun
from crm_core.screening.services import running
from crm_core.verification.domain.requirements import owed
from crm_core.verification.models import Facet, VerificationFile
from crm_core.verification.services import own, profile, review
from crm_core.verification.services.ageing import age_file
from crm_core.verification.services.keeping import declared_for
from kernel.clock import utc_now


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company on its way; ``play`` brings it to where the demonstration shows it."""

    reference: str
    name: str
    form: str
    country: str
    register: tuple[str, str]
    owner: tuple[str, str]
    """Name and language of whom one signs in as."""
    address: tuple[str, str, str]
    account: tuple[str, str, str]
    """IBAN, BIC, bank."""
    play: Callable[[Case], None]
    director: str = ""
    expires: int | None = None
    """Days until the articles expire, which bounds everything."""
    offered: bool = True
    """Whether one can sign in as the owner."""

    @property
    def firm(self) -> Firm:
        """As the demonstration's other companies."""
        host = f"{self.reference}.example"
        name, language = self.owner
        email = f"{name.split()[0].lower()}@{host}"
        return Firm(
            self.reference, self.name, self.name, self.country, self.register,
            (Person(name, email, Role.OWNER, language, offered=self.offered),), sells=True,
            standing=Standing.DRAFT,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate's company with everybody who acts about it."""

    candidate: Candidate
    company: Company
    owner: Actor
    maker: Actor
    checker: Actor

    def submit(self) -> None:
        own.submit(actor=self.owner, asked=("identity", "bank"))

    def take(self, by: Actor | None = None) -> None:
        review.take(actor=by or self.maker, company_id=self.company.pk)

    def accept(self, *, all_but: str = "", by: Actor | None = None) -> None:
        waiting = DocumentVersion.objects.filter(
            document__company=self.company, state="submitted"
        ).exclude(document__kind=all_but)
        for version in waiting:
            review.decide_document(
                actor=by or self.maker, company_id=self.company.pk, version_id=version.pk,
                accept=True,
            )  # fmt: skip

    def propose(self, action: str = "verify", *, by: Actor | None = None, **more: Any) -> None:
        review.propose(actor=by or self.maker, company_id=self.company.pk, action=action, **more)

    def confirm(self, *, by: Actor | None = None) -> None:
        review.confirm(actor=by or self.checker, company_id=self.company.pk)

    def verify(self, risk: str = "medium") -> None:
        self.submit()
        self.take()
        self.accept()
        self.propose(risk=risk)
        self.confirm()

    def handed_in(self, hours: int) -> None:
        """As if it had been handed in so long ago, for the clock."""
        VerificationFile.objects.filter(company=self.company).update(
            submitted_at=utc_now() - timedelta(hours=hours)
        )


def _late(case: Case) -> None:
    case.submit()
    case.handed_in(55)


def _submitted(case: Case) -> None:
    case.submit()
    case.handed_in(4)


def _in_review(case: Case) -> None:
    case.submit()
    case.handed_in(39)
    case.take()
    case.accept(all_but="bank_letter")


def _asked(case: Case) -> None:
    case.submit()
    case.handed_in(20)
    case.take(case.checker)
    case.accept(all_but="ownership_chart", by=case.checker)
    chart = DocumentVersion.objects.get(
        document__company=case.company, document__kind="ownership_chart"
    )
    review.decide_document(
        actor=case.checker, company_id=case.company.pk, version_id=chart.pk, accept=False,
        reason="owners_unclear", note="It ends at a holding company.",
    )  # fmt: skip
    review.request_info(
        actor=case.checker, company_id=case.company.pk, reason="owners_unclear",
        note="Send a chart that goes up to the people behind Venta Holding, with their shares.",
    )  # fmt: skip


def _pending(case: Case) -> None:
    case.submit()
    case.handed_in(30)
    case.take()
    case.accept()
    case.propose(risk="low", note="Extract, articles and letter agree with what is declared.")


def _verified(case: Case) -> None:
    case.verify("low")


def _expiring(case: Case) -> None:
    case.verify()
    age_file(case.company.pk)


def _expired(case: Case) -> None:
    case.verify()
    # As if a year had gone by.
    Facet.objects.filter(file__company=case.company).update(
        valid_until=localdate() - timedelta(days=6)
    )
    age_file(case.company.pk)


def _reopened(case: Case) -> None:
    case.verify()
    account = {**_account(case.candidate), "number": "EE322200990000000004"}
    profile.save_accounts(actor=case.owner, accounts=[account])


def _rejected(case: Case) -> None:
    case.submit()
    case.take()
    case.accept()
    case.propose("reject", reason="mismatch",
                 note="The articles name another board than the one declared.")  # fmt: skip
    case.confirm()


def _suspended(case: Case) -> None:
    case.verify("high")
    review.suspend(
        actor=case.maker, company_id=case.company.pk, reason="breach",
        note="Two buyers report that awarded goods were not delivered. We are asking both sides.",
    )  # fmt: skip


def _banned(case: Case) -> None:
    case.verify()
    case.propose("ban", reason="forged", until=utc_now() + timedelta(days=180),
                 note="The bank did not write the letter that was handed in.")  # fmt: skip
    case.confirm()
    own.appeal(
        actor=case.owner,
        text="Our bank has changed its form of letters. We enclose its confirmation.",
    )


CANDIDATES = (
    Candidate("kauno-plienas", "Kauno Plienas UAB", "UAB", "LT", ("LT-RC", "990000010"),
              ("Jonas Petraitis", "en"), ("Pramonės pr. 4", "Kaunas", "51327"),
              ("LT027300099000000001", "HABALT22", "Demo Bank"), _late),
    Candidate("saaremaa-metall", "Saaremaa Metall OÜ", "OÜ", "EE", ("EE-RIK", "19900019"),
              ("Triin Rand", "en"), ("Tolli 12", "Kuressaare", "93813"),
              ("EE162200990000000001", "HABAEE2X", "Demo Bank"), _submitted),
    Candidate("turku-teras", "Turun Teräs Oy", "Oy", "FI", ("FI-YTJ", "99900016"),
              ("Mikko Laine", "en"), ("Satamakatu 8", "Turku", "20100"),
              ("FI4012345699000001", "NDEAFIHH", "Demo Bank"), _in_review,
              director="Ivan Probov"),
    Candidate("venta-steel", "Venta Steel SIA", "SIA", "LV", ("LV-RE", "99900000013"),
              ("Ilze Ozola", "en"), ("Ostas iela 3", "Ventspils", "LV-3601"),
              ("LV77HABA0990000000001", "HABALV22", "Demo Bank"), _asked),
    Candidate("odesa-prokat", "Odesa Prokat TOV", "ТОВ", "UA", ("UA-EDR", "99900016"),
              ("Olha Shevchenko", "uk"), ("Portova 21", "Odesa", "65026"),
              ("UA343220010000099000000000001", "UNJSUAUK", "Demo Bank"), _pending),
    Candidate("rigas-caurules", "Rīgas Caurules SIA", "SIA", "LV", ("LV-RE", "99900000026"),
              ("Andris Kalniņš", "en"), ("Ganību dambis 9", "Rīga", "LV-1045"),
              ("LV50HABA0990000000002", "HABALV22", "Demo Bank"), _verified),
    Candidate("tampere-levy", "Tampereen Levy Oy", "Oy", "FI", ("FI-YTJ", "99900024"),
              ("Sanna Virtanen", "en"), ("Tehdaskatu 2", "Tampere", "33100"),
              ("FI1312345699000002", "NDEAFIHH", "Demo Bank"), _expiring, expires=20),
    Candidate("hameen-putki", "Hämeen Putki Oy", "Oy", "FI", ("FI-YTJ", "99900032"),
              ("Anneli Koskinen", "en"), ("Vanajantie 14", "Hämeenlinna", "13110"),
              ("FI8312345699000003", "NDEAFIHH", "Demo Bank"), _expired),
    Candidate("tartu-profiil", "Tartu Profiil AS", "AS", "EE", ("EE-RIK", "19900025"),
              ("Rein Kuusk", "en"), ("Ringtee 30", "Tartu", "50105"),
              ("EE862200990000000002", "HABAEE2X", "Demo Bank"), _reopened),
    Candidate("narva-romu", "Narva Romu OÜ", "OÜ", "EE", ("EE-RIK", "19900031"),
              ("Sergei Ivanov", "ru"), ("Kadastiku 17", "Narva", "21004"),
              ("EE592200990000000003", "HABAEE2X", "Demo Bank"), _rejected),
    Candidate("klaipedos-lynai", "Klaipėdos Lynai UAB", "UAB", "LT", ("LT-RC", "990000023"),
              ("Rasa Jankauskienė", "en"), ("Nemuno g. 40", "Klaipėda", "93277"),
              ("LT727300099000000002", "HABALT22", "Demo Bank"), _suspended),
    Candidate("liepaja-luzni", "Liepājas Lūžņi SIA", "SIA", "LV", ("LV-RE", "99900000039"),
              ("Māris Bērziņš", "en"), ("Pulvera iela 1", "Liepāja", "LV-3405"),
              ("LV23HABA0990000000003", "HABALV22", "Demo Bank"), _banned),
)  # fmt: skip


def load(say: Callable[[str], None]) -> None:
    """Bring the candidates to their places, once each."""
    for candidate in CANDIDATES:
        if not VerificationFile.objects.filter(company__reference=candidate.reference).exists():
            bring(candidate)
    for each in CANDIDATES:
        say(f"  {each.owner[0]:<16} {Role.OWNER.label:<22} {each.name}")
    pair = [each.name for each in OPERATOR.people if each.role is Role.VERIFIER]
    say(f"Verification: cases in every state; {pair[0]} and {pair[1]} decide as a pair.")


def bring(candidate: Candidate) -> None:
    """Make the company with its owner, declare, hand in papers, screen, then play."""
    company = made(candidate.firm)
    owner = _actor(candidate.firm.people[0].email)
    maker, checker = (_actor(each.email) for each in OPERATOR.people if each.role is Role.VERIFIER)
    _declare(candidate, owner)
    facts = declared(company.pk)
    for required in owed({"identity", "bank"}, declared_for(facts)):
        _hand(candidate, owner, required.kind)
    _screen(company)
    candidate.play(Case(candidate, company, owner, maker, checker))


def _declare(candidate: Candidate, owner: Actor) -> None:
    street, city, code = candidate.address
    director = candidate.director or candidate.owner[0]
    profile.save_identity(
        actor=owner, legal_name=candidate.name, latin_name="", legal_form=candidate.form,
        signatory_name=director, signatory_position="Member of the board",
        signatory_basis="articles", activities=["24.10", "46.72"], numbers={},
        addresses={"registered": {"street": street, "city": city, "postal_code": code,
                                  "country": candidate.country}},
    )  # fmt: skip
    country = candidate.country
    profile.save_people(
        actor=owner,
        people=[
            {"capacity": "director", "name": director, "country": country,
             "born_on": "1968-12-10" if candidate.director else "1979-05-14"},
            {"capacity": "owner", "name": candidate.owner[0], "country": country, "share": "70"},
        ],
    )  # fmt: skip
    profile.save_accounts(actor=owner, accounts=[_account(candidate)])


def _account(candidate: Candidate) -> dict[str, Any]:
    number, bic, bank = candidate.account
    return {"number": number, "bic": bic, "bank_name": bank, "currency": "EUR"}


def _hand(candidate: Candidate, owner: Actor, kind: str) -> None:
    title = str(DocumentKind(kind).label)
    issued = localdate() - timedelta(days=12)
    ends: date | None = None
    if kind == "articles" and candidate.expires is not None:
        ends = localdate() + timedelta(days=candidate.expires)
    upload(
        actor=owner, kind=kind, name=f"{title}.pdf", issuer="Register of companies",
        issued_on=issued, expires_on=ends,
        file=paper(
            title=title, company=candidate.name,
            lines=[
                f"Registered under {candidate.register[0]} {candidate.register[1]}.",
                f"Address: {', '.join(candidate.address)}, {candidate.country}.",
                f"Member of the board: {candidate.director or candidate.owner[0]}.",
                f"Owner: {candidate.owner[0]}, 70 %.", f"Account: {candidate.account[0]}.",
                f"Issued on {issued.isoformat()}.",
            ],
        ),
    )  # fmt: skip


def _screen(company: Company) -> None:
    """At once, as a worker would in a moment."""
    waiting = ScreeningRun.objects.filter(company=company, state="queued")
    for run_id in list(waiting.values_list("pk", flat=True)):
        while running.go_on(run_id):
            pass


def _actor(email: str) -> Actor:
    user = User.objects.get(email=email)
    membership = Membership.objects.get(user=user, active=True)
    return load_actor(user.pk, membership.company_id)
