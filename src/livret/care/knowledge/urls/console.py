"""Mounted at `console/connaissances/`."""

from __future__ import annotations

from django.urls import path

from livret.care.knowledge.views import console

app_name = "knowledge_console"
urlpatterns = [
    path("", console.articles, name="articles"),
    path("redaction/", console.new_article, name="new"),
    path("apercu/", console.preview, name="preview"),
    path("articles/<slug:article_slug>/", console.article, name="article"),
    path("articles/<slug:article_slug>/redaction/", console.new_version, name="new_version"),
    path("articles/<slug:article_slug>/versions/<int:number>/", console.version, name="version"),
    path("articles/<slug:article_slug>/publication/", console.publication, name="publication"),
    path("articles/<slug:article_slug>/retrait/", console.withdrawal, name="withdrawal"),
    path("articles/<slug:article_slug>/rangement/", console.place, name="place"),
]
