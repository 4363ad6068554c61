"""Mounted at `espace/telephone/`."""

from __future__ import annotations

from django.urls import path

from livret.care.phone.views import portal

app_name = "phone"
urlpatterns = [
    path("", portal.phone, name="phone"),
    path("attente/", portal.place, name="place"),
]
