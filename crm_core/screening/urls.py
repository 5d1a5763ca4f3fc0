"""Addresses of the screening pages."""

from django.urls import path

from crm_core.screening.pages import companies, lists, queue

app_name = "screening"
urlpatterns = [
    path("screening/", queue.queue, name="queue"),
    path("screening/hits.csv", queue.export_hits, {"form": "csv"}, name="export-csv"),
    path("screening/hits.xlsx", queue.export_hits, {"form": "xlsx"}, name="export-xlsx"),
    path("screening/hits/<uuid:hit_id>/", queue.hit_detail, name="hit"),
    path("screening/lists/", lists.lists, name="lists"),
    path("screening/upload/", lists.upload, name="upload"),
    path("screening/lists/<slug:code>/", lists.list_detail, name="list"),
    path("screening/lists/<slug:code>/withdraw/", lists.withdraw, name="withdraw"),
    path("screening/versions/<uuid:list_version_id>/", lists.version_detail, name="version"),
    path(
        "screening/versions/<uuid:list_version_id>/progress/",
        lists.version_progress,
        name="version-progress",
    ),
    path("screening/versions/<uuid:list_version_id>/activate/", lists.activate, name="activate"),
    path("screening/setting/", lists.set_policy, name="policy"),
    path("screening/companies/<uuid:company_id>/", companies.company, name="company"),
    path("screening/companies/<uuid:company_id>/now/", companies.screen_now, name="screen-now"),
    path("screening/<uuid:screening_id>/", companies.screening, name="screening"),
]
