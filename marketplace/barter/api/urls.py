"""Addresses of the API of barter, below /api/v1/."""

from django.urls import path

from marketplace.barter.api import views

LISTING = "barter/listings/<uuid:barter_listing_id>/"
PROPOSAL = "barter/proposals/<uuid:barter_proposal_id>/"
urlpatterns = [
    path("barter/listings/", views.ListingsView.as_view(), name="api-barter-listings"),
    path(LISTING, views.ListingView.as_view(), name="api-barter-listing"),
    path(f"{LISTING}publish/", views.ListingPublishView.as_view(), name="api-barter-publish"),
    path(f"{LISTING}withdraw/", views.ListingWithdrawView.as_view(), name="api-barter-withdraw"),
    path(f"{LISTING}reopen/", views.ListingReopenView.as_view(), name="api-barter-reopen"),
    path(f"{LISTING}search/", views.ListingSearchView.as_view(), name="api-barter-search"),
    path("barter/proposals/", views.ProposalsView.as_view(), name="api-barter-proposals"),
    path(PROPOSAL, views.ProposalView.as_view(), name="api-barter-proposal"),
    path(f"{PROPOSAL}accept/", views.ProposalAcceptView.as_view(), name="api-barter-accept"),
    path(f"{PROPOSAL}decline/", views.ProposalDeclineView.as_view(), name="api-barter-decline"),
    path(f"{PROPOSAL}protocol.pdf", views.ProposalProtocolView.as_view(), name="api-barter-pdf"),
]
