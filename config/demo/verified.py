"""The trading companies of the demonstration, verified by the pair the way real ones are: so their
public pages have evidence behind them, and the buyer is told verified accounts to pay to. Ferrum
Trade, whose name is like one on a list, stands as before, with a hit to decide.

Their owners did the papers. One signs in as their bidders and officers, not as them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from config.demo.companies import BUYER, SUPPLIERS
from config.demo.verification import Candidate, Case, bring
from crm_core.companies.models import Standing
from crm_core.companies.services import set_standing
from crm_core.verification.models import EntryAction, VerificationFile

_FIRMS = {firm.reference: firm for firm in (BUYER, *SUPPLIERS)}


def _verified(case: Case) -> None:
    case.verify("low")


def _trader(reference: str, form: str, owner: str, **rest: Any) -> Candidate:
    firm = _FIRMS[reference]
    return Candidate(
        reference, firm.legal_name, form, firm.country, firm.register, (owner, "en"),
        play=_verified, offered=False, **rest,
    )  # fmt: skip


TRADERS = (
    _trader("pohja-energia", "AS", "Tiina Põld",
            address=("Sadama 5", "Tallinn", "10111"),
            account=("EE592200990000000100", "HABAEE2X", "Demo Bank")),
    _trader("nordwerk-stahl", "GmbH", "Ralf Brandt",
            address=("Hafenstraße 11", "Duisburg", "47119"),
            account=("DE98990000000000990003", "DEUTDEFF", "Demo Bank")),
    _trader("baltmet", "AS", "Kalle Lepp",
            address=("Fosforiidi 12", "Maardu", "74114"),
            account=("EE322200990000000101", "HABAEE2X", "Demo Bank")),
    _trader("aceros-iberica", "S.A.", "Carmen Ortega",
            address=("Muelle 3", "Bilbao", "48013"),
            account=("ES0299000001750099000005", "BSCHESMM", "Demo Bank")),
    _trader("anadolu-celik", "A.Ş.", "Ayşe Demir",
            address=("Liman Cad. 8", "İskenderun", "31200"),
            account=("TR420099000099000000000006", "ISBKTRIS", "Demo Bank")),
    _trader("liguria-metalli", "S.p.A.", "Marco Parodi",
            address=("Via Molo 7", "Genova", "16126"),
            account=("IT59A0990008008000000990008", "UNCRITMM", "Demo Bank")),
)  # fmt: skip


def load(say: Callable[[str], None]) -> None:
    """Verify each once."""
    for trader in TRADERS:
        file = VerificationFile.objects.filter(company__reference=trader.reference).first()
        if file is None:
            bring(trader)
        elif not file.entries.filter(action=EntryAction.VERIFIED).exists():
            # A first start was stopped in the middle: it stands as before, so that it can trade.
            set_standing(company_id=file.company_id, standing=Standing.VERIFIED)
    say("The companies that trade were verified by that pair, but for one with a hit to decide.")
