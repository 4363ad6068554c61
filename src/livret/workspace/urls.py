"""The addresses inside an environment; `environment` is taken off by the middleware before a view is called."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from livret.workspace import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="workspace_home"),
    path("", include("livret.suite.company.urls")),
    path("", include("livret.suite.finance.urls")),
]
