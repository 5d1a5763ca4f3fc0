"""What the shell shows: navigation, the bell, the identity menu, cards and search sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from auctions.pages.downloads import verifier_panel
from auctions.pages.finding import find_auctions
from auctions.pages.home import desk_panel
from config.demo.panel import live_panel
from crm_core.access import demo
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.pages.home import letters_panel
from crm_core.badges.pages import own_panel
from crm_core.companies.selectors import directory, memberships_of
from crm_core.notifications.selectors import notices, unread_count
from crm_core.screening.pages.home import hits_panel
from crm_core.timeline.pages import find_accounts
from crm_core.verification.pages.gates import gates_panel
from crm_core.verification.pages.queue import queue_panel
from marketplace.carts.pages import cart as cart_pages
from marketplace.catalog.pages.buying import browse_with
from marketplace.search.pages import browse
from marketplace.tenders.pages import home as tender_cards
from marketplace.tenders.pages.live import pages_of
from reference.guard import decided_by
from suppliers.selectors import own_profile
from ui.slots import (
    NAV,
    PANELS,
    SCRIPTS,
    SEARCH,
    SUBJECTS,
    TOP,
    CompanyChoice,
    Identity,
    MenuLink,
    NavItem,
    Panel,
    Script,
    SearchHit,
    SearchSource,
    SubjectSource,
    TopItem,
    always,
    identify_with,
)


def may(*capabilities: Capability) -> Callable[[HttpRequest], bool]:
    """Visible to actors with one of the capabilities; without any named, to every actor."""

    def visible(request: HttpRequest) -> bool:
        actor = getattr(request, "actor", None)
        if not actor:
            return False
        return not capabilities or any(actor.can(each) for each in capabilities)

    return visible


def _decides(request: HttpRequest) -> bool:
    """Whoever runs auctions, is neutral in them, or may keep an auditor's secret."""
    audits = may(Capability.AUDIT_READ)(request) and may(Capability.AUCTION_WATCH)(request)
    return audits or may(Capability.AUCTION_ARBITRATE, Capability.AUCTION_RUN)(request)


