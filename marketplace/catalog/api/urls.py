"""Addresses of the catalog's API, below /api/v1/."""

from django.urls import path

from marketplace.catalog.api import files, sheet, views

OFFER = "catalog/offers/<uuid:catalog_offer_id>/"
OWN = "catalog/own-offers/<uuid:own_offer_id>/"
FILE = "catalog/files/<uuid:file_id>/"
GROUP = "catalog/customer-groups/<uuid:group_id>/"
urlpatterns = [
    path("catalog/offers/", views.OffersView.as_view(), name="api-catalog-offers"),
    path(OFFER, views.OfferView.as_view(), name="api-catalog-offer"),
    path(f"{OFFER}price/", views.OfferPriceView.as_view(), name="api-catalog-offer-price"),
    path("catalog/own-offers/", views.OwnOffersView.as_view(), name="api-own-offers"),
    path("catalog/own-offers/cells/", sheet.CellsView.as_view(), name="api-own-offer-cells"),
    path(OWN, views.OwnOfferView.as_view(), name="api-own-offer"),
    path(f"{OWN}publish/", views.PublishView.as_view(), name="api-own-offer-publish"),
    path(f"{OWN}withdraw/", views.WithdrawView.as_view(), name="api-own-offer-withdraw"),
    path(f"{OWN}put-back/", views.PutBackView.as_view(), name="api-own-offer-put-back"),
    path(f"{OWN}prices/", views.PricesView.as_view(), name="api-own-offer-prices"),
    path(f"{OWN}price-history/", views.HistoryView.as_view(), name="api-own-offer-history"),
    path(f"{OWN}files/", files.OwnFilesView.as_view(), name="api-own-offer-files"),
    path(f"{OFFER}files/", files.FilesView.as_view(), name="api-catalog-offer-files"),
    path(FILE, files.FileView.as_view(), name="api-offer-file"),
    path("catalog/prices/<uuid:price_id>/end/", views.PriceEndView.as_view(), name="api-price-end"),
    path("catalog/customer-groups/", views.GroupsView.as_view(), name="api-customer-groups"),
    path(f"{GROUP}members/", views.GroupMembersView.as_view(), name="api-customer-group-members"),
]
