"""Addresses of the catalog's pages."""

from django.urls import path

from marketplace.catalog.pages import buying, comparing, files, groups, own, sheet

app_name = "catalog"
OWN = "catalog/own/<uuid:own_offer_id>/"
FILE = "catalog/files/<uuid:file_id>/"
GROUP = "catalog/groups/<uuid:group_id>/"
urlpatterns = [
    path("catalog/", buying.browse, name="browse"),
    path("catalog/<uuid:catalog_offer_id>/", buying.offer, name="offer"),
    path("catalog/compare/", comparing.compare, name="compare"),
    path("catalog/own/", own.own_list, name="own"),
    path("catalog/own/new/", own.create, name="create"),
    path("catalog/own/sheet/", sheet.show, name="sheet"),
    path(OWN, own.detail, name="own-offer"),
    path(f"{OWN}edit/", own.edit, name="edit"),
    path(f"{OWN}publish/", own.publish, name="publish"),
    path(f"{OWN}withdraw/", own.withdraw, name="withdraw"),
    path(f"{OWN}put-back/", own.put_back, name="put-back"),
    path(f"{OWN}prices/new/", own.add_price, name="price-add"),
    path(f"{OWN}files/", files.file_list, name="files"),
    path(FILE, files.content, name="file"),
    path(f"{FILE}move/", files.move, name="file-move"),
    path(f"{FILE}delete/", files.delete, name="file-delete"),
    path("catalog/prices/<uuid:price_id>/end/", own.end_price, name="price-end"),
    path("catalog/groups/", groups.group_list, name="groups"),
    path(GROUP, groups.group, name="group"),
    path(f"{GROUP}add/", groups.add, name="group-add"),
    path(f"{GROUP}remove/", groups.remove, name="group-remove"),
]
