"""Mounted at `espace/demandes/`."""

from __future__ import annotations

from django.urls import path

from livret.care.support.views import portal

app_name = "support"
urlpatterns = [
    path("", portal.requests, name="requests"),
    path("nouvelle/", portal.new_request, name="new"),
    path("nouvelle/echeance/", portal.promise, name="promise"),
    path("<str:number>/", portal.request_page, name="request"),
    path("<str:number>/messages/", portal.messages, name="messages"),
    path("<str:number>/pieces/<int:pk>/", portal.attachment, name="attachment"),
]
