"""The addresses of the customer space and of the booklets."""

from __future__ import annotations

from django.urls import path

from livret.portal import booklets, views

app_name = "portal"
urlpatterns = [
    path("espace/", views.home, name="home"),
    path("livret/", booklets.index, name="booklets"),
    path("livret/<slug:booklet_id>/<slug:version>/", booklets.booklet, name="booklet"),
    path(
        "livret/<slug:booklet_id>/<slug:version>/comparaison/<slug:other_id>/<slug:other_version>/",
        booklets.comparison,
        name="booklet_comparison",
    ),
]
