"""Addresses of the API of orders, below /api/v1/."""

from django.urls import path

from marketplace.orders.api import views

ORDER = "orders/<uuid:order_id>/"
urlpatterns = [
    path("orders/", views.OrdersView.as_view(), name="api-orders"),
    path(ORDER, views.OrderView.as_view(), name="api-order"),
    path(f"{ORDER}moves/", views.OrderMovesView.as_view(), name="api-order-moves"),
    path(f"{ORDER}answer/", views.OrderAnswerView.as_view(), name="api-order-answer"),
]
