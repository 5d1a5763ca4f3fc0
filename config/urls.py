"""Every address of the site, room by room."""

from allauth.account.decorators import secure_admin_login
from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.health import healthz, readyz
from config.home import home
from config.metrics import metrics

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "Fairfall"
admin.site.site_title = "Fairfall"

handler404 = "infra.problems.page_not_found"
handler429 = "crm_core.access.pages.limits.too_many"

# Swagger's page brings a style element of its own; scripts stay limited to our host.
api_docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="api-schema")
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("ui/", include("ui.urls")),
    path("", include("crm_core.access.urls")),
    path("", include("crm_core.notifications.urls")),
    path("", include("crm_core.timeline.urls")),
    path("", include("crm_core.privacy.urls")),
    path("", include("crm_core.screening.urls")),
    path("", include("crm_core.documents.urls")),
    path("", include("crm_core.verification.urls")),
    path("", include("crm_core.badges.urls")),
    path("", include("reference.urls")),
    path("", include("suppliers.urls")),
    path("", include("buyers.urls")),
    path("", include("auctions.urls")),
    path("", include("marketplace.exchange.urls")),
    path("", include("marketplace.catalog.urls")),
    path("", include("marketplace.search.urls")),
    path("", include("marketplace.orders.urls")),
    path("", include("marketplace.carts.urls")),
    path("", include("marketplace.barter.urls")),
    path("", include("marketplace.quotes.urls")),
    path("", include("marketplace.tenders.urls")),
    path("api/v1/", include("crm_core.access.api.urls")),
    path("api/v1/", include("crm_core.notifications.api.urls")),
    path("api/v1/", include("crm_core.timeline.api.urls")),
    path("api/v1/", include("crm_core.privacy.api.urls")),
    path("api/v1/", include("crm_core.screening.api.urls")),
    path("api/v1/", include("crm_core.documents.api.urls")),
    path("api/v1/", include("crm_core.verification.api.urls")),
    path("api/v1/", include("crm_core.badges.api.urls")),
    path("api/v1/", include("reference.api.urls")),
    path("api/v1/", include("suppliers.api.urls")),
    path("api/v1/", include("buyers.api.urls")),
    path("api/v1/", include("marketplace.catalog.api.urls")),
    path("api/v1/", include("marketplace.search.api.urls")),
    path("api/v1/", include("marketplace.exchange.api.urls")),
    path("api/v1/", include("marketplace.orders.api.urls")),
    path("api/v1/", include("marketplace.carts.api.urls")),
    path("api/v1/", include("marketplace.barter.api.urls")),
    path("api/v1/", include("marketplace.quotes.api.urls")),
    path("api/v1/", include("marketplace.tenders.api.urls")),
    path("api/v1/", include("auctions.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", api_docs, name="api-docs"),
]
