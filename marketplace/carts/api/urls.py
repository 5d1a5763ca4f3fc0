"""Addresses of the API of carts and requisitions, below /api/v1/."""

from django.urls import path

from marketplace.carts.api import views

urlpatterns = [
    path("cart/", views.CartView.as_view(), name="api-cart"),
    path("cart/submit/", views.CartSubmitView.as_view(), name="api-cart-submit"),
    path("requisitions/", views.RequisitionsView.as_view(), name="api-requisitions"),
    path(
        "requisitions/<uuid:requisition_id>/decision/",
        views.RequisitionDecisionView.as_view(),
        name="api-requisition-decision",
    ),
]
