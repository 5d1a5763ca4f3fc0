"""What is kept about a person in every room, and what an erasure does to it: one table."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _

from auctions.models import AlertDecision, CommandOutcome, ObserverLink, SealingKey, Seat
from auctions.rehearsal.models import Rehearsal
from crm_core.access.models import ApiToken, SocketTicket
from crm_core.companies import inviting, inviting_companies
from crm_core.companies.models import (
    CompanyInvitation,
    MemberInvitation,
    Membership,
    PeopleEntry,
)
from crm_core.documents.models import DocumentVersion
from crm_core.notifications import services as notifications
from crm_core.notifications.models import MailboxMessage, Notice, OutgoingMail
from crm_core.people.models import OpenSession, SecurityEvent, User
from crm_core.privacy.models import ErasureRequest
from crm_core.privacy.table import Fate, Kept, keep
from crm_core.screening.models import (
    HitDecision,
    ListActivation,
    ListVersion,
    ScreeningPolicy,
    ScreeningRun,
)
from crm_core.verification.models import Entry, VerificationFile
from infra.idempotency import forget_answers
from marketplace.barter.models import BarterListing, BarterParty
from marketplace.carts.models import Cart, Requisition
from marketplace.catalog.models import Offer, OfferFile, PriceChange
from marketplace.exchange.models import ImportRule, ImportRun
from marketplace.orders.models import Order, OrderEvent
from marketplace.quotes.models import Quote, Rfq, RfqEvent
from marketplace.tenders.models import Decision, Invitation, LotResult, Tender

D, N = Fate.DELETED, Fate.NAMELESS

ACCOUNT = (
    Kept("account", _("Your account"), User, D,
         ("id", "email", "full_name", "language", "time_zone", "date_joined", "last_login"),
         people=("pk",)),
    Kept("addresses", _("E-mail addresses"), EmailAddress, D, ("email", "verified", "primary"),
         people=("user",)),
    Kept("factors", _("Second factors"), Authenticator, D, ("type", "created_at", "last_used_at"),
         people=("user",)),
    Kept("sessions", _("Open sessions"), OpenSession, D,
         ("opened_at", "last_seen_at", "ip", "last_ip", "user_agent"), people=("user",)),
    Kept("security_log", _("Security log"), SecurityEvent, D,
         ("at", "kind", "what", "ip", "user_agent"), people=("user",)),
    Kept("tokens", _("API tokens"), ApiToken, D,
         ("name", "company_id", "scopes", "created_at", "expires_at", "last_used_at", "last_ip",
          "revoked_at"), people=("user",)),
    Kept("tickets", _("Socket tickets"), SocketTicket, D, ("company_id", "expires_at"),
         people=("user",)),
    Kept("notices", _("Notices"), Notice, D,
         ("created_at", "read_at", "kind", "text", "data", "link"), people=("recipient",)),
    Kept("mails", _("Mails to you"), OutgoingMail, D,
         ("template", "state", "sent_at"), addresses=("to",)),
    Kept("mailbox", _("Mails in the demonstration's mailbox"), MailboxMessage, D,
         ("arrived_at", "sender", "subject", "body"), addresses=("to",)),
    Kept("admin", _("Changes made in the admin site"), LogEntry, N,
         ("action_time", "object_repr", "change_message"), people=("user",)),
    Kept("erasures", _("Requests to be erased"), ErasureRequest, N,
         ("asked_at", "due_at", "withdrawn_at"), people=("user",)),
)  # fmt: skip

COMPANIES = (
    Kept("memberships", _("Companies you act or acted for"), Membership, N,
         ("company_id", "company__legal_name", "role", "limit_amount", "limit_currency",
          "joined_at", "left_at"), people=("user",)),
    Kept("invitations", _("Invitations to companies"), MemberInvitation, N,
         ("company_id", "role", "created_at", "expires_at", "ended_at"),
         people=("invited_by",), addresses=("email",)),
    Kept("company_invitations", _("Invitations of companies to the platform"), CompanyInvitation, N,
         ("name", "created_at", "state", "ended_at"), people=("invited_by", "ended_by"),
         addresses=("email",)),
    Kept("people_log", _("Lines about you in logs of companies"), PeopleEntry, N,
         ("company_id", "at", "action", "role"), people=("by", "person")),
    Kept("documents", _("Documents you uploaded"), DocumentVersion, N,
         ("document_id", "number", "name", "uploaded_at"), people=("uploaded_by",)),
    Kept("cases", _("Verification cases you work on"), VerificationFile, N,
         ("company_id", "proposed_at"), people=("assignee", "proposed_by")),
    Kept("verification", _("Steps in verification"), Entry, N,
         ("file_id", "number", "action", "at"), people=("actor", "maker")),
    Kept("list_versions", _("Sanctions lists you imported"), ListVersion, N,
         ("source_id", "number", "created_at"), people=("imported_by",)),
    Kept("list_activations", _("Sanctions lists you activated"), ListActivation, N,
         ("version_id", "at"), people=("by",)),
    Kept("screening_policies", _("Settings of screening"), ScreeningPolicy, N, ("decided_at",),
         people=("decided_by",)),
    Kept("screenings", _("Screenings you asked for"), ScreeningRun, N, ("cause", "created_at"),
         people=("asked_by",)),
    Kept("hits", _("Decisions about hits"), HitDecision, N, ("hit_id", "decided_at"),
         people=("decided_by",)),
)  # fmt: skip

TRADE = (
    Kept("tenders", _("Tenders you made"), Tender, N, ("reference", "company_id", "created_at"),
         people=("created_by",)),
    Kept("tender_decisions", _("Decisions about tenders"), Decision, Fate.NAMED,
         ("tender_id", "kind", "actor_name", "at"), people=("actor",)),
    Kept("tender_invitations", _("Invitations to tenders, sent or answered"), Invitation, N,
         ("tender_id", "invited_at", "answered_at"), people=("added_by", "answered_by")),
    Kept("offers", _("Offers you wrote"), Offer, N, ("id", "sku", "created_at"),
         people=("created_by",)),
    Kept("price_changes", _("Prices you added or ended"), PriceChange, N,
         ("offer_id", "kind", "at"), people=("actor",)),
    Kept("offer_imports", _("Files of offers you uploaded or decided about"), ImportRun, N,
         ("file_name", "created_at", "approved_at", "activated_at"),
         people=("created_by", "approved_by", "acted_by")),
    Kept("offer_import_rules", _("Limits of imports you set"), ImportRule, N, ("set_at",),
         people=("set_by",)),
    Kept("orders", _("Orders you placed"), Order, N, ("number", "buyer_id", "placed_at"),
         people=("placed_by",)),
    Kept("order_events", _("Your moves of orders"), OrderEvent, N, ("order_id", "move", "at"),
         people=("actor",)),
    Kept("carts", _("Your carts"), Cart, N, ("company_id", "created_at"), people=("person",)),
    Kept("requisitions", _("Requisitions you asked for or decided on"), Requisition, N,
         ("id", "asked_at", "state", "decided_at"), people=("asked_by", "decided_by")),
    Kept("offer_files", _("Files of offers you added"), OfferFile, N,
         ("offer_id", "kind", "name", "uploaded_at"), people=("uploaded_by",)),
    Kept("barter_listings", _("Barter listings you wrote"), BarterListing, N,
         ("id", "title", "created_at"), people=("created_by",)),
    Kept("barter_answers", _("Barter proposals you answered"), BarterParty, N,
         ("proposal_id", "answer", "answered_at"), people=("answered_by",)),
    Kept("rfqs", _("Requests for quotation you wrote"), Rfq, N,
         ("number", "company_id", "created_at"), people=("created_by",)),
    Kept("rfq_events", _("Your moves of requests for quotation"), RfqEvent, N,
         ("rfq_id", "move", "at"), people=("actor",)),
    Kept("quotes", _("Quotes you submitted"), Quote, N, ("id", "submitted_at"),
         people=("submitted_by",)),
    Kept("results", _("Results you confirmed"), LotResult, N, ("lot_id", "decided_at"),
         people=("decided_by",)),
    Kept("seats", _("Seats in auctions you gave"), Seat, N, ("auction_id", "invited_at"),
         people=("invited_by",)),
    Kept("commands", _("Bids and other commands in auctions"), CommandOutcome, N,
         ("id", "auction_id", "ref", "kind", "received_at"), people=("actor",)),
    Kept("alert_decisions", _("What you made of integrity alerts"), AlertDecision, N,
         ("alert_id", "state", "at"), people=("by",)),
    Kept("rehearsals", _("Rehearsals you asked for"), Rehearsal, N,
         ("title", "company_id", "created_at"), people=("asked_by",)),
    Kept("sealing_keys", _("Keys of sealed offers you keep"), SealingKey, N,
         ("auction_id", "holder", "made_at"), people=("keeper",)),
    Kept("observers", _("Observer links you made"), ObserverLink, N,
         ("auction_id", "created_at", "expires_at", "revoked_at"), people=("created_by",)),
)  # fmt: skip


def _from_others_notices(user: User, _address: str) -> None:
    companies = Membership.objects.filter(user=user).values_list("company_id", flat=True)
    notifications.forget_person(name=str(user), email=user.email, company_ids=companies)


def _from_invitations(user: User, address: str) -> None:
    inviting.forget_address(user.email, address)
    inviting_companies.forget_address(user.email, address)


def _from_remembered_answers(user: User, _address: str) -> None:
    forget_answers(user.pk)


def fill() -> None:
    """Say what is kept; called once at start."""
    keep(
        *ACCOUNT, *COMPANIES, *TRADE,
        scrub=(_from_others_notices, _from_invitations, _from_remembered_answers),
    )  # fmt: skip
