"""Bodies that the writing endpoints take, and which object a place names where not the usual."""

from __future__ import annotations

from typing import Any

from tests.api.sealed import OFFER, PACKAGE

_ABOUT = {"title": "Coil", "description": "", "currency": "EUR", "vat": "net"}
_LOT = {"title": "Plate", "quantity": "10", "unit": "TNE", "scale": "2", "ceiling": "500"}
# What the gate does is not taken back, as it has connections of its own: what would change the
# auction is sent so that its rules refuse it, or goes to an auction that nothing else asks for.
_REASON = {"reason": "The need is gone."}
_INVITED = {"email": "somebody.new@company.example", "role": "finance", "limit_currency": "EUR"}
_NEW_FIRM = {"email": "other.firm@company.example", "name": "Other firm", "language": "en"}
_PROFILE = {"contact_name": "Sales", "contact_email": "sales@company.example"}
_ACCEPT = {"version": 1, "terms_hash": "{terms_hash}"}
_DECISION = {"verdict": "false", "reason": "Another company.", "evidence": "{evidence}"}

_OFFER = {"name_en": "Nut", "sku": "NUT-16", "unit": "C62", "content_unit": "C62",
          "pack_level": "each", "content_quantity": "1", "min_order": "1",
          "increment": "1"}  # fmt: skip
_RFQ = {"title": "Steel", "deadline": "2099-01-01T10:00", "currency": "EUR",
        "delivery_country": "EE"}  # fmt: skip
_OFFERED = {"sku": "NUT-16", "product": {"name_en": "Nut"}}
_PRICE = {"amount": "9.50", "currency": "EUR", "scope": "public"}
_CELL = {"offer": "{own_offer_id}", "column": "lead_time_days", "base": "", "value": "7"}
_PAPER = {"kind": "manual", "language": "en", "file": "A FILE"}
_CUSTOMER = {"company": "{customer_id}"}

_WANT = {"category": "44531400-5", "quantity": "10", "highest": "100"}
_GIVEN = {"title": "Plate", "category": "14622000-7", "quantity": "10", "unit_value": "100",
          "currency": "EUR", "cap_percent": "10"}  # fmt: skip
_BARTER_FORM = {**_GIVEN, "unit": "TNE", "step": "1", "form-TOTAL_FORMS": "1",
              "form-INITIAL_FORMS": "0", "form-0-unit": "C62",
              **{f"form-0-{key}": value for key, value in _WANT.items()}}  # fmt: skip
_BARTERED = {**_GIVEN, "wants": [_WANT]}

_MEASURE = {"reason": "breach", "note": "Three complaints."}