def _sells(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", None)
    return bool(actor) and actor.company_sells and actor.can(Capability.SUPPLIER_PROFILE_EDIT)


def _reads_catalog(request: HttpRequest) -> bool:
    """Who may look for what to buy."""
    actor = getattr(request, "actor", None)
    return bool(actor) and actor.company_buys and actor.can(Capability.CATALOG_READ)


def _fills_carts(request: HttpRequest) -> bool:
    """Who may put offers of others into a cart."""
    actor = getattr(request, "actor", None)
    return _reads_catalog(request) and actor.can(Capability.CART_EDIT)


def _has_offers(request: HttpRequest) -> bool:
    """Who may read, or write, what the company offers."""
    actor = getattr(request, "actor", None)
    return bool(actor) and actor.company_sells and actor.can(Capability.CATALOG_READ)


def _barters(request: HttpRequest) -> bool:
    """Who may read what the company would swap."""
    return _reads_catalog(request) or _has_offers(request)


def _is_verified_itself(request: HttpRequest) -> bool:
    """For people of companies that trade; the operator's are not verified."""
    actor = getattr(request, "actor", None)
    trades = bool(actor) and (actor.company_buys or actor.company_sells)
    return trades and actor.can(Capability.DOCUMENT_READ)


def _keeps_lists(request: HttpRequest) -> str:
    """Who changes the shared lists: the operator's administrator. Raises why somebody may not."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor:
        raise actor.refusal  # type: ignore[attr-defined]
    actor.require(Capability.PLATFORM_ADMIN)
    return actor.urn


def _in_demo(request: HttpRequest) -> bool:
    return settings.DEMO and may()(request)


def identity(request: HttpRequest) -> Identity | None:
    """Who is signed in and for which company."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    actor = getattr(request, "actor", None)
    links = [
        MenuLink(label=_("Preferences"), url=reverse("preferences"), icon="settings"),
        MenuLink(label=_("Sessions and security"), url=reverse("own-sessions"), icon="shield-lock"),
    ]
    if actor:
        links += [
            MenuLink(label=_("Company"), url=reverse("company"), icon="building"),
            MenuLink(label=_("API tokens"), url=reverse("tokens"), icon="key"),
        ]
    links.append(
        MenuLink(label=_("Register a company"), url=reverse("company-register"), icon="plus")
    )
    if settings.DEMO and actor:
        links.append(MenuLink(label=_("Mailbox"), url=reverse("mailbox"), icon="mail"))
    return Identity(
        name=str(user),
        email=user.email,
        company=actor.company_name if actor else "",
        companies=tuple(
            CompanyChoice(
                id=str(each.company_id),
                name=each.company.legal_name,
                is_current=bool(actor) and each.company_id == actor.company_id,
            )
            for each in memberships_of(user.pk)
        ),
        switch_url=reverse("company-switch"),
        links=tuple(links),
        account=(
            MenuLink(label=_("Sessions"), url=reverse("own-sessions"), icon="device-desktop"),
            MenuLink(label=_("Security log"), url=reverse("security-log"), icon="history"),
            MenuLink(label=_("Your data"), url=reverse("personal-data"), icon="id"),
        ),
    )


def _companies(request: HttpRequest, words: str, limit: int) -> Sequence[SearchHit]:
    """Companies by name, for those who may look for suppliers."""
    return [
        SearchHit(
            title=company.legal_name,
            url=f"{reverse('directory')}?search={company.reference}",
            detail=company.country,
            icon="building",
        )
        for company in directory(search=words)[:limit]
    ]


def _places(request: HttpRequest, words: str, limit: int) -> Sequence[SearchHit]:
    """Entries of the navigation by their name in the reader's language."""
    found = [
        SearchHit(title=str(item.label), url=reverse(item.url_name), icon=item.icon)
        for item in NAV.visible(request)
        if words.casefold() in str(item.label).casefold()
    ]
    return found[:limit]


def _unread(request: HttpRequest) -> int:
    actor: Actor | None = getattr(request, "actor", None)
    return unread_count(actor) if actor else 0


def _latest_notices(request: HttpRequest) -> Mapping[str, Any] | None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {"latest": notices(actor, unread_only=True)[:5]}


def _missing_profile(request: HttpRequest) -> Mapping[str, Any] | None:
    """A nudge to sellers that buyers cannot find by category."""
    profile = own_profile(request.actor)  # type: ignore[attr-defined]
    return None if profile is not None and profile.categories.all() else {}


def fill() -> None:
    """Fill the shell's slots; called once at start."""
    identify_with(identity)
    decided_by(_keeps_lists)
    browse_with(browse)
    NAV.add(
        NavItem(key="home", label=_("Home"), icon="home", url_name="home", visible=may(), order=0),
        NavItem(key="company", label=_("Company"), icon="building", url_name="company",
                visible=may(), order=800, at_foot=True),
        NavItem(key="directory", label=_("Companies"), icon="users-group", url_name="directory",
                visible=may(), order=600),
        NavItem(key="tenders", label=_("Tenders"), icon="gavel", url_name="tenders:list",
                visible=may(Capability.TENDER_READ), order=100),
        NavItem(key="auctions", label=_("Auctions"), icon="bolt", url_name="auctions:list",
                visible=may(Capability.AUCTION_WATCH), order=110),
        NavItem(key="catalog", label=_("Catalog"), icon="building-store",
                url_name="catalog:browse", order=120, visible=_reads_catalog),
        NavItem(key="rfqs", label=_("Requests for quotation"), icon="file-text",
                url_name="quotes:list", order=115, visible=may(Capability.TENDER_READ)),
        NavItem(key="own-offers", label=_("Own offers"), icon="tag", url_name="catalog:own",
                order=130, visible=_has_offers),
        NavItem(key="cart", label=_("Cart"), icon="shopping-cart", url_name="carts:cart",
                order=135, visible=_fills_carts),
        NavItem(key="orders", label=_("Orders"), icon="truck-delivery", url_name="orders:list",
                order=140, visible=may(Capability.ORDER_READ)),
        NavItem(key="barter", label=_("Barter"), icon="switch-horizontal",
                url_name="barter:overview", order=140, visible=_barters),
        NavItem(key="lists", label=_("Supplier lists"), icon="list-details",
                url_name="supplier-lists", order=500,
                visible=may(Capability.SUPPLIER_LIST_READ)),
        NavItem(key="accounts", label=_("Accounts"), icon="address-book", url_name="crm-accounts",
                order=550, visible=may(Capability.ACCOUNT_READ)),
        NavItem(key="profile", label=_("Supplier profile"), icon="id",
                url_name="supplier-profile", order=520,
                visible=_sells),
        NavItem(key="categories", label=_("Categories"), icon="stack-2", url_name="categories",
                visible=may(), order=570),
        NavItem(key="documents", label=_("Documents"), icon="files", url_name="documents",
                order=610, visible=may(Capability.DOCUMENT_READ)),
        NavItem(key="own-verification", label=_("Verification"), icon="shield-check",
                url_name="verification:own", order=605, visible=_is_verified_itself),
        NavItem(key="verification", label=_("Verification"), icon="clipboard-check",
                url_name="verification:queue", order=395,
                visible=may(Capability.COMPANY_VERIFY)),
        NavItem(key="platform-companies", label=_("Companies on the platform"),
                icon="building-bank", url_name="verification:companies", order=400,
                visible=may(Capability.COMPANY_VERIFY)),
        NavItem(key="screening", label=_("Screening"), icon="scan-eye", url_name="screening:queue",
                visible=may(Capability.SCREENING_READ), order=410),
        NavItem(key="letters", label=_("Undelivered messages"), icon="transfer",
                url_name="dead-letters", order=900, at_foot=True,
                visible=may(Capability.PLATFORM_ADMIN)),
        NavItem(key="mailbox", label=_("Mailbox"), icon="mail", url_name="mailbox",
                visible=_in_demo, order=850, at_foot=True),
    )  # fmt: skip
    TOP.add(
        TopItem(key="bell", label=_("Notices"), icon="bell", url_name="notices", count=_unread,
                visible=may(), order=100),
    )  # fmt: skip
    PANELS.add(
        Panel(key="demo", template="access/demo_cards.html", context=demo.sign_in_panel,
              visible=always, place="sign_in"),
        Panel(key="cart-add", template="carts/add.html", context=cart_pages.add_panel,
              visible=_fills_carts, place="offer"),
        Panel(key="cart-quotes", template="quotes/cart.html", context=lambda _request: {},
              visible=_fills_carts, place="cart"),
        Panel(key="notices", template="notifications/panel.html", context=_latest_notices,
              visible=may(), place="home_aside", order=100),
        Panel(key="badge", template="badges/own.html", context=own_panel,
              visible=may(), place="company", order=90),
        Panel(key="verifier", template="auctions/verifier_panel.html",
              context=verifier_panel, visible=always, place="certificate_check"),
        Panel(key="ledger-verifier", template="auctions/check_panel.html",
              context=verifier_panel, visible=always, place="ledger_check"),
        Panel(key="gates", template="verification/gates.html", context=gates_panel,
              visible=may(), place="company"),
        Panel(key="demo-live", template="config/demo_panel.html", context=live_panel,
              visible=_in_demo, place="home", order=10),
        Panel(key="verification", template="verification/home.html", context=queue_panel,
              visible=may(Capability.COMPANY_VERIFY), place="home", order=50),
        Panel(key="letters", template="access/home_letters.html", context=letters_panel,
              visible=may(Capability.PLATFORM_ADMIN), place="home", order=58),
        Panel(key="screening", template="screening/home.html", context=hits_panel,
              visible=may(Capability.SCREENING_READ), place="home", order=55),
        Panel(key="decisions", template="auctions/home_desk.html", context=desk_panel,
              visible=_decides, place="home", order=60),
        Panel(key="buying", template="tenders/home_buyer.html", context=tender_cards.buyer_panel,
              visible=may(Capability.TENDER_READ), place="home", order=100),
        Panel(key="selling", template="tenders/home_supplier.html",
              context=tender_cards.supplier_panel, visible=may(Capability.TENDER_READ),
              place="home", order=200),
        Panel(key="profile", template="suppliers/panel.html", context=_missing_profile,
              visible=_sells, place="home", order=900),
    )  # fmt: skip
    SUBJECTS.add(SubjectSource(key="tenders", find=pages_of, visible=may(Capability.TENDER_READ)))
    SCRIPTS.add(Script(key="bell", path="notifications/bell.js", visible=may()))
    SEARCH.add(
        SearchSource(key="tenders", label=_("Tenders"), find=tender_cards.find_tenders,
                     visible=may(Capability.TENDER_READ), order=100),
        SearchSource(key="accounts", label=_("Accounts"), find=find_accounts,
                     visible=may(Capability.ACCOUNT_READ), order=400),
        SearchSource(key="auctions", label=_("Auctions"), find=find_auctions,
                     visible=may(Capability.AUCTION_WATCH), order=110),
        SearchSource(key="places", label=_("Go to"), find=_places, visible=may(), order=900),
        SearchSource(key="companies", label=_("Companies"), find=_companies, visible=may(),
                     order=500),
    )  # fmt: skip
