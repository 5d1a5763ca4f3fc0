"""Addresses of the pages of orders."""

from django.urls import path

from marketplace.orders.pages import views

app_name = "orders"
ORDER = "orders/<uuid:order_id>/"
urlpatterns = [
    path("orders/", views.order_list, name="list"),
    path("orders/export.csv", views.export, {"form": "csv"}, name="export-csv"),
    path("orders/export.xlsx", views.export, {"form": "xlsx"}, name="export-xlsx"),
    path(ORDER, views.detail, name="detail"),
    path(f"{ORDER}move/", views.move, name="move"),
    path(f"{ORDER}answer/", views.answer, name="answer"),
]