BODIES: dict[tuple[str, str], Any] = {
    ("member-invite", "post"): _INVITED,
    ("member", "post"): {"role": "finance", "limit_currency": "EUR"},
    ("invitation", "post"): {"full_name": "Somebody New", "password": "correct horse"},
    ("company-invitations", "post"): _NEW_FIRM,
    ("welcome", "post"): {"full_name": "Somebody New", "password": "correct horse"},
    ("welcome-answer", "post"): {"company": "{company_id}"},
    ("tokens", "post"): {"name": "ERP", "scopes": ["read"], "days": "30"},
    ("token", "post"): {"name": "ERP 2"},
    ("preferences", "post"): {"full_name": "Me", "language": "en", "time_zone": "UTC"},
    ("badges:check", "post"): {"file": "A FILE"},
    ("auctions:check", "post"): {},
    ("api-ledger-check", "post"): {"receipts": "A FILE"},
    ("verification:act", "post"): _MEASURE,
    ("verification:paper", "post"): {"file": "A FILE"},
    ("verification:profile-save", "post"): {"legal_name": "The buyer"},
    ("verification:submit", "post"): {"asked": "identity"},
    ("verification:appeal", "post"): {"text": "It is not so."},
    ("company-register", "post"): {"legal_name": "New", "country": "EE", "sells": "on"},
    ("dead-letter-discard", "post"): _REASON,
    ("document-delete", "post"): {},
    ("documents", "post"): {"kind": "bank_letter", "file": "A FILE"},
    ("screening:hit", "post"): _DECISION,
    ("screening:withdraw", "post"): _REASON,
    ("screening:activate", "post"): _REASON,
    ("screening:policy", "post"): {"threshold": "70", "max_age_days": "30", **_REASON},
    ("attribute-add", "post"): {"key": "mass", "kind": "number", "unit": "KGM", "name_en": "Mass"},
    ("attribute", "post"): {"name_en": "Note"},
    ("supplier-profile", "post"): _PROFILE,
    ("supplier-lists", "post"): {"name": "Plate"},
    ("supplier-list-rename", "post"): {"name": "Plate"},
    ("barter:create", "post"): _BARTER_FORM,
    ("barter:edit", "post"): _BARTER_FORM,
    ("api-barter-listings", "post"): _BARTERED,
    ("api-barter-listing", "put"): _BARTERED,
    ("quotes:create", "post"): _RFQ,
    ("quotes:edit", "post"): _RFQ,
    ("quotes:cancel", "post"): _REASON,
    ("quotes:decline", "post"): _REASON,
    ("api-rfqs", "post"): _RFQ,
    ("api-rfq", "put"): _RFQ,
    ("api-rfq-cancel", "post"): _REASON,
    ("api-rfq-decline", "post"): _REASON,
    ("api-rfq-quote", "put"): {"valid_until": "2099-01-01", "answers": []},
    ("api-rfq-decision", "post"): {"choices": []},
    ("catalog:create", "post"): _OFFER,
    ("catalog:edit", "post"): _OFFER,
    ("catalog:price-add", "post"): _PRICE,
    ("catalog:files", "post"): _PAPER,
    ("api-own-offer-files", "post"): _PAPER,
    ("catalog:groups", "post"): {"name": "Distributors"},
    ("catalog:group-add", "post"): _CUSTOMER,
    ("catalog:group-remove", "post"): _CUSTOMER,
    ("exchange:imports", "post"): {"file": "A FILE"},
    ("exchange:rule", "post"): {"most_rise": "10"},
    ("api-imports", "post"): {"file": "A FILE"},
    ("orders:move", "post"): {"move": "acknowledge"},
    ("api-order-moves", "post"): {"move": "acknowledge"},
    ("api-order-answer", "post"): {"lines": []},
    ("carts:add", "post"): {"offer": "00000000-0000-4000-8000-000000000000"},
    ("carts:rules", "post"): {"currency": "EUR", "limit": "100"},
    ("carts:return", "post"): {"reason": "Not now"},
    ("api-cart", "post"): {"offer": "00000000-0000-4000-8000-000000000000"},
    ("api-cart-submit", "post"): {},
    ("api-requisition-decision", "post"): {"approve": True},
    ("api-own-offers", "post"): _OFFERED,
    ("api-own-offer", "put"): _OFFERED,
    ("api-own-offer-cells", "post"): {"cells": [_CELL]},
    ("api-own-offer-prices", "post"): _PRICE,
    ("api-customer-groups", "post"): {"name": "Distributors"},
    ("api-customer-group-members", "post"): _CUSTOMER,
    ("tenders:create", "post"): _ABOUT,
    ("tenders:edit", "post"): _ABOUT,
    ("tenders:lot-add", "post"): _LOT,
    ("tenders:lot", "post"): _LOT,
    ("tenders:rehearsals", "post"): {"bots": "2", "runs": "1"},
    ("tenders:practice", "post"): {"rivals": "2"},
    ("api-practice", "post"): {"rivals": 2},
    ("api-rehearsals", "post"): {"bots": 2, "runs": 1},
    ("tenders:accept", "post"): {**_ACCEPT, "agreed": "on"},
    ("tenders:declare-prices", "post"): {"currency": "EUR"},
    ("tenders:decline", "post"): _REASON,
    ("tenders:cancel", "post"): _REASON,
    ("tenders:annul", "post"): _REASON,
    ("tenders:invite-drop", "post"): {"company": "{supplier_id}"},
    ("tenders:invite", "post"): {"company": "{supplier_id}"},
    ("tenders:uninvite", "post"): {"company": "{supplier_id}", **_REASON},
    ("tenders:confirm", "post"): {"company": "{supplier_id}"},
    ("api-member-invitations", "post"): _INVITED,
    ("api-member", "patch"): {"role": "finance"},
    ("api-company-invitations", "post"): _NEW_FIRM,
    ("api-companies", "post"): {"legal_name": "New", "country": "EE", "sells": True},
    ("api-tokens", "post"): {"name": "ERP", "scopes": ["read"]},
    ("api-token", "patch"): {"name": "ERP 2"},
    ("api-documents", "post"): {"kind": "bank_letter", "file": "A FILE"},
    ("api-supplier-profile", "put"): {**_PROFILE, "regions": [], "categories": []},
    ("api-supplier-lists", "post"): {"name": "Plate"},
    ("api-supplier-list", "patch"): {"name": "Plate"},
    ("api-supplier-list-entries", "post"): {"supplier": "{supplier_id}"},
    ("api-tenders", "post"): _ABOUT,
    ("api-tender", "put"): _ABOUT,
    ("api-tender-lots", "post"): _LOT,
    ("api-tender-lots", "put"): {"order": ["{lot_id}"]},
    ("api-tender-lot", "put"): _LOT,
    ("api-tender-lot-lines", "put"): {"lines": []},
    ("tenders:lines", "post"): {"lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"},
    ("api-tender-terms", "patch"): {"rules": {"length": "30"}},
    ("api-tender-disqualification", "post"): _REASON,
    ("api-tender-requalification", "post"): _REASON,
    ("tenders:disqualify", "post"): {"company": "{supplier_id}", **_REASON},
    ("tenders:requalify", "post"): {"company": "{supplier_id}", **_REASON},
    ("api-tender-scoring-supplier", "post"): {"lot": 1, "values": ["0"]},
    ("api-tender-invitations", "post"): {"companies": ["{supplier_id}"]},
    ("api-tender-invitation", "post"): _REASON,
    ("api-tender-accept", "post"): {**_ACCEPT, "agreed": True},
    ("api-tender-decline", "post"): _REASON,
    ("api-tender-cancel", "post"): _REASON,
    ("api-tender-annul", "post"): _REASON,
    ("api-tender-award", "post"): {"company": "{supplier_id}"},
    ("api-bids", "post"): {"lot": 1, "amount": "1000000.00"},
    ("api-acceptances", "post"): {"lot": 1, "level": 0},
    ("api-withdrawals", "post"): {"lot": 1},
    ("api-sealed-packages", "post"): {"package": 1, "envelope": PACKAGE},
    ("api-package-withdrawals", "post"): {"package": 1},
    ("api-sealed-offers", "post"): {"lot": 1, "envelope": OFFER},
    ("api-sealing-auditor", "post"): {"public_key": "04", "wrapped": "x"},
    ("api-sealing-rounds", "post"): {"keys": [{"public_key": "04", "wrapped": "x"}]},
    ("api-sealing-hand-over", "post"): {"key": "00"},
    ("api-sealing-seeds", "post"): {"seed": "00"},
    ("api-sealing-open", "post"): {},
    ("api-unlocks", "post"): {"lot": 1, "amount": "1.00"},
    ("api-bid-limits", "post"): {"lot": 1, "amount": "1.00"},
    ("api-bid-limit-ends", "post"): {"lot": 1},
    ("api-price-declarations", "post"): {"currency": "EUR"},
    ("api-surrogate-approvals", "post"): {"lot": 1, "amount": "1.00"},
    ("api-surrogate-ends", "post"): {"lot": 1},
    ("api-surrogate-bids", "post"): {"lot": 1, "seat": "S1", "amount": "1.00", **_REASON},
    ("api-consents", "post"): {"version": 7, "terms_hash": "{terms_hash}"},
    ("api-messages", "post"): {"text": "", "to": "buyer"},
    ("api-pause", "post"): {"reason": ""},
    ("api-extend", "post"): {"lot": 1, "length_ms": 60000},
    ("api-withdrawal-decisions", "post"): {"lot": 1, "approve": True, **_REASON},
    ("api-unlock-decisions", "post"): {"lot": 1, "seat": "S1", "approve": True, **_REASON},
    ("api-terms", "post"): {"terms": {}},
    ("api-cancel", "post"): _REASON,
    ("api-annul", "post"): {"reason": ""},
    ("api-integrity-decide", "post"): {"state": "seen"},
    ("api-auction-observers", "post"): {"label": "Auditor"},
    ("api-verification-identity", "put"): {"legal_name": "The buyer", "addresses": {}},
    ("api-verification-people", "put"): {"people": []},
    ("api-verification-accounts", "put"): {"accounts": []},
    ("api-verification-submission", "post"): {"asked": ["identity"]},
    ("api-verification-appeal", "post"): {"text": "It is not so."},
    ("api-verification-hand-over", "post"): {"colleague": "{company_id}"},
    ("api-verification-request", "post"): _MEASURE,
    ("api-verification-document", "post"): {"accept": True},
    ("api-verification-proposal", "post"): {
        "action": "ban", "until": "2099-01-01T00:00:00Z", **_MEASURE,
    },
    ("api-verification-confirmation", "post"): {"seen": 1},
    ("api-verification-return", "post"): {"reason": "other"},
    ("api-verification-suspension", "post"): _MEASURE,
    ("api-screening-decisions", "post"): _DECISION,
    ("api-screening-list-age", "patch"): {"max_age_days": 20},
    ("api-screening-withdrawal", "post"): _REASON,
    ("api-screening-activation", "post"): _REASON,
    ("api-screening-policy", "put"): {"threshold": 70, "max_age_days": 30, **_REASON},
}  # fmt: skip

