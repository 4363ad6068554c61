"""The addresses of every edge."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from livret.api.app import api
from livret.api.health import health, metrics
from livret.portal.views import front

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front, name="home"),
    path("", include("livret.portal.urls")),
    path("", include("livret.console.urls")),
    path("", include("livret.clients.urls")),
    path("compte/", include("livret.clients.urls_account")),
    path("espace/connaissances/", include("livret.care.knowledge.urls.portal")),
    path("console/connaissances/", include("livret.care.knowledge.urls.console")),
    path("espace/", include("livret.care.service.urls.portal")),
    path("console/", include("livret.care.service.urls.console")),
    path("espace/", include("livret.care.figures.urls.portal")),
    path("console/support/", include("livret.care.figures.urls.console")),
    path("espace/demandes/", include("livret.care.support.urls.portal")),
    path("console/support/", include("livret.care.support.urls.console")),
    path("espace/", include("livret.care.assistance.urls.portal")),
    path("console/", include("livret.care.assistance.urls.console")),
    path("espace/telephone/", include("livret.care.phone.urls.portal")),
    path("console/telephone/", include("livret.care.phone.urls.console")),
    path("e/<slug:environment>/", include("livret.workspace.urls")),
    path("preferences/", include("livret.core.ui.urls")),
    path("api/", api.urls),
    path("sante/", health, name="health"),
    path("metriques/", metrics, name="metrics"),
]
handler500 = "livret.core.ui.views.server_error"
