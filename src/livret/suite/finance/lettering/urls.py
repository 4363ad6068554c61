"""Lettering, inside an environment."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "lettering"
urlpatterns: list[URLPattern] = []