_DRAFT = {"tender_id": "draft"}
_CLOSED = {"tender_id": "closed"}
_OTHER_COMPANY = {"company_id": "colleague_company"}

OTHER_VALUES: dict[tuple[str, str], dict[str, str]] = {
    **{(name, ""): {"rfq_id": "opened_rfq"}
       for name in ("quotes:comparison", "quotes:comparison-xlsx", "api-rfq-comparison",
                    "api-rfq-decision")},
    **{(name, ""): {"rfq_id": "draft_rfq"}
       for name in ("quotes:edit", "quotes:line-add", "quotes:line-remove", "quotes:supplier-add",
                    "quotes:supplier-remove", "quotes:open", "api-rfq-open")},
    ("api-rfq", "put"): {"rfq_id": "draft_rfq"},
    ("catalog:put-back", ""): {"own_offer_id": "withdrawn_offer"},
    **{(f"{room}{what}", ""): {"barter_listing_id": f"barter_{state}"}
       for room in ("barter:", "api-barter-")
       for what, state in (("edit", "draft"), ("publish", "draft"), ("reopen", "withdrawn"))},
    ("api-barter-listing", "put"): {"barter_listing_id": "barter_draft"},
    ("barter:protocol-pdf", ""): {"barter_proposal_id": "barter_agreed"},
    ("api-barter-pdf", ""): {"barter_proposal_id": "barter_agreed"},
    ("api-own-offer-put-back", ""): {"own_offer_id": "withdrawn_offer"},
    **{
        (f"tenders:{name}", ""): _DRAFT
        for name in ("edit", "delete", "lot-add", "lots-paste", "lot", "lot-move", "lot-remove",
                     "lines", "lines-paste",
                     "format", "terms", "publish", "invite-drop")
    },
    **{(f"tenders:{name}", ""): _CLOSED
       for name in ("result", "confirm", "protocol", "protocol-json", "protocol-pdf")},
    **{(name, ""): _DRAFT
       for name in ("api-tender-lots", "api-tender-lot", "api-tender-lot-lines",
                    "api-tender-publish")},
    **{("api-tender", method): _DRAFT for method in ("put", "delete")},
    ("api-tender-terms", "patch"): _DRAFT,
    **{(f"api-tender-{name}", ""): _CLOSED
       for name in ("results", "award", "protocol", "protocol-pdf")},
    ("api-tender-invitation", ""): {"company_id": "supplier_id"},
    ("api-tender-scoring-supplier", ""): {"company_id": "supplier_id"},
    ("api-tender-disqualification", ""): {"company_id": "supplier_id"},
    ("api-tender-requalification", ""): {"company_id": "supplier_id"},
    ("api-supplier-profile-of", ""): {"company_id": "supplier_id"},
    ("api-tender-invitation", "delete"): {"company_id": "supplier_id", **_DRAFT},
    ("api-auction-ledger", ""): {"auction_id": "closed_auction"},
    ("api-cancel", ""): {"auction_id": "doomed_auction"},
    ("auctions:verification", ""): {"auction_id": "closed_auction"},
    **{(name, ""): {"auction_id": "closed_auction"}
       for name in ("auctions:debrief", "auctions:connections", "auctions:integrity",
                    "api-debrief", "api-connections", "api-integrity", "api-integrity-decide")},
    **{(f"api-screening-{name}", ""): {"version_id": "list_version_id"}
       for name in ("version", "activation")},
}  # fmt: skip
