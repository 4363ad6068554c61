"""The addresses inside an environment; `environment` is taken off by the middleware before a view is called."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from livret.workspace import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="workspace_home"),
    path("", include("livret.suite.company.urls")),
    path("", include("livret.suite.finance.setup.urls")),
    path("", include("livret.suite.finance.entry.urls")),
    path("", include("livret.suite.finance.lettering.urls")),
    path("", include("livret.suite.finance.bank.urls")),
    path("", include("livret.suite.finance.payments.urls")),
    path("", include("livret.suite.finance.vat.urls")),
    path("", include("livret.suite.finance.statements.urls")),
    path("", include("livret.suite.finance.assets.urls")),
    path("", include("livret.suite.finance.closing.urls")),
    path("", include("livret.suite.finance.review.urls")),
    # Last: its addresses take any word where a fiscal year stands, those of the rooms included.
    path("", include("livret.suite.finance.urls")),
]
