"""Addresses of the choices of display and of the command menu."""

from __future__ import annotations

from django.urls import path

from livret.core.ui import views

app_name = "preferences"
urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("language/", views.language, name="language"),
    path("shortcuts/", views.shortcuts, name="shortcuts"),
    path("offline/", views.offline, name="offline"),
    path("worker.js", views.worker, name="worker"),
    path("commands/", views.commands, name="commands"),
]
