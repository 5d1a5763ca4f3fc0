"""Addresses of the pages of imports and exports."""

from django.urls import path

from marketplace.exchange.pages import runs

app_name = "exchange"
RUN = "catalog/imports/<uuid:import_run_id>/"
urlpatterns = [
    path("catalog/imports/", runs.imports, name="imports"),
    path("catalog/imports/template/", runs.template, name="template"),
    path("catalog/imports/export/", runs.export, name="export"),
    path("catalog/imports/rule/", runs.rule, name="rule"),
    path(RUN, runs.detail, name="run"),
    path(f"{RUN}progress/", runs.progress, name="progress"),
    path(f"{RUN}errors/", runs.errors, name="errors"),
    path(f"{RUN}approve/", runs.approve, name="approve"),
    path(f"{RUN}refuse/", runs.refuse, name="refuse"),
    path(f"{RUN}activate/", runs.activate, name="activate"),
    path(f"{RUN}roll-back/", runs.roll_back, name="roll-back"),
]
