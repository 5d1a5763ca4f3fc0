"""Addresses of the exchange's API, below /api/v1/."""

from django.urls import path

from marketplace.exchange.api import views

RUN = "catalog/imports/<uuid:import_run_id>/"
urlpatterns = [
    path("catalog/imports/", views.ImportsView.as_view(), name="api-imports"),
    path("catalog/export/", views.ExportView.as_view(), name="api-offers-export"),
    path(RUN, views.ImportView.as_view(), name="api-import"),
    path(f"{RUN}rows/", views.ImportRowsView.as_view(), name="api-import-rows"),
    path(f"{RUN}errors/", views.ImportErrorsView.as_view(), name="api-import-errors"),
    path(f"{RUN}approve/", views.ApproveView.as_view(), name="api-import-approve"),
    path(f"{RUN}refuse/", views.RefuseView.as_view(), name="api-import-refuse"),
    path(f"{RUN}activate/", views.ActivateView.as_view(), name="api-import-activate"),
    path(f"{RUN}roll-back/", views.RollBackView.as_view(), name="api-import-roll-back"),
]
