"""Mounted at `espace/connaissances/`."""

from __future__ import annotations

from django.urls import path

from livret.care.knowledge.views import portal

app_name = "knowledge"
urlpatterns = [
    path("", portal.articles, name="articles"),
    path("proposees/", portal.proposed, name="proposed"),
    path("<slug:article_slug>/", portal.article, name="article"),
    path("<slug:article_slug>/avis/", portal.opinion, name="opinion"),
]
