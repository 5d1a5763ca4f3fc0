"""Addresses of the pages of requests for quotation."""

from django.urls import path

from marketplace.quotes.pages import answering, asking, comparing

app_name = "quotes"
RFQ = "rfqs/<uuid:rfq_id>/"
urlpatterns = [
    path("rfqs/", asking.rfq_list, name="list"),
    path("rfqs/new/", asking.create, name="create"),
    path("rfqs/from-cart/", asking.from_cart, name="from-cart"),
    path(RFQ, asking.detail, name="detail"),
    path(f"{RFQ}edit/", asking.edit, name="edit"),
    path(f"{RFQ}lines/add/", asking.line_add, name="line-add"),
    path(f"{RFQ}lines/remove/", asking.line_remove, name="line-remove"),
    path(f"{RFQ}suppliers/add/", asking.supplier_add, name="supplier-add"),
    path(f"{RFQ}suppliers/remove/", asking.supplier_remove, name="supplier-remove"),
    path(f"{RFQ}open/", asking.open_rfq, name="open"),
    path(f"{RFQ}cancel/", asking.cancel, name="cancel"),
    path(f"{RFQ}opening/", comparing.opening, name="opening"),
    path(f"{RFQ}comparison/", comparing.comparison, name="comparison"),
    path(f"{RFQ}comparison.xlsx", comparing.spreadsheet, name="comparison-xlsx"),
    path(f"{RFQ}quote/", answering.quote, name="quote"),
    path(f"{RFQ}quote/withdraw/", answering.withdraw, name="withdraw"),
    path(f"{RFQ}quote/decline/", answering.decline, name="decline"),
]
