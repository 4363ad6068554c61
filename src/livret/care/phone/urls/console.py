"""Mounted at `console/telephone/`."""

from __future__ import annotations

from django.urls import path

from livret.care.phone.views import console, settings

app_name = "phone_console"
urlpatterns = [
    path("", console.calls, name="calls"),
    path("saisie/", console.by_hand, name="by_hand"),
    path("reglages/", settings.page, name="settings"),
    path("reglages/numero/", settings.number, name="number"),
    path("reglages/cles/", settings.keys, name="keys"),
    path("reglages/cles/<int:key>/revocation/", settings.revocation, name="revocation"),
    path("<uuid:call>/", console.call_page, name="call"),
    path("<uuid:call>/reponse/", console.answer, name="answer"),
    path("<uuid:call>/fin/", console.ending, name="ending"),
    path("<uuid:call>/personne/", console.person, name="person"),
    path("<uuid:call>/demande/", console.request_link, name="request_link"),
    path("<uuid:call>/enregistrement/", console.registration, name="registration"),
]
