"""The socket's address."""

from __future__ import annotations

from django.urls import path

from auctions.realtime.consumers import AuctionConsumer

urlpatterns = [path("ws/auctions/<uuid:auction_id>/", AuctionConsumer.as_asgi())]
