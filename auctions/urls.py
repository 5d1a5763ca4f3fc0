"""Addresses of the auctions' pages."""

from django.urls import path

from auctions.pages import (
    checking,
    debrief,
    downloads,
    integrity,
    observing,
    opening,
    times,
    verification,
    views,
)

app_name = "auctions"

urlpatterns = [
    path("auctions/", views.auction_list, name="list"),
    path("auctions/verify/", views.verify, name="verify"),
    path("auctions/check/", checking.check, name="check"),
    path("auctions/verify/fairfall-verify.pyz", downloads.verifier, name="verifier"),
    path("auctions/verify/platform.pem", downloads.platform_key, name="platform_key"),
    path("auctions/observe/<str:token>/", observing.observe, name="observe"),
    path(
        "auctions/observe/<str:token>/ledger.json",
        observing.observe_ledger,
        name="observe-ledger",
    ),
    path("auctions/<uuid:auction_id>/", views.room, name="room"),
    path("auctions/<uuid:auction_id>/console/", views.console, name="console"),
    path("auctions/<uuid:auction_id>/debrief/", debrief.debrief, name="debrief"),
    path("auctions/<uuid:auction_id>/integrity/", integrity.integrity, name="integrity"),
    path("auctions/<uuid:auction_id>/connections/", integrity.connections, name="connections"),
    path("auctions/<uuid:auction_id>/opening/", opening.opening, name="opening"),
    path("auctions/<uuid:auction_id>/times/", times.times, name="times"),
    path(
        "auctions/<uuid:auction_id>/verification/",
        verification.verification,
        name="verification",
    ),
]
