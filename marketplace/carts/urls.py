"""Addresses of the pages of carts and requisitions."""

from django.urls import path

from marketplace.carts.pages import cart, requisitions

app_name = "carts"
REQUISITION = "requisitions/<uuid:requisition_id>/"
urlpatterns = [
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="add"),
    path("cart/lines/<uuid:cart_line_id>/", cart.line, name="line"),
    path("cart/clear/", cart.clear, name="clear"),
    path("cart/submit/", cart.submit, name="submit"),
    path("requisitions/", requisitions.requisition_list, name="requisitions"),
    path("requisitions/rules/", requisitions.rules, name="rules"),
    path(REQUISITION, requisitions.requisition, name="requisition"),
    path(f"{REQUISITION}approve/", requisitions.approve, name="approve"),
    path(f"{REQUISITION}return/", requisitions.send_back, name="return"),
]
