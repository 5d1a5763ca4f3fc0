"""Addresses of the pages of barter."""

from django.urls import path

from marketplace.barter.pages import listings, proposals

app_name = "barter"
LISTING = "barter/listings/<uuid:barter_listing_id>/"
PROPOSAL = "barter/proposals/<uuid:barter_proposal_id>/"
urlpatterns = [
    path("barter/", listings.overview, name="overview"),
    path("barter/listings/new/", listings.create, name="create"),
    path(LISTING, listings.detail, name="listing"),
    path(f"{LISTING}edit/", listings.edit, name="edit"),
    path(f"{LISTING}publish/", listings.publish, name="publish"),
    path(f"{LISTING}withdraw/", listings.withdraw, name="withdraw"),
    path(f"{LISTING}reopen/", listings.reopen, name="reopen"),
    path(f"{LISTING}find/", listings.find, name="find"),
    path("barter/proposals/", proposals.all_proposals, name="proposals"),
    path(PROPOSAL, proposals.detail, name="proposal"),
    path(f"{PROPOSAL}accept/", proposals.accept, name="accept"),
    path(f"{PROPOSAL}decline/", proposals.decline, name="decline"),
    path(f"{PROPOSAL}protocol.pdf", proposals.protocol_pdf, name="protocol-pdf"),
]
